"""The SKUs of a large catalogue, and their stock."""

from __future__ import annotations

from core.adjustments import Adjustment
from core.ports import Store

STOCK = 7


def sku_of(number: int) -> str:
    """The SKU of that number."""
    return f"SKU-{number:06}"


async def stock(store: Store, count: int) -> None:
    """Set the stock of so many SKUs, with nothing left to follow up."""
    for start in range(0, count, store.group_size):
        skus = [sku_of(number) for number in range(start, min(count, start + store.group_size))]
        made = [Adjustment(key=f"manual#{sku}", sku=sku, at=1.0, actor="bench", physical=STOCK) for sku in skus]
        committed = await store.commit(made)
        if committed.mark is not None:
            await store.finish(committed.mark)
