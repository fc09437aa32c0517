"""All SKUs of a large shop at once: searching them 50 at a time would take hundreds of calls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from core.errors import SyncStateError
from core.marketplaces.shopify.bulk import Bulk
from core.marketplaces.shopify.items import Fault, choose, quantity_of, sku_in
from core.marketplaces.shopify.posted import ITEM
from core.marketplaces.shopify.queries import ALL_ITEMS

_log = logging.getLogger(__name__)
_KEPT_FOR = 600.0


class Index:
    """The item of each SKU and what it showed, by a bulk operation, kept for 10 minutes: 25 MB for 100,000 SKUs."""

    def __init__(self, bulk: Bulk, location: str, clock: Callable[[], float]) -> None:
        self._bulk = bulk
        self._location = location
        self._clock = clock
        self._items: dict[str, int | Fault] = {}
        self._shown: dict[int, int] = {}
        self._at = float("-inf")
        self._loading: asyncio.Task[None] | None = None

    def find(self, sku: str) -> str | Fault | None:
        """The SKU's item or what is wrong with it; None when it is not known here."""
        if self._clock() - self._at >= _KEPT_FOR:
            self._items, self._shown = {}, {}
        found = self._items.get(sku)
        return f"{ITEM}{found}" if isinstance(found, int) else found

    def glimpsed(self, item: str) -> int | None:
        """What the item showed when it was read, told once."""
        return self._shown.pop(int(item.removeprefix(ITEM)), None) if self._shown else None

    def begin(self) -> None:
        """Have it read in the background, unless that has been done or tried in the last 10 minutes."""
        if self._loading is None and self._clock() - self._at >= _KEPT_FOR:
            self._loading = asyncio.get_running_loop().create_task(self._load())

    def forget(self, sku: str) -> None:
        """The SKU's item is not there any more."""
        self._items.pop(sku, None)

    async def close(self) -> None:
        """Break off what goes on in the background."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def _load(self) -> None:
        found: dict[str, int | Fault] = {}
        shown: dict[int, int] = {}
        try:
            async for item in self._bulk.read(ALL_ITEMS, {"location": self._location}):
                _add(found, shown, item)
        except SyncStateError as error:
            _log.warning("SKUs are searched for, a few at a time: %s", error)
            found, shown = {}, {}
        except Exception:  # noqa: BLE001 - the outermost edge of this task: without the index, SKUs are searched for
            _log.exception("the shop's SKUs cannot be read for a reason nobody foresaw")
            found, shown = {}, {}
        self._items, self._shown, self._at, self._loading = found, shown, self._clock(), None


def _add(found: dict[str, int | Fault], shown: dict[int, int], item: Mapping[str, object]) -> None:
    sku, chosen = sku_in(item), choose([item])
    if not sku:
        return
    number = chosen.removeprefix(ITEM) if isinstance(chosen, str) else ""
    if isinstance(chosen, Fault):
        found[sku] = chosen
    elif number.isdecimal():
        # Shopify counts what shares a SKU a little late: two rows are two, whatever they say.
        twice = choose([item, item]) if sku in found else None
        found[sku] = twice if isinstance(twice, Fault) else int(number)
        quantity = quantity_of(item)
        if isinstance(quantity, int):
            shown[int(number)] = quantity
