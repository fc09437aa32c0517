"""Orders that changed since some time; source: Orders API 2026-01-01, searchOrders (0.0056 a second: a fallback)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import quote

from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.operations import SEARCH_ORDERS
from core.marketplaces.amazon.orders import read_order
from core.marketplaces.amazon.patches import marketplaces
from core.marketplaces.amazon.reports import iso
from core.marketplaces.bodies import rows, table
from core.messages import Message
from core.orders.facts import OrderFacts

_PATH = "/orders/2026-01-01/orders"
_PAGE = 100


async def orders_since(
    api: SellingPartner, access: AmazonAccess, since: float, now: float
) -> AsyncIterator[Sequence[Message]]:
    """The orders that the seller fulfils and that changed then (epoch s) or later, a page at a time. ChannelError."""
    wanted = f"fulfilledBy=MERCHANT&maxResultsPerPage={_PAGE}&includedData=FULFILLMENT"
    query = f"lastUpdatedAfter={quote(iso(max(0.0, since)), safe='')}&{marketplaces(access)}&{wanted}"
    token = ""
    while True:
        more = f"&paginationToken={quote(token, safe='')}" if token else ""
        said = await api.read(SEARCH_ORDERS, "GET", f"{_PATH}?{query}{more}")
        yield _facts(said, now)
        found = table(said.get("pagination")).get("nextToken")
        if not isinstance(found, str) or not found:
            return
        token = found


def _facts(said: Mapping[str, object], now: float) -> list[OrderFacts]:
    found = [read_order(table(order), now) for order in rows(said.get("orders"))]
    return sorted((facts for facts in found if facts is not None), key=lambda facts: facts.updated_at)
