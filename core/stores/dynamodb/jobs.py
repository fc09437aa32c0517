"""Runs of jobs that one instance claims, and small notes; both are rows of Transactions."""

from __future__ import annotations

from core.stores.dynamodb.context import Context
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.forms import fit, form
from core.stores.dynamodb.ledger_rows import expiry
from core.stores.dynamodb.replies import ConditionFailedError
from core.stores.dynamodb.values import Item, blob, blob_of, iso, number, number_of, text, text_of


async def claim_job(context: Context, job: str, due: float, owner: str, now: float, lease: float) -> bool:
    """Take the run unless it is done or in somebody's hands."""
    until = number(now + lease)
    expression = Expression()
    status = expression.path("status")
    lapsed = f"{expression.path('leaseUntil')} <= {expression.value(number(now))}"
    pending = f"{status} = {expression.value(text('pending'))}"
    expression.require(f"attribute_not_exists({expression.path('txId')}) OR ({pending} AND {lapsed})")
    fields = {"action": text("job"), "timestamp": text(iso(now)), "expiresAt": expiry(max(now, due)), **form()}
    for name, value in {**fields, "actor": text(owner), "leaseUntil": until, "status": text("pending")}.items():
        expression.set(value, name)
    try:
        await _update(context, job, due, expression)
    except ConditionFailedError as failed:
        return failed.item is not None and _is_ours(failed.item, owner, now + lease)
    return True


async def finish_job(context: Context, job: str, due: float, owner: str) -> None:
    """The run is done, unless somebody else has taken it over."""
    expression = Expression()
    expression.require_equal(text(owner), "actor")
    expression.set(text("completed"), "status")
    try:
        await _update(context, job, due, expression)
    except ConditionFailedError:
        return


async def note(context: Context, name: str) -> bytes | None:
    """The note of that name."""
    item = await context.calls.get(context.names.transactions, {"txId": text(f"note#{name}")})
    return None if item is None else blob_of(fit(item), "value")


async def save_note(context: Context, name: str, value: bytes) -> None:
    """Keep the note for good."""
    await context.calls.call("put_item", TableName=context.names.transactions, Item=_note(context, name, value))


async def swap_note(context: Context, name: str, before: bytes | None, value: bytes) -> bool:
    """Keep the note if it is still the one from before; one that was lost on the way back counts as kept."""
    expression = Expression()
    if before is None:
        expression.require_absent("value")
    else:
        expression.require_equal(blob(before), "value")
    try:
        await context.calls.call(
            "put_item",
            TableName=context.names.transactions,
            Item=_note(context, name, value),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **expression.request(),
        )
    except ConditionFailedError as failed:
        return failed.item is not None and blob_of(failed.item, "value") == value
    return True


def _note(context: Context, name: str, value: bytes) -> Item:
    fields = {"value": blob(value), "timestamp": text(iso(context.clock()))}
    return {"txId": text(f"note#{name}"), **fields, **form()}


async def _update(context: Context, job: str, due: float, expression: Expression) -> None:
    await context.calls.call(
        "update_item",
        TableName=context.names.transactions,
        Key={"txId": text(f"job#{job}#{iso(due)}")},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
        **expression.request(),
    )


def _is_ours(item: Item, owner: str, until: float) -> bool:
    # The answer to the claim was lost, and asking again found it taken by ourselves.
    taken = (text_of(item, "actor"), number_of(item, "leaseUntil"), text_of(item, "status"))
    return taken == (owner, until, "pending")
