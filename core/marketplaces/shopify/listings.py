"""Which inventory item a SKU is, and what that shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.index import Index
from core.marketplaces.shopify.items import GONE, Fault, choose, quantity_of, sku_in
from core.marketplaces.shopify.pages import Node, pages
from core.marketplaces.shopify.queries import FIND_ITEMS, READ_LEVELS, READ_SKUS, quote

SKUS_AT_ONCE = 50
_MANY = 200
_KEPT = 5_000
_KEPT_FOR = 600.0


class Listings:
    """The items of one shop, seen at one location."""

    def __init__(self, admin: Admin, index: Index, location: str, clock: Callable[[], float]) -> None:
        self._admin = admin
        self._index = index
        self._location = location
        self._clock = clock
        self._skus: dict[str, tuple[float, str]] = {}
        self._glimpses: dict[str, int] = {}

    async def find(self, skus: Sequence[str]) -> Mapping[str, str | Fault]:
        """For each SKU the one item that has exactly it, or why there is none to set.

        So many at a time are searched for that it is worth reading all of the shop, and meanwhile, as well.
        """
        known = {sku: item for sku in skus if (item := self._index.find(sku)) is not None}
        unknown = [sku for sku in skus if sku not in known]
        if len(unknown) >= _MANY:
            self._index.begin()
        found: dict[str, list[Node]] = defaultdict(list)
        for start in range(0, len(unknown), SKUS_AT_ONCE):
            for node in await self._search(unknown[start : start + SKUS_AT_ONCE]):
                found[sku_in(node)].append(node)
                self._glimpse(node)
        return {sku: known.get(sku) or choose(found.get(sku, [])) for sku in skus}

    def glimpsed(self, item: str) -> int | None:
        """What the item showed when it was found, told once: only what is compared with it on the way may rest on it.

        Reading what 250 items show takes 750 points of a shop's budget, and finding them with it takes 35 or fewer.
        """
        seen = self._glimpses.pop(item, None)
        return self._index.glimpsed(item) if seen is None else seen

    def forget(self, sku: str) -> None:
        """What the SKU was thought to be is gone: look for it anew."""
        self._index.forget(sku)

    async def shown(self, items: Sequence[str]) -> Sequence[int | Fault]:
        """What each item shows as available now, or why that cannot be set; at most 250 items."""
        if not items:
            return []
        data = await self._admin.run(READ_LEVELS, {"ids": items, "location": self._location})
        nodes = rows(data.get("nodes"))
        return [quantity_of(table(node)) for node in nodes] if len(nodes) == len(items) else [Fault(GONE)] * len(items)

    async def sku_of(self, item: str) -> str:
        """The item's SKU, at most 10 minutes old, or ""."""
        at, sku = self._skus.get(item, (-_KEPT_FOR, ""))
        if self._clock() - at >= _KEPT_FOR:
            data = await self._admin.run(READ_SKUS, {"ids": [item]})
            sku = "".join(sku_in(table(node)) for node in rows(data.get("nodes")))
            self._keep(item, sku)
        return sku

    def _keep(self, item: str, sku: str) -> None:
        self._skus.pop(item, None)
        self._skus[item] = (self._clock(), sku)
        if len(self._skus) > _KEPT:
            del self._skus[next(iter(self._skus))]

    def _glimpse(self, item: Node) -> None:
        shown = quantity_of(item)
        if isinstance(shown, int):
            self._glimpses[str(item.get("id"))] = shown
        if len(self._glimpses) > _KEPT:
            del self._glimpses[next(iter(self._glimpses))]

    async def _search(self, skus: Sequence[str]) -> Sequence[Node]:
        wanted = {"query": any_of(skus), "location": self._location}
        return [node async for page in pages(self._admin, FIND_ITEMS, wanted, "inventoryItems") for node in page]


def any_of(skus: Sequence[str]) -> str:
    """The search for items that have one of the SKUs; it finds those that differ in case, too."""
    return " OR ".join(f"sku:{quote(sku)}" for sku in skus)
