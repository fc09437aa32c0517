"""Orders that changed since some time; source: the `orders` query of Shopify's Admin API, version 2026-10."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin, TooCostly
from core.marketplaces.shopify.fetch import read_whole
from core.marketplaces.shopify.order_queries import LIST_ORDERS
from core.marketplaces.shopify.pages import Node, cursor_of, nodes, pages
from core.marketplaces.shopify.refunds import is_short
from core.marketplaces.shopify.sizes import LISTED, Size
from core.marketplaces.shopify.snapshots import to_facts
from core.orders.facts import OrderFacts


async def orders_since(admin: Admin, since: float) -> AsyncIterator[Sequence[OrderFacts]]:
    """The orders that changed then (epoch s) or later, oldest change first, each whole; ChannelError."""
    moment = datetime.fromtimestamp(int(max(0.0, since)), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    begun = False
    for orders, size in LISTED:
        asked = {"query": f"updated_at:>='{moment}'", "orders": orders, **size.variables}
        try:
            async for page in pages(admin, LIST_ORDERS, asked, "orders"):
                begun = True
                found = [await _facts(admin, order, size) for order in page]
                yield [facts for facts in found if facts is not None]
        except TooCostly:
            if begun or (orders, size) == LISTED[-1]:
                raise
        else:
            return


async def _facts(admin: Admin, order: Node, size: Size) -> OrderFacts | None:
    """The order's facts; one whose lines or refunds go on after what the list shows is read by itself."""
    refunds = [table(refund) for refund in rows(order.get("refunds"))]
    if cursor_of(order.get("lineItems")) or is_short(refunds, size.refunds):
        return await read_whole(admin, str(order.get("id")))
    return to_facts(order, nodes(order.get("lineItems")), refunds, whole=True)
