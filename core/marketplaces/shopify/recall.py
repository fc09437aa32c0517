"""Orders that changed since some time; source: the `orders` query of Shopify's Admin API, version 2026-10."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.fetch import read_whole
from core.marketplaces.shopify.order_queries import LIST_ORDERS, SHORT_REFUNDS
from core.marketplaces.shopify.pages import Node, cursor_of, nodes, pages
from core.marketplaces.shopify.refunds import is_short
from core.marketplaces.shopify.snapshots import to_facts
from core.orders.facts import OrderFacts


async def orders_since(admin: Admin, since: float) -> AsyncIterator[Sequence[OrderFacts]]:
    """The orders that changed then (epoch s) or later, oldest change first, each whole; ChannelError."""
    moment = datetime.fromtimestamp(int(max(0.0, since)), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    async for page in pages(admin, LIST_ORDERS, {"query": f"updated_at:>='{moment}'"}, "orders"):
        found = [await _facts(admin, order) for order in page]
        yield [facts for facts in found if facts is not None]


async def _facts(admin: Admin, order: Node) -> OrderFacts | None:
    """The order's facts; one whose lines or refunds go on after what the list shows is read by itself."""
    refunds = [table(refund) for refund in rows(order.get("refunds"))]
    if cursor_of(order.get("lineItems")) or is_short(refunds, SHORT_REFUNDS):
        return await read_whole(admin, str(order.get("id")))
    return to_facts(order, nodes(order.get("lineItems")), refunds, whole=True)
