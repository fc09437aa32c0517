"""Looking at what a channel's listings really show, and at the orders that may explain it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from core.errors import SyncStateError
from core.expected import Outlook, Step, next_step
from core.looks import look
from core.ports import Marketplace, ReadsBack
from core.stock import Level, Told
from core.words import Word

_log = logging.getLogger(__name__)
_RENEW = 5.0
_LOOK_BACK = 3_600.0
_MARGIN = 60.0


class Sight:
    """The eyes of the one who tells `marketplace`; `read` reads levels and keeps this instance their teller.

    `recall` has the channel's orders since a time (epoch s) looked through, in the background.
    """

    def __init__(
        self,
        marketplace: Marketplace,
        read: Callable[[Sequence[str], float], Awaitable[Mapping[str, Level]]],
        recall: Callable[[float], None],
    ) -> None:
        self._marketplace = marketplace
        self._read = read
        self._recall = recall

    async def looked_at(self, views: Sequence[Outlook]) -> list[Outlook]:
        """The views, with what the listings show now where that was fewer than expected and nothing explains it."""
        doubtful = [view for view in views if next_step(view) is Step.WAIT]
        if not doubtful:
            return list(views)
        for view in doubtful:
            if view.told is not None:
                self._recall(_since(view.told))
        shown = await self._shown([view.level for view in doubtful])
        return [_seen(view, shown.get(view.level.sku)) if view in doubtful else view for view in views]

    def recall(self, found: Iterable[Word]) -> None:
        """Look for the orders behind listings that were just found to show fewer than expected."""
        since = [_since(word.told) for word in found if word.told.low is not None]
        if since:
            self._recall(min(since))

    @asynccontextmanager
    async def kept(self, skus: Sequence[str], lease: float) -> AsyncIterator[None]:
        """Stay the teller of the SKUs, which are claimed for `lease` (s; 0: as usual), however long it takes."""
        over = asyncio.Event()
        renewing = asyncio.ensure_future(self._renew(skus, lease, over))
        try:
            yield
        finally:
            over.set()
            await renewing

    async def _renew(self, skus: Sequence[str], lease: float, over: asyncio.Event) -> None:
        while True:
            try:
                async with asyncio.timeout(max(_RENEW, lease / 3)):
                    await over.wait()
                    return
            except TimeoutError:
                pass
            try:
                await self._read(skus, lease)
            except SyncStateError as error:
                _log.warning("%s may be told by another instance: %s", self._marketplace.name, error)

    async def _shown(self, levels: Sequence[Level]) -> Mapping[str, int]:
        if not isinstance(self._marketplace, ReadsBack):
            return {}
        try:
            found = await look(self._marketplace, levels)
        except SyncStateError as error:
            _log.warning("%s cannot be looked at: %s", self._marketplace.name, error)
            return {}
        return {sku: each.quantity for sku, each in found.items() if each.quantity is not None}


def _since(told: Told) -> float:
    return max(told.at, told.low_since - _LOOK_BACK) - _MARGIN


def _seen(view: Outlook, shown: int | None) -> Outlook:
    """The view once the listing was seen to show so many (None: it was not seen)."""
    told, book = view.told, view.book
    if told is None or book is None or shown is None:
        return view
    if shown < book:
        news = replace(told, low=shown)
    else:
        tried = (*told.tried, shown) if shown > book else told.tried  # more than expected has to be put right
        news = replace(told, low=None, low_since=0.0, tried=tried)
    level = replace(view.level, told={**view.level.told, view.channel: news})
    return replace(view, level=level)
