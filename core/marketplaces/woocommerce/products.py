"""What a product or a variation says of itself: which listing it is, what it shows, and whether that can be set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.marketplaces.bodies import read_id
from core.marketplaces.woocommerce.api import Node

FIELDS = "id,parent_id,type,sku,manage_stock,stock_quantity"
LISTING = "[1-9][0-9]{0,19}(:[1-9][0-9]{0,19})?"
UNKNOWN = "no product or variation with this SKU"
GONE = "the linked product does not exist any more"
UNTRACKED = 'WooCommerce does not keep its quantity; tick "Track stock quantity" there'
SHARED_BY_PARENT = 'its quantity is that of its parent product; tick "Manage stock?" at the variation'
FRACTION = "its quantity is not a whole number"
EMPTY = "the SKU is that of a product which has no stock itself; give each variation its own"
_SHELLS = frozenset({"grouped", "external"})


@dataclass(frozen=True, slots=True)
class Item:
    """One listing: `listing` is its id, or its parent's and its own for a variation.

    `quantity` is what it shows, None where it cannot be set, and `trouble` then says why.
    """

    listing: str
    sku: str
    quantity: int | None
    trouble: str = ""

    @property
    def is_shell(self) -> bool:
        """Whether it only holds other listings together."""
        return self.trouble == EMPTY


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a SKU cannot be set until a person acts; `lost`: it may have been set, the shop did not say."""

    reason: str
    lost: bool = False


def is_listing(text: str) -> bool:
    """Whether this is the id of a listing."""
    return re.fullmatch(LISTING, text) is not None


def read_product(row: Node, parent: str = "") -> Item | None:
    """The product or, below its `parent`, the variation; None when it has no id."""
    own = read_id(row.get("id"))
    if not own.isdecimal():
        return None
    of = parent or (read_id(row.get("parent_id")) if row.get("type") == "variation" else "")
    sku = row.get("sku")
    quantity = _quantity(row)
    return Item(
        listing=f"{of}:{own}" if of else own,
        sku=sku if isinstance(sku, str) else "",
        quantity=quantity if isinstance(quantity, int) else None,
        trouble=quantity.reason if isinstance(quantity, Fault) else "",
    )


def choose(items: Sequence[Item]) -> Item | Fault:
    """The one listing that has a SKU, given all that were found with it; or why there is none to set."""
    goods = [item for item in items if not item.is_shell]
    if not items:
        return Fault(UNKNOWN)
    if not goods:
        return Fault(EMPTY)
    if len(goods) > 1:
        named = ", ".join(sorted(item.listing for item in goods)[:5])
        return Fault(f"{len(goods)} products have this SKU ({named}); give each its own, or link the one that is meant")
    return goods[0] if goods[0].quantity is not None else Fault(goods[0].trouble)


def _quantity(row: Node) -> int | Fault:
    managed, kind = row.get("manage_stock"), str(row.get("type"))
    if kind in _SHELLS or (kind == "variable" and managed is not True):
        return Fault(EMPTY)
    if managed == "parent":
        return Fault(SHARED_BY_PARENT)
    if managed is not True:
        return Fault(UNTRACKED)
    shown = row.get("stock_quantity")
    if shown is None:
        return 0
    if isinstance(shown, float) and shown.is_integer():
        return int(shown)
    return shown if isinstance(shown, int) and not isinstance(shown, bool) else Fault(FRACTION)
