"""What the body of an order or a refund says, as facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import BadInput
from core.marketplaces.bodies import read_id, read_time, rows, table
from core.marketplaces.lines import read_line
from core.marketplaces.shopify.posted import CHANNEL, own_id
from core.orders.facts import LineFact, OrderFacts, RefundFact, RefusedLine
from core.stock import check_quantity, check_sku

_PUT_BACK = frozenset({"cancel", "return", "legacy_restock"})


@dataclass(frozen=True, slots=True)
class Refunds:
    """What some refunds say, and the lines of them that can never be applied."""

    facts: tuple[RefundFact, ...]
    refused: tuple[RefusedLine, ...]


def read_order(order_id: str, data: Mapping[str, object], action: str) -> OrderFacts:
    """The facts of a whole order, with the refunds inside it."""
    lines = [line for line in map(table, rows(data.get("line_items"))) if not _has_no_stock(line)]
    skus = {own_id(line): line.get("sku") for line in lines}
    refunds = read_refunds(rows(data.get("refunds")), skus)
    refunded: Counter[str] = Counter()
    for refund in refunds.facts:
        refunded[refund.line_id] += refund.quantity
    read = [_read_line(index, line, refunded) for index, line in enumerate(lines)]
    created_at = read_time(data.get("created_at"))
    return OrderFacts(
        channel=CHANNEL,
        order_id=order_id,
        action=action,
        created_at=created_at,
        updated_at=read_time(data.get("updated_at")) or created_at or 0.0,
        cancelled_at=read_time(data.get("cancelled_at")),
        lines=tuple(line for line in read if isinstance(line, LineFact)),
        refunds=refunds.facts,
        refused=tuple(line for line in read if isinstance(line, RefusedLine)) + refunds.refused,
    )


def read_refunds(refunds: Sequence[object], skus: Mapping[str, object]) -> Refunds:
    """The facts of refunds: one for each refund, line and whether its units went back on the shelf.

    A line without a SKU holds no stock and is left out; `skus` gives those that the refund itself does not name.
    """
    facts: dict[tuple[str, str], RefundFact] = {}
    refused: list[RefusedLine] = []
    for refund in map(table, refunds):
        for line in map(table, rows(refund.get("refund_line_items"))):
            read = _read_refund_line(refund, line, skus)
            if isinstance(read, RefusedLine):
                refused.append(read)
            elif read is not None:
                _add(facts, read)
    return Refunds(tuple(facts.values()), tuple(refused))


def _read_line(index: int, line: Mapping[str, object], refunded: Mapping[str, int]) -> LineFact | RefusedLine:
    line_id = own_id(line)
    if not line_id:
        return RefusedLine(f"line {index + 1}", "", "it has no id")
    current = line.get("current_quantity")
    if isinstance(current, bool) or not isinstance(current, int):
        current = None
    fact = read_line(line_id, line.get("sku"), line.get("quantity"), least=0 if current == 0 else 1)
    if isinstance(fact, RefusedLine) or current is None:
        return fact
    return replace(fact, removed=max(0, fact.quantity - max(0, current) - refunded.get(line_id, 0)))


def _has_no_stock(line: Mapping[str, object]) -> bool:
    """Whether a line is without a SKU by its nature: a tip, a custom item, a gift card, a service, a deleted product.

    A line of a variant that lacks its SKU is none of these: its units are sold and cannot be counted.
    """
    if line.get("sku") not in (None, ""):
        return False
    if line.get("gift_card") is True or line.get("requires_shipping") is False:
        return True
    return line.get("product_exists") is False or ("variant_id" in line and line["variant_id"] is None)


def _read_refund_line(
    refund: Mapping[str, object], line: Mapping[str, object], skus: Mapping[str, object]
) -> RefundFact | RefusedLine | None:
    bought = table(line.get("line_item"))
    line_id = own_id(bought) or read_id(line.get("line_item_id"))
    refund_id = own_id(refund)
    try:
        sku = check_sku(bought.get("sku") or skus.get(line_id))
    except BadInput:
        return None
    name = f"refund {refund_id} of {line_id}"
    if not refund_id or not line_id:
        return RefusedLine(name, sku, "a refund does not say what it is of")
    try:
        quantity = check_quantity(line.get("quantity"))
    except BadInput as error:
        return RefusedLine(name, sku, f"a refund's quantity {error.reason}")
    kind = line.get("restock_type")
    restocked = isinstance(kind, str) and kind.lower() in _PUT_BACK
    key = f"{refund_id}:{'r' if restocked else 'n'}"
    return RefundFact(key, line_id, sku, quantity, restocked, _refunded_at(refund))


def _refunded_at(refund: Mapping[str, object]) -> float | None:
    created_at = read_time(refund.get("created_at"))
    return read_time(refund.get("processed_at")) if created_at is None else created_at


def _add(facts: dict[tuple[str, str], RefundFact], fact: RefundFact) -> None:
    key = (fact.refund_id, fact.line_id)
    known = facts.get(key)
    facts[key] = fact if known is None else replace(known, quantity=known.quantity + fact.quantity)
