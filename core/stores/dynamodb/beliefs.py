"""What a commit believes is stored: read, remembered, or hoped of a new key; a write fails where it errs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.stock import Stock
from core.stores.dynamodb.context import NOTHING, Kept, Memory
from core.stores.dynamodb.forms import fit
from core.stores.dynamodb.stock_rows import stock_of
from core.stores.dynamodb.values import Item, blob_of


def kept_of(item: Item | None) -> Kept:
    """What the row holds (None: there is no row)."""
    if item is None:
        return NOTHING
    fit(item)
    return Kept(exists=True, known=blob_of(item, "known"), mark=blob_of(item, "mark"))


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Rows by key and stock by SKU as this commit has read them, above what the instance remembers."""

    memory: Memory
    rows: dict[str, Kept] = field(default_factory=dict)
    stock: dict[str, Stock] = field(default_factory=dict)

    def learn_row(self, key: str, item: Item | None) -> None:
        """Take over what is stored under the key."""
        self.keep_row(key, kept_of(item))

    def keep_row(self, key: str, kept: Kept) -> None:
        """Know for certain what is stored under the key, and remember it."""
        self.rows[key] = self.memory.kept[key] = Kept(kept.exists, _trimmed(kept.known), _trimmed(kept.mark))

    def learn_stock(self, sku: str, item: Item | None) -> None:
        """Take over what is stored of the SKU."""
        self.stock[sku] = stock_of(sku, item)
        self.memory.counted[sku] = self.stock[sku].counted_at

    def forget_stock(self, skus: Iterable[str]) -> None:
        """Remember of these SKUs only since when they are managed: their numbers may have moved on."""
        for sku in skus:
            self.stock.pop(sku, None)

    def guess_row(self, key: str) -> Kept:
        """What is stored under the key, as far as it is known: most keys are new."""
        return self.rows.get(key) or self.memory.kept.get(key, NOTHING)

    def guess(self, sku: str) -> Stock | None:
        """The stock as far as it is known: the numbers if they were read, else only since when it is managed."""
        if sku in self.stock:
            return self.stock[sku]
        return Stock(sku, counted_at=self.memory.counted[sku]) if sku in self.memory.counted else None


def _trimmed(data: bytes | None) -> bytes | None:
    # What orjson has just written holds on to 4 KB, however short it is.
    return None if data is None else bytes(memoryview(data))
