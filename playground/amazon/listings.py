"""Listings: what was asked for (`attributes`) and what is live, which follows later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

Entry: TypeAlias = Mapping[str, object]
"""One value of the attribute `fulfillment_availability`."""

OWN_STOCK = "DEFAULT"
AMAZON_STOCK = "AMAZON_NA"


@dataclass(frozen=True, slots=True)
class Listing:
    """A SKU on sale: `live` units from the seller's own stock, `fba` from Amazon's."""

    sku: str
    asin: str
    product_type: str
    title: str
    entries: tuple[Entry, ...]
    live: int
    fba: int | None
    created_at: float
    updated_at: float

    def sold(self, units: int, at: float) -> "Listing":
        """Return the listing after Amazon lowered its live quantity by `units`, never below 0."""
        return replace(self, live=max(0, self.live - units), updated_at=at)

    def sold_by_amazon(self, units: int, at: float) -> "Listing":
        """Return the listing after `units` moved out of Amazon's own stock."""
        return replace(self, fba=(self.fba or 0) - units, updated_at=at)

    def asked(self, entries: tuple[Entry, ...], at: float) -> "Listing":
        """Return the listing with an accepted attribute; what is live stays as it is."""
        return replace(self, entries=entries, updated_at=at)

    def gone_live(self, quantity: int, at: float) -> "Listing":
        """Return the listing showing `quantity`."""
        return replace(self, live=quantity, updated_at=at)


@dataclass(frozen=True, slots=True)
class Submission:
    """An accepted change of a listing that goes live at `due`."""

    id: str
    sku: str
    quantity: int
    due: float
