"""What listings show: found by SKU, by id, or all of them; source: `products` and `variations` of wc/v3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from core.marketplaces.bodies import read_id
from core.marketplaces.woocommerce.api import PER_PAGE, Api, Node
from core.marketplaces.woocommerce.products import FIELDS, SHARED_BY_PARENT, UNKNOWN, Fault, Item, choose, read_product
from core.ports import Listing

_LONGEST = 3_000
_KEPT, _KEPT_FOR = 5_000, 600.0
COMMA = "its SKU has a comma in it, which WooCommerce cannot search for; link it by its id"


class Shelf:
    """The products and variations of one shop; `clock` gives epoch seconds."""

    def __init__(self, api: Api, clock: Callable[[], float]) -> None:
        self._api = api
        self._clock = clock
        self._skus: dict[str, tuple[float, str]] = {}

    async def find(self, skus: Iterable[str]) -> Mapping[str, list[Item]]:
        """All listings that have exactly one of the SKUs, by SKU, as few calls as can be."""
        wanted = dict.fromkeys(skus)
        found: dict[str, list[Item]] = defaultdict(list)
        for part in _parts([sku for sku in wanted if "," not in sku]):
            async for page in self._api.pages("/products", sku=",".join(part), _fields=FIELDS):
                for item in _items(page):
                    if item.sku in wanted and item not in found[item.sku]:
                        found[item.sku].append(item)
        return found

    async def get(self, listing: str) -> Item | None:
        """The listing with this id; None when there is none."""
        parent, _, own = listing.rpartition(":")
        path = f"/products/{parent}/variations/{own}" if parent else f"/products/{own}"
        found = await self._api.one(path, _fields=FIELDS)
        return None if found is None else read_product(found[0], parent)

    async def sku_of(self, listing: str) -> str:
        """The listing's SKU, at most 10 minutes old, or ""."""
        at, sku = self._skus.get(listing, (float("-inf"), ""))
        if self._clock() - at >= _KEPT_FOR:
            item = await self.get(listing)
            sku = item.sku if item else ""
            if len(self._skus) >= _KEPT:
                self._skus.clear()
            self._skus[listing] = (self._clock(), sku)
        return sku

    async def of(self, skus: Sequence[str]) -> AsyncIterator[Sequence[Listing]]:
        """The listings of these SKUs; a SKU that has none comes as one that says so. ChannelError."""
        wanted = list(dict.fromkeys(skus))
        for start in range(0, len(wanted), PER_PAGE):
            part = wanted[start : start + PER_PAGE]
            found = await self.find(part)
            yield [listing for sku in part for listing in _listings(sku, found.get(sku, []))]

    async def all(self) -> AsyncIterator[Sequence[Listing]]:
        """Every listing that has a SKU, page by page, variations after their product. ChannelError."""
        seen: dict[str, str] = {}
        async for page in self._api.pages("/products", orderby="id", order="asc", _fields=FIELDS):
            yield [_listing(item, seen) for item in _items(page) if item.sku and not item.is_shell]
            for parent in [row for row in page if row.get("type") == "variable"]:
                number = read_id(parent.get("id"))
                async for part in self._api.pages(f"/products/{number}/variations", orderby="id", _fields=FIELDS):
                    own = [item for item in _items(part, number) if item.sku and not _inherits(item, parent)]
                    yield [_listing(item, seen) for item in own]


def fault_of(sku: str, items: Sequence[Item]) -> Item | Fault:
    """The one listing that has the SKU, or why there is none to set."""
    return Fault(COMMA) if "," in sku else choose(items)


def _parts(skus: Sequence[str]) -> Iterator[list[str]]:
    """As many SKUs at a time as a call can name."""
    part: list[str] = []
    length = 0
    for sku in skus:
        size = len(quote(sku, safe="")) + 3
        if part and (length + size > _LONGEST or len(part) == PER_PAGE):
            yield part
            part, length = [], 0
        part.append(sku)
        length += size
    if part:
        yield part


def _items(rows: Sequence[Node], parent: str = "") -> list[Item]:
    return [item for row in rows if (item := read_product(row, parent)) is not None]


def _inherits(item: Item, parent: Node) -> bool:
    """Whether a variation has both its SKU and its quantity from its parent, which is a listing itself."""
    return item.trouble == SHARED_BY_PARENT and item.sku == parent.get("sku")


def _listings(sku: str, items: Sequence[Item]) -> list[Listing]:
    chosen = fault_of(sku, items)
    if isinstance(chosen, Item):
        return [Listing(sku, chosen.listing, chosen.quantity)]
    goods = [item for item in items if not item.is_shell]
    return [Listing(sku, item.listing, item.quantity, chosen.reason) for item in goods] or [
        Listing(sku, "", None, chosen.reason or UNKNOWN)
    ]


def _listing(item: Item, seen: dict[str, str]) -> Listing:
    """The listing; one whose SKU came before, at another listing, says so."""
    first = seen.setdefault(item.sku, item.listing)
    chosen = choose([item] if first == item.listing else [replace(item, listing=first), item])
    trouble = chosen.reason if isinstance(chosen, Fault) else ""
    return Listing(item.sku, item.listing, item.quantity, trouble)
