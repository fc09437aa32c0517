"""Which inventory item a SKU is, and what that shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.posted import ITEM
from core.marketplaces.shopify.queries import FIND_ITEMS, READ_LEVELS, READ_SKUS, quote

_SKUS_AT_ONCE = 50
_PAGES = 20
_KEPT = 5_000
_KEPT_FOR = 600.0
_ITEM_ID = re.compile(re.escape(ITEM) + r"[0-9]{1,20}")

UNKNOWN = "no listing with this SKU"
UNTRACKED = "the listing's quantity is not tracked; switch that on in Shopify"
GONE = "the linked listing does not exist any more"
ELSEWHERE = "the listing is not stocked at the location in SHOPIFY_LOCATION_ID"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a listing cannot be set until a person acts."""

    reason: str


def is_item(listing: str) -> bool:
    """Whether this is the global id of an inventory item."""
    return _ITEM_ID.fullmatch(listing) is not None


class Listings:
    """The items of one shop, seen at one location."""

    def __init__(self, admin: Admin, location: str, clock: Callable[[], float]) -> None:
        self._admin = admin
        self._location = location
        self._clock = clock
        self._skus: dict[str, tuple[float, str]] = {}

    async def find(self, skus: Sequence[str]) -> Mapping[str, str | Fault]:
        """For each SKU the one item that has exactly it, or why there is none to set."""
        found: dict[str, list[Mapping[str, object]]] = defaultdict(list)
        for start in range(0, len(skus), _SKUS_AT_ONCE):
            for item in await self._search(skus[start : start + _SKUS_AT_ONCE]):
                found[_sku(item)].append(item)
        return {sku: _choose(found.get(sku, [])) for sku in skus}

    async def shown(self, items: Sequence[str]) -> Sequence[int | Fault]:
        """What each item shows as available now, or why that cannot be set; at most 250 items."""
        if not items:
            return []
        data = await self._admin.run(READ_LEVELS, {"ids": items, "location": self._location})
        nodes = rows(data.get("nodes"))
        return [_quantity(table(node)) for node in nodes] if len(nodes) == len(items) else [Fault(GONE)] * len(items)

    async def sku_of(self, item: str) -> str:
        """The item's SKU, at most 10 minutes old, or ""."""
        at, sku = self._skus.get(item, (-_KEPT_FOR, ""))
        if self._clock() - at >= _KEPT_FOR:
            data = await self._admin.run(READ_SKUS, {"ids": [item]})
            sku = "".join(_sku(table(node)) for node in rows(data.get("nodes")))
            self._keep(item, sku)
        return sku

    def _keep(self, item: str, sku: str) -> None:
        self._skus.pop(item, None)
        self._skus[item] = (self._clock(), sku)
        if len(self._skus) > _KEPT:
            del self._skus[next(iter(self._skus))]

    async def _search(self, skus: Iterable[str]) -> Sequence[Mapping[str, object]]:
        query = " OR ".join(f"sku:{quote(sku)}" for sku in skus)
        found: list[Mapping[str, object]] = []
        after: object = None
        for _ in range(_PAGES):
            data = await self._admin.run(FIND_ITEMS, {"query": query, "after": after})
            page = table(data.get("inventoryItems"))
            found += [table(node) for node in rows(page.get("nodes"))]
            info = table(page.get("pageInfo"))
            after = info.get("endCursor")
            if info.get("hasNextPage") is not True or not isinstance(after, str):
                break
        return found


def _sku(item: Mapping[str, object]) -> str:
    sku = item.get("sku")
    return sku if isinstance(sku, str) else ""


def _choose(items: Sequence[Mapping[str, object]]) -> str | Fault:
    if not items:
        return Fault(UNKNOWN)
    others = items[0].get("duplicateSkuCount")
    same = max(len(items), others + 1 if isinstance(others, int) else 1)
    if same > 1:
        return Fault(f"{same} listings have this SKU; give each its own, or link the one that is meant")
    if items[0].get("tracked") is False:
        return Fault(UNTRACKED)
    return str(items[0].get("id"))


def _quantity(item: Mapping[str, object]) -> int | Fault:
    if not item:
        return Fault(GONE)
    if item.get("tracked") is False:
        return Fault(UNTRACKED)
    for entry in rows(table(item.get("inventoryLevel")).get("quantities")):
        quantity = table(entry).get("quantity")
        if isinstance(quantity, int):
            return quantity
    return Fault(ELSEWHERE)
