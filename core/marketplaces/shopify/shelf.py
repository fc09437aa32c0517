"""What all listings of a shop show: page by page, or in one piece where there are many."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence

from core.errors import ChannelError
from core.marketplaces.bodies import table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.bulk import Bulk
from core.marketplaces.shopify.items import UNKNOWN, Fault, choose, quantity_of, sku_in
from core.marketplaces.shopify.listings import SKUS_AT_ONCE, any_of
from core.marketplaces.shopify.pages import Node, pages
from core.marketplaces.shopify.queries import ALL_ITEMS, COUNT_VARIANTS, LIST_ITEMS
from core.ports import Listing

_log = logging.getLogger(__name__)
_LARGE = 5_000
_PAGE = 250


class Shelf:
    """The items of one shop as they are at one location."""

    def __init__(self, admin: Admin, bulk: Bulk, location: str) -> None:
        self._admin = admin
        self._bulk = bulk
        self._location = location

    async def of(self, skus: Sequence[str]) -> AsyncIterator[Sequence[Listing]]:
        """The listings of these SKUs; a SKU that has none comes as one that says so. ChannelError."""
        for start in range(0, len(skus), SKUS_AT_ONCE):
            wanted = dict.fromkeys(skus[start : start + SKUS_AT_ONCE])
            found = [
                item async for page in self._pages(any_of(list(wanted))) for item in page if sku_in(item) in wanted
            ]
            missing = wanted.keys() - {sku_in(item) for item in found}
            yield [_listing(item) for item in found] + [Listing(sku, "", None, UNKNOWN) for sku in sorted(missing)]

    async def all(self) -> AsyncIterator[Sequence[Listing]]:
        """Every listing that has a SKU, some 250 at a time, however many there are. ChannelError."""
        begun = False
        if await self._is_large():
            try:
                async for part in self._in_bulk():
                    begun = True
                    yield _listings(part)
            except ChannelError as error:
                if begun:
                    raise
                _log.warning("the listings are read page by page: %s", error)
            else:
                return
        async for page in self._pages(None):
            yield _listings(page)

    async def _is_large(self) -> bool:
        data = await self._admin.run(COUNT_VARIANTS, {"limit": _LARGE})
        count = table(data.get("productVariantsCount")).get("count")
        return isinstance(count, int) and count >= _LARGE

    async def _in_bulk(self) -> AsyncIterator[Sequence[Node]]:
        part: list[Node] = []
        async for item in self._bulk.read(ALL_ITEMS, {"location": self._location}):
            part.append(item)
            if len(part) == _PAGE:
                yield part
                part = []
        yield part

    def _pages(self, query: str | None) -> AsyncIterator[Sequence[Mapping[str, object]]]:
        return pages(self._admin, LIST_ITEMS, {"query": query, "location": self._location}, "inventoryItems")


def _listings(items: Sequence[Node]) -> Sequence[Listing]:
    return [_listing(item) for item in items if sku_in(item)]


def _listing(item: Node) -> Listing:
    shown, chosen = quantity_of(item), choose([item])
    fault = chosen if isinstance(chosen, Fault) else shown
    return Listing(
        sku=sku_in(item),
        listing=str(item.get("id") or ""),
        quantity=None if isinstance(shown, Fault) else shown,
        trouble=fault.reason if isinstance(fault, Fault) else "",
    )
