"""A decided group as the items of one TransactWriteItems request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.changes import Progress
from core.stores.dynamodb.beliefs import Beliefs
from core.stores.dynamodb.context import Context, Kept, shard
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.forms import form
from core.stores.dynamodb.group import Group, RowWrite, StockWrite
from core.stores.dynamodb.ledger_rows import entry_fields, expiry, return_item
from core.stores.dynamodb.marks import Part, dump, joined, load
from core.stores.dynamodb.replies import Reason
from core.stores.dynamodb.stock_rows import (
    CLAIM,
    DAY,
    MADE,
    OWN,
    TERM,
    claim_value,
    lay_out,
    sold_name,
    stated_value,
)
from core.stores.dynamodb.values import Item, blob, iso, number, text


@dataclass(frozen=True, slots=True)
class Write:
    """One item of the transaction, and what it is about: a row's key, a SKU, or neither."""

    item: Mapping[str, Any]
    key: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Writes:
    """The whole transaction, and the mark that it leaves on one of its rows."""

    items: tuple[Write, ...]
    part: Part | None

    def correct(self, beliefs: Beliefs, reasons: tuple[Reason, ...]) -> None:
        """Learn from the reasons what is stored where a condition failed."""
        for write, reason in zip(self.items, reasons, strict=True):
            if reason.failed and write.key:
                beliefs.learn_row(write.key, reason.item)
            elif reason.failed:
                beliefs.learn_stock(write.sku, reason.item)


def write(context: Context, group: Group, now: float) -> Writes:
    """The items, with the mark of what is left to do on the first row."""
    part = _part(group)
    rows = [_row(context, key, row, part, now) for key, row in group.rows.items()]
    stock = [_stock(context, sku, each, now) for sku, each in group.stock.items() if each.written]
    returns = [Write({"Put": {"TableName": context.names.returns, "Item": return_item(row)}}) for row in group.returns]
    return Writes((*rows, *stock, *returns), part)


def learn(beliefs: Beliefs, group: Group, writes: Writes) -> None:
    """Take over what the transaction has stored."""
    for key, row in group.rows.items():
        mark = writes.part.body if writes.part is not None and writes.part.tx_id == key else row.before.mark
        beliefs.keep_row(key, Kept(exists=True, known=row.known, mark=mark))
    beliefs.forget_stock(group.stock)
    for sku, each in group.stock.items():
        beliefs.memory.counted[sku] = each.now.counted_at


def _part(group: Group) -> Part | None:
    todo = group.todo
    if not todo or not group.rows:
        return None
    key, row = next(iter(group.rows.items()))
    if row.before.mark:
        todo = joined(load(row.before.mark), todo)
    return Part(key, dump(todo), todo, _status(row))


def _status(row: RowWrite) -> Progress:
    return row.entry.status if row.entry is not None else Progress.COMPLETED


def _row(context: Context, key: str, row: RowWrite, part: Part | None, now: float) -> Write:
    fields = {"known": blob(row.known), "expiresAt": expiry(now), **form()}
    if not row.before.exists:
        fields |= {"timestamp": text(iso(now)), "status": text(_status(row).value)}
    if row.entry is not None:
        fields |= entry_fields(row.entry)
    if part is not None and part.tx_id == key:
        status = Progress.PENDING if part.status is Progress.COMPLETED else part.status
        fields |= {"status": text(status.value), "mark": blob(part.body)}
        fields |= {"pending": text(shard(key)), "markedAt": number(now)}
    if not row.before.exists:
        return Write(_put(context.names.transactions, {"txId": text(key), **fields}), key=key)
    expression = Expression()
    _require_row(expression, row.before)
    for name, value in fields.items():
        expression.set(value, name)
    return Write(_update(context.names.transactions, "txId", key, expression), key=key)


def _put(table: str, item: Item) -> dict[str, Any]:
    """A row that must be new: the same as an update of each attribute, and far less to write and to read."""
    head = {"TableName": table, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"Put": head | {"Item": item, "ConditionExpression": "attribute_not_exists(txId)"}}


def _require_row(expression: Expression, before: Kept) -> None:
    for name, value in (("known", before.known), ("mark", before.mark)):
        if value is None:
            expression.require_absent(name)
        else:
            expression.require_equal(blob(value), name)


def _stock(context: Context, sku: str, each: StockWrite, now: float) -> Write:
    expression = Expression()
    _require_stock(expression, each)
    if not each.moves:
        return Write(_action("ConditionCheck", context.names.inventory, "sku", sku, expression), sku=sku)
    lay_out(expression, sku)
    expression.set(text(iso(now)), "updatedAt")
    expression.set(number(int(now // DAY)), "movedDay")
    expression.add(sum(move.delta for move in each.moves), "physical")
    expression.add(len(each.moves), "version")
    _set_fields(expression, each)
    _count_sales(expression, each, int(now // DAY))
    if each.now.managed:
        for channel in context.claims():
            expression.keep(claim_value(context.instance, now + context.lease), CLAIM + channel)
    return Write(_update(context.names.inventory, "sku", sku, expression), sku=sku)


def _require_stock(expression: Expression, each: StockWrite) -> None:
    before = each.before
    if before.counted_at is None:
        expression.require_absent("countedAt")
    else:
        expression.require_equal(number(before.counted_at), "countedAt")
    if each.exact:
        expression.require_count(before.version, "version")


def _set_fields(expression: Expression, each: StockWrite) -> None:
    if any(move.buffer is not None for move in each.moves):
        expression.set(number(each.now.buffer), "buffer")
    else:
        expression.keep(number(0), "buffer")
    if any(move.low_at is not None for move in each.moves):
        expression.set(number(each.now.low_at), "lowAt")
    if each.now.counted_at is not None and not each.before.managed:
        expression.set(number(each.now.counted_at), "countedAt")
    elif each.before.managed and not each.now.managed:
        expression.remove("countedAt")
    if each.now.stated != each.before.stated:
        expression.set(stated_value(each.now.stated), "stated")
    for name, body in dict(term for move in each.moves for term in move.terms).items():
        if body:
            expression.set(text(body), TERM + name)
        else:
            expression.remove(TERM + name)


def _count_sales(expression: Expression, each: StockWrite, day: int) -> None:
    if sold := sum(move.sold for move in each.moves):
        expression.add(sold, sold_name(day))
    own: dict[str, int] = {}
    made: dict[str, float] = {}
    for move in each.moves:
        own[move.channel] = own.get(move.channel, 0) + move.own
        made[move.channel] = move.made_at
    for channel, units in own.items():
        if channel and units:
            expression.add(units, OWN + channel)
            expression.set(number(made[channel]), MADE + channel)


def _update(table: str, key: str, value: str, expression: Expression) -> dict[str, Any]:
    return _action("Update", table, key, value, expression)


def _action(verb: str, table: str, key: str, value: str, expression: Expression) -> dict[str, Any]:
    head = {"TableName": table, "Key": {key: text(value)}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {verb: head | expression.request()}
