"""What Amazon says of one order; source: ORDER_CHANGE 1.0 and Orders API 2026-01-01."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.marketplaces.amazon.names import CHANNEL, pick, pick_table
from core.marketplaces.bodies import read_id, read_time, rows, table
from core.marketplaces.lines import read_line
from core.orders.facts import LineFact, OrderFacts, RefusedLine

OURS = ("MFN", "MERCHANT")
_CANCELLED = frozenset({"canceled", "cancelled"})


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it came: nothing about it is checked yet."""

    item_id: object
    sku: object
    quantity: object


@dataclass(frozen=True, slots=True)
class Times:
    """When the order was placed and when it changed, in epoch seconds, or None where that is not said."""

    placed: float | None
    changed: float | None


def read_change(order_id: str, change: Mapping[str, object], event_time: object, now: float) -> OrderFacts:
    """The facts of an OrderChangeNotification of an order that the seller fulfils."""
    summary = pick_table(change, "Summary")
    changed = read_time(pick(pick_table(change, "OrderChangeTrigger"), "TimeOfOrderChange"))
    times = Times(read_time(pick(summary, "PurchaseDate")), read_time(event_time) if changed is None else changed)
    items = [
        Item(pick(item, "OrderItemId"), pick(item, "SellerSKU"), pick(item, "Quantity"))
        for item in map(table, rows(pick(summary, "OrderItems")))
    ]
    return _facts(order_id, pick(summary, "OrderStatus"), items, times, now)


def read_order(order: Mapping[str, object], now: float) -> OrderFacts | None:
    """The facts of an order of the Orders API; None unless the seller fulfils it."""
    fulfillment = table(order.get("fulfillment"))
    order_id = read_id(order.get("orderId"))
    if fulfillment.get("fulfilledBy") != "MERCHANT" or not order_id:
        return None
    times = Times(read_time(order.get("createdTime")), read_time(order.get("lastUpdatedTime")))
    items = [
        Item(item.get("orderItemId"), table(item.get("product")).get("sellerSku"), item.get("quantityOrdered"))
        for item in map(table, rows(order.get("orderItems")))
    ]
    return _facts(order_id, fulfillment.get("fulfillmentStatus"), items, times, now)


def _facts(order_id: str, status: object, items: Sequence[Item], times: Times, now: float) -> OrderFacts:
    cancelled = isinstance(status, str) and status.lower() in _CANCELLED
    read = [_read_item(index, item) for index, item in enumerate(items)]
    changed = times.placed if times.changed is None else times.changed
    return OrderFacts(
        channel=CHANNEL,
        order_id=order_id,
        action="cancel" if cancelled else "order",
        created_at=times.placed,
        updated_at=changed or 0.0,
        cancelled_at=(now if changed is None else changed) if cancelled else None,
        lines=tuple(line for line in read if isinstance(line, LineFact)),
        refused=tuple(line for line in read if isinstance(line, RefusedLine)),
    )


def _read_item(index: int, item: Item) -> LineFact | RefusedLine:
    item_id = read_id(item.item_id)
    if not item_id:
        return RefusedLine(f"item {index + 1}", "", "it has no OrderItemId")
    # An item that was cancelled on its own stays in the order with a quantity of 0.
    return read_line(item_id, item.sku, item.quantity, least=0)
