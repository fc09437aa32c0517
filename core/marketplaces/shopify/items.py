"""What an inventory item says of itself: whether it can be set, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.pages import Node
from core.marketplaces.shopify.posted import ITEM

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


def sku_in(item: Node) -> str:
    """The item's SKU, or ""."""
    sku = item.get("sku")
    return sku if isinstance(sku, str) else ""


def choose(items: Sequence[Node]) -> str | Fault:
    """The global id of the one item that has a SKU, given all that were found with it; or why there is none to set."""
    if not items:
        return Fault(UNKNOWN)
    same = max(len(items), shared_by(items[0]))
    if same > 1:
        return Fault(f"{same} listings have this SKU; give each its own, or link the one that is meant")
    if items[0].get("tracked") is False:
        return Fault(UNTRACKED)
    return str(items[0].get("id"))


def shared_by(item: Node) -> int:
    """How many items have this item's SKU."""
    others = item.get("duplicateSkuCount")
    return others + 1 if isinstance(others, int) else 1


def quantity_of(item: Node) -> int | Fault:
    """What the item shows as available at the location that was asked for, or why that cannot be set."""
    if not item:
        return Fault(GONE)
    if item.get("tracked") is False:
        return Fault(UNTRACKED)
    for entry in rows(table(item.get("inventoryLevel")).get("quantities")):
        quantity = table(entry).get("quantity")
        if isinstance(quantity, int):
            return quantity
    return Fault(ELSEWHERE)
