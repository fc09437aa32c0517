"""What the seller's listings show now; source: Listings Items 2021-08-01 and GET_MERCHANT_LISTINGS_ALL_DATA."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.names import OWN_STOCK
from core.marketplaces.amazon.operations import GET_LISTING, SEARCH_LISTINGS
from core.marketplaces.amazon.patches import items_path, marketplaces, segment
from core.marketplaces.amazon.reports import Reports
from core.marketplaces.bodies import rows, table
from core.ports import Listing

AT_ONCE = 20
PAGED = 1_000
REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"
FOREIGN_STOCK = "Amazon fulfils it from its own stock"
UNCOUNTED = "Amazon does not say how many it shows"
_DATA = "includedData=summaries,fulfillmentAvailability"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The listings of one seller. Every method raises ChannelError."""

    api: SellingPartner
    access: AmazonAccess
    reports: Reports

    async def of(self, skus: Sequence[str]) -> AsyncIterator[Sequence[Listing]]:
        """Those of the SKUs that there are, 20 a call."""
        # A comma separates the identifiers of a search, so a SKU with one is asked for by itself.
        plain = [sku for sku in dict.fromkeys(skus) if "," not in sku]
        for start in range(0, len(plain), AT_ONCE):
            names = ",".join(quote(sku, safe="") for sku in plain[start : start + AT_ONCE])
            said = await self._search(f"identifiersType=SKU&identifiers={names}&pageSize={AT_ONCE}")
            wanted = set(plain[start : start + AT_ONCE])
            yield [each for each in read_items(said) if each.sku in wanted]
        for sku in dict.fromkeys(skus):
            if "," in sku:
                yield await self._one(sku)

    async def all(self) -> AsyncIterator[Sequence[Listing]]:
        """All of them: by pages while a search can reach them, else by a report that Amazon makes in some minutes."""
        query = f"pageSize={AT_ONCE}&sortBy=createdDate&sortOrder=ASC"
        said = await self._search(query)
        found = said.get("numberOfResults")
        if not isinstance(found, int) or found > PAGED:
            async for page in self.reports.made(REPORT):
                yield [each for each in map(_reported, page) if each is not None]
            return
        while True:
            yield read_items(said)
            token = table(said.get("pagination")).get("nextToken")
            if not isinstance(token, str) or not token:
                return
            said = await self._search(f"{query}&pageToken={quote(token, safe='')}")

    async def _search(self, query: str) -> Mapping[str, object]:
        path = f"{items_path(self.access)}?{marketplaces(self.access)}&{_DATA}&{query}"
        return await self.api.read(SEARCH_LISTINGS, "GET", path)

    async def _one(self, sku: str) -> Sequence[Listing]:
        path = f"{items_path(self.access)}/{segment(sku)}?{marketplaces(self.access)}&{_DATA}"
        answer = await self.api.call(GET_LISTING, "GET", path)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return ()
        return read_items({"items": [self.api.said(GET_LISTING, answer)]})


def read_items(said: Mapping[str, object]) -> Sequence[Listing]:
    """The listings of a search's answer; what has no SKU is none."""
    return [each for each in map(_read_item, map(table, rows(said.get("items")))) if each is not None]


def _read_item(item: Mapping[str, object]) -> Listing | None:
    sku = item.get("sku")
    if not isinstance(sku, str) or not sku:
        return None
    entries = [table(each) for each in rows(item.get("fulfillmentAvailability"))]
    own = [each.get("quantity") for each in entries if each.get("fulfillmentChannelCode") == OWN_STOCK]
    if not own:
        return Listing(sku, sku, None, FOREIGN_STOCK if entries else UNCOUNTED)
    count = _count(own[0])
    return Listing(sku, sku, count, UNCOUNTED if count is None else "")


def _reported(row: Mapping[str, str]) -> Listing | None:
    sku = row.get("seller-sku", "")
    if not sku:
        return None
    if row.get("fulfillment-channel", OWN_STOCK) not in ("", OWN_STOCK):
        return Listing(sku, sku, None, FOREIGN_STOCK)
    text = row.get("quantity", "")
    return Listing(sku, sku, int(text)) if text.isascii() and text.isdigit() else Listing(sku, sku, None, UNCOUNTED)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
