"""Orders read back from the shop: one, or all that changed since some time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from core.marketplaces.bodies import read_id, read_time
from core.marketplaces.woocommerce.api import PER_PAGE, Api, Node
from core.marketplaces.woocommerce.orders import FIELDS, needs_refunds, read_order, read_refunded
from core.orders.facts import OrderFacts

# `any` leaves out what is in the trash.
_STATUSES = ("any", "trash")


async def fetch_order(api: Api, order_id: str) -> OrderFacts | None:
    """The order as it is now, None when the shop has none with this id; ChannelError."""
    found = await api.one(f"/orders/{order_id}", _fields=FIELDS) if order_id.isdecimal() else None
    return None if found is None else await _facts(api, *found)


async def orders_since(api: Api, since: float) -> AsyncIterator[Sequence[OrderFacts]]:
    """The orders that changed after that time (epoch s), oldest change first, each whole; ChannelError."""
    for status in _STATUSES:
        async for page, at in _changed(api, status, since):
            yield [await _facts(api, order, at) for order in page if read_id(order.get("id")).isdecimal()]


async def _changed(api: Api, status: str, since: float) -> AsyncIterator[tuple[Sequence[Node], float | None]]:
    """Pages that each begin where the last ended: an order that changes meanwhile moves to the end and shifts none."""
    after, number = int(max(0.0, since)) - 1, 1
    while True:
        moment = datetime.fromtimestamp(max(0, after), UTC).strftime("%Y-%m-%dT%H:%M:%S")
        part = await api.page(
            "/orders",
            number,
            status=status,
            modified_after=moment,
            dates_are_gmt="true",
            orderby="modified",
            order="asc",
            _fields=FIELDS,
        )
        yield part.rows, part.at
        if not part.more or len(part.rows) < PER_PAGE:
            return
        last = int(read_time(part.rows[-1].get("date_modified_gmt")) or 0) - 1
        after, number = (last, 1) if last > after else (after, number + 1)


async def _facts(api: Api, order: Node, at: float | None) -> OrderFacts:
    refunded = None
    if needs_refunds(order):
        pages = api.pages(f"/orders/{read_id(order.get('id'))}/refunds", _fields="id,line_items")
        refunded = read_refunded([refund async for page in pages for refund in page])
    return read_order(order, "order_update", refunded=refunded, now=at)
