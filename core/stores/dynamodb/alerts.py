"""Alerts in DynamoDB: compare-and-swap on the revision, and one unresolved alert per subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.alerts import Alert, State
from core.errors import Unavailable
from core.ports import Page
from core.stores.dynamodb.alert_rows import alert_item, alert_of, pointer_id, pointer_item
from core.stores.dynamodb.context import Context
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.queries import Query, read, read_page
from core.stores.dynamodb.replies import BusyError, CancelledError, ConditionFailedError
from core.stores.dynamodb.schema import DUE, OPEN, SEVERITY, UNTOLD
from core.stores.dynamodb.values import Item, number, text, text_of


async def alert(context: Context, alert_id: str) -> Alert | None:
    """The alert with this id; a pointer is none."""
    item = await _item(context, alert_id)
    return alert_of(item) if item is not None and "type" in item else None


async def open_alert(context: Context, subject: str) -> Alert | None:
    """The unresolved alert that the subject's pointer names."""
    pointer = await _item(context, pointer_id(subject))
    return await alert(context, text_of(pointer, "holder")) if pointer is not None else None


async def save_alert(context: Context, wanted: Alert) -> bool:
    """Compare-and-swap on the revision; false also when the subject has another unresolved alert."""
    saved = alert_item(replace(wanted, revision=wanted.revision + 1))
    put = _put(context, wanted, saved)
    tries = 0
    async with context.calls.bounded("save_alert"):
        while True:
            token = context.token()
            try:
                await context.calls.transact([{"Put": put}, _point(context, wanted)], token)
            except CancelledError as cancelled:
                if cancelled.failed:
                    return await _without_pointer(context, wanted, put, cancelled)
                if not cancelled.contended:
                    raise Unavailable(f"DynamoDB cannot store the alert: {cancelled}") from cancelled
            except BusyError:
                tries += 1
            else:
                return True
            await context.calls.pause(tries)
            tries += 1


async def list_alerts(context: Context, severity: str, cursor: str, limit: int) -> Page[Alert]:
    """Alerts newest first: the unresolved ones, or all of one severity."""
    index, key, value = (SEVERITY, "severity", severity) if severity else (OPEN, "open", "open")
    query = Query(context.names.alerts, index, key, value, limit=limit, newest_first=True)
    found = await read_page(context.calls, query, cursor, ("timestamp", "alertId"))
    alerts = await _alerts(context, found.items)
    items = [each for each in alerts if (each.severity == severity if severity else each.state is not State.RESOLVED)]
    return Page(tuple(items), found.cursor)


async def untold_alerts(context: Context, limit: int) -> list[Alert]:
    """Alerts whose newest edition is not shown yet, oldest change first."""
    query = Query(context.names.alerts, UNTOLD, "untold", "untold", limit=limit)
    keys: list[Item] = []
    async for key in read(context.calls, query):
        keys.append(key)
        if len(keys) == limit:
            break
    return [each for each in await _alerts(context, keys) if each.untold]


async def due_alerts(context: Context, now: float, limit: int) -> list[Alert]:
    """Alerts whose time has come, the longest due first."""
    query = Query(context.names.alerts, DUE, "due", "due", limit=limit)
    query.also(f"{query.expression.path('dueAt')} <= {query.expression.value(number(now))}")
    keys: list[Item] = []
    async for key in read(context.calls, query):
        keys.append(key)
        if len(keys) == limit:
            break
    return [each for each in await _alerts(context, keys) if 0 < each.due_at <= now]


async def _item(context: Context, alert_id: str) -> Item | None:
    return await context.calls.get(context.names.alerts, {"alertId": text(alert_id)})


async def _alerts(context: Context, keys: Sequence[Item]) -> list[Alert]:
    """The alerts as they are now, in the order of the keys; an index may show one twice for a moment."""
    table = context.names.alerts
    ids = list(dict.fromkeys(text_of(key, "alertId") for key in keys))
    found = await context.calls.get_many({table: [{"alertId": text(each)} for each in ids]})
    by_id = {text_of(item, "alertId"): alert_of(item) for item in found[table]}
    return [by_id[each] for each in ids if each in by_id]


def _put(context: Context, wanted: Alert, saved: Item) -> dict[str, Any]:
    expression = Expression()
    if wanted.revision:
        expression.require_equal(number(wanted.revision), "revision")
    else:
        expression.require_absent("alertId")
    failure = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"TableName": context.names.alerts, "Item": saved, **failure, **expression.request()}


def _point(context: Context, wanted: Alert) -> dict[str, Any]:
    """Take the subject's pointer, or give it back with the alert's end; only from nobody or from itself."""
    expression = Expression()
    holder = expression.path("holder")
    expression.require(f"attribute_not_exists({holder}) OR {holder} = {expression.value(text(wanted.alert_id))}")
    table = {"TableName": context.names.alerts, **expression.request()}
    if wanted.state is State.RESOLVED:
        return {"Delete": {"Key": {"alertId": text(pointer_id(wanted.subject))}, **table}}
    return {"Put": {"Item": pointer_item(wanted), **table}}


async def _without_pointer(context: Context, wanted: Alert, put: dict[str, Any], cancelled: CancelledError) -> bool:
    """An alert that is over needs no pointer: it is saved even while the subject has another one."""
    if cancelled.reasons[0].failed or wanted.state is not State.RESOLVED:
        return False
    try:
        await context.calls.ask("put_item", **put)
    except ConditionFailedError as failed:
        # The answer to the write may have been lost, and asking again found it done.
        return failed.item is not None and alert_of(failed.item) == alert_of(put["Item"])
    return True
