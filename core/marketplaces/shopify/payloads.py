"""What each webhook topic says, as a table of topics; source: Shopify's webhook reference, version 2026-10."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from core.marketplaces.bodies import read_id, read_time, rows, table
from core.marketplaces.shopify.orders import read_order, read_refunds
from core.marketplaces.shopify.posted import CHANNEL, ITEM, Posted, is_order_part, own_id, tail
from core.marketplaces.shopify.short_form import is_short, read_short
from core.messages import Ignored, Message, Refetch, Shown
from core.orders.facts import OrderFacts
from core.stock import MAX_QUANTITY

_NO_BUYERS = "no data of buyers is stored"
_IGNORED = {
    "bulk_operations/finish": "its result is fetched by whoever asked for it",
    "app/uninstalled": "the app was uninstalled: the shop sends nothing more and takes no quantities",
    "customers/data_request": _NO_BUYERS,
    "customers/redact": _NO_BUYERS,
    "shop/redact": _NO_BUYERS,
}


def read_webhook(posted: Posted) -> Sequence[Message]:
    """What the webhook says; a topic that moves no stock is ignored by name."""
    handler = _TOPICS.get(posted.topic)
    if handler is not None:
        return handler(posted)
    if posted.topic.startswith("returns/"):
        return _read_return(posted)
    if posted.topic.startswith("fulfillments/"):
        return [Ignored("a shipment takes no units that its order has not taken")]
    return [Ignored(_IGNORED.get(posted.topic, f"the topic {posted.topic} moves no stock"))]


def _read_untitled(posted: Posted) -> Sequence[Message]:
    if is_short(posted.data):
        return read_short(posted)
    if "line_items" in posted.data:
        return _read_order(posted, "order")
    return [posted.refuse("it is not an order: it has neither items nor line_items")]


def _read_order(posted: Posted, action: str) -> Sequence[Message]:
    data = posted.data
    if is_short(data):
        return read_short(posted)
    order_id = own_id(data)
    if not order_id:
        return [posted.refuse("it is not an order: it has no id")]
    if data.get("line_items") is None:
        return [Refetch(order_id)]
    if not isinstance(data["line_items"], list):
        return [posted.refuse("it is not an order: its line_items are not a list", order_id)]
    return [read_order(order_id, data, action)]


def _read_cancelled(posted: Posted) -> Sequence[Message]:
    return [_cancelled(said, posted.now) for said in _read_order(posted, "cancel")]


def _cancelled(said: Message, now: float) -> Message:
    if isinstance(said, OrderFacts) and said.cancelled_at is None:
        return replace(said, cancelled_at=said.updated_at or now)
    return said


def _read_deleted(posted: Posted) -> Sequence[Message]:
    order_id = own_id(posted.data)
    if not order_id:
        return [posted.refuse("it does not say which order was deleted")]
    return [OrderFacts(CHANNEL, order_id, "delete", cancelled_at=posted.now)]


def _read_edited(posted: Posted) -> Sequence[Message]:
    order_id = read_id(table(posted.data.get("order_edit")).get("order_id"))
    return [Refetch(order_id)] if order_id else [posted.refuse("it does not say which order was edited")]


def _read_return(posted: Posted) -> Sequence[Message]:
    order_id = own_id(table(posted.data.get("order"))) or read_id(posted.data.get("order_id"))
    return _refetch(order_id, posted)


def _read_disposal(posted: Posted) -> Sequence[Message]:
    return _refetch(read_id(posted.data.get("order_id")), posted)


def _refetch(order_id: str, posted: Posted) -> Sequence[Message]:
    """Ask for the order; where only the return or its goods are named, for the order that those are of."""
    named = posted.data.get("admin_graphql_api_id")
    of = str(named) if is_order_part(named) else ""
    return [Refetch(order_id or of) if order_id or of else Ignored(f"{posted.topic} does not say which order it is of")]


def _read_refund(posted: Posted) -> Sequence[Message]:
    order_id = read_id(posted.data.get("order_id"))
    if not order_id:
        return [posted.refuse("it does not say which order was refunded")]
    lines = [table(line) for line in rows(posted.data.get("refund_line_items"))]
    if not lines:
        return [Ignored("a refund of money only: no goods came back")]
    if any("sku" not in table(line.get("line_item")) for line in lines):
        return [Refetch(order_id)]
    refunds = read_refunds([posted.data], {})
    if not refunds.facts and not refunds.refused:
        return [Ignored("a refund of lines without a SKU")]
    return [OrderFacts(CHANNEL, order_id, "refund", refunds=refunds.facts, refused=refunds.refused)]


def _read_level(posted: Posted) -> Sequence[Message]:
    data, location = posted.data, read_id(posted.data.get("location_id"))
    if posted.location_id and location != posted.location_id:
        return [Ignored("a level of another location")]
    available = data.get("available")
    if available is None:
        return [Ignored("the item's stock is not tracked")]
    item = _item_of(data.get("admin_graphql_api_id")) or read_id(data.get("inventory_item_id"))
    if not item:
        return [posted.refuse("it does not say whose level it is")]
    if isinstance(available, bool) or not isinstance(available, int) or abs(available) > MAX_QUANTITY * 1000:
        return [posted.refuse("its available quantity is not a whole number")]
    at = read_time(data.get("updated_at"))
    return [Shown(f"{ITEM}{item}", "", available, posted.now if at is None else at)]


def _item_of(level_id: object) -> str:
    if not isinstance(level_id, str) or not tail(level_id):
        return ""
    try:
        return read_id(parse_qs(urlsplit(level_id).query).get("inventory_item_id", [""])[0])
    except ValueError:
        return ""


def _orders(action: str) -> Callable[[Posted], Sequence[Message]]:
    return lambda posted: _read_order(posted, action)


_TOPICS: Mapping[str, Callable[[Posted], Sequence[Message]]] = {
    "": _read_untitled,
    "orders/create": _orders("order"),
    "orders/updated": _orders("order_update"),
    "orders/paid": _orders("order_update"),
    "orders/fulfilled": _orders("order_update"),
    "orders/partially_fulfilled": _orders("order_update"),
    "orders/cancelled": _read_cancelled,
    "orders/delete": _read_deleted,
    "orders/edited": _read_edited,
    "refunds/create": _read_refund,
    "reverse_fulfillment_orders/dispose": _read_disposal,
    "inventory_levels/update": _read_level,
}
