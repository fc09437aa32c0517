"""How much of an order is asked for at once: as much as the shop allows, whose prices are published in part only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TypeVar

from core.marketplaces.shopify.admin import TooCostly

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How many lines, refunds, and goods of each refund come with an order."""

    lines: int
    refunds: int
    goods: int

    @property
    def variables(self) -> Mapping[str, int]:
        """The sizes as a document's variables."""
        return asdict(self)


WHOLE = (Size(lines=100, refunds=40, goods=50), Size(lines=50, refunds=5, goods=20))
LISTED = ((25, Size(lines=20, refunds=3, goods=10)), (5, Size(lines=10, refunds=2, goods=5)))


async def fitting(read: Callable[[Size], Awaitable[T]], sizes: Sequence[Size] = WHOLE) -> T:
    """What `read` gives at the largest size that is not too costly; TooCostly when even the last is."""
    for size in sizes[:-1]:
        with suppress(TooCostly):
            return await read(size)
    return await read(sizes[-1])
