"""All SKUs, kept in memory to be found: read page by page in the background, and added to as they come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from core.errors import Unavailable
from core.find import SkuIndex
from core.ports import Store

_log = logging.getLogger(__name__)
_PAGE = 1_000
_FRESH_SECONDS = 600.0
_PATIENCE = 1.0


class SkuList:
    """Finds among what is stored; `clock` gives epoch seconds. What other instances add shows within ten minutes."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._index = SkuIndex()
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    def add(self, skus: Iterable[str]) -> None:
        """These are stored now."""
        self._index.add(skus)

    async def find(self, query: str, limit: int) -> list[str]:
        """The best SKUs for the query, best first; those that are read by now, where reading them takes long."""
        reading = self._read_again()
        if reading is not None and not self._read_at:
            await asyncio.wait([reading], timeout=_PATIENCE)
        return await asyncio.to_thread(self._index.find, query, limit)

    async def stop(self) -> None:
        """Read no further."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _read_again(self) -> asyncio.Task[None] | None:
        if self._reading is not None and not self._reading.done():
            return self._reading
        if self._read_at and self._clock() < self._read_at + _FRESH_SECONDS:
            return None
        self._reading = asyncio.get_running_loop().create_task(self._read())
        return self._reading

    async def _read(self) -> None:
        cursor = ""
        try:
            while True:
                page = await self._store.list_skus(cursor, _PAGE)
                await asyncio.to_thread(self._index.add, page.items)
                cursor = page.cursor
                if not cursor:
                    break
        except Unavailable as error:
            _log.warning("the list of SKUs is not complete: %s", error)
            return
        self._read_at = self._clock()
