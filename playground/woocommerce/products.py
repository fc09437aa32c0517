"""What the shop sells: products, and variations below some of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from playground.errors import RefusedError

Managed = bool | Literal["parent"]


class Kind(StrEnum):
    """The product types that the stand-in knows."""

    SIMPLE = "simple"
    VARIABLE = "variable"
    VARIATION = "variation"


@dataclass(frozen=True, slots=True)
class Product:
    """A product, or a variation of the product `parent_id`; times are epoch seconds.

    A variation that is managed by its parent has that one's stock, and one without a SKU has that one's.
    """

    id: int
    kind: Kind
    sku: str
    name: str
    managed: Managed
    quantity: int | None
    modified_at: float
    parent_id: int = 0


class Products:
    """All there is on sale, by id."""

    def __init__(self) -> None:
        self.by_id: dict[int, Product] = {}
        self._ids: dict[str, dict[int, None]] = {}

    def put(self, product: Product) -> None:
        """Store the product as it is now."""
        self.by_id[product.id] = product
        self._ids.setdefault(product.sku.casefold(), {})[product.id] = None

    def get(self, number: int, parent: int = 0) -> Product | None:
        """The product with this id, or the variation with it below its parent."""
        found = self.by_id.get(number)
        return found if found is not None and found.parent_id == parent else None

    def shown_sku(self, product: Product) -> str:
        """Its SKU; a variation without one has its parent's."""
        return product.sku or (self.by_id[product.parent_id].sku if product.parent_id else "")

    def with_sku(self, sku: str) -> list[Product]:
        """Everything that has this SKU itself, whatever its case."""
        wanted = sku.casefold()
        found = (self.by_id.get(number) for number in self._ids.get(wanted, ()))
        return [each for each in found if each is not None and each.sku.casefold() == wanted]

    def find(self, sku: str) -> Product:
        """The first that has exactly this SKU and can be bought; RefusedError."""
        goods = (each for each in self.by_id.values() if self.shown_sku(each) == sku)
        found = next((each for each in goods if each.kind is not Kind.VARIABLE), None)
        if found is None:
            raise RefusedError(f"the shop has no SKU {sku!r}")
        return found

    def keeper(self, product: Product) -> Product | None:
        """Whose stock its sale lowers; None where none is kept."""
        if product.managed == "parent":
            return self.by_id[product.parent_id]
        return product if product.managed else None

    def variations(self, parent: int) -> Iterator[Product]:
        """The variations of a product."""
        return (each for each in self.by_id.values() if parent and each.parent_id == parent)

    def move(self, product_id: int, units: int, now: float) -> Product | None:
        """Add units to the stock behind a product; the product whose stock it was, as it is now."""
        product = self.by_id.get(product_id)
        keeper = self.keeper(product) if product else None
        if keeper is None:
            return None
        moved = replace(keeper, quantity=(keeper.quantity or 0) + units, modified_at=now)
        self.put(moved)
        return moved
