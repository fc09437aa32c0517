"""Listings that a marketplace said show fewer than expected: given a moment, then kept in the store until explained."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from core.errors import SyncStateError
from core.expected import Outlook, waiting
from core.ports import Store
from core.push import Pusher
from core.stock import Level, Push
from core.words import Word

_log = logging.getLogger(__name__)
_MOMENT = 5.0
Settle = Callable[[str, str, Word], Awaitable[Level | None]]


class Doubts:
    """Notes what was shown, by SKU and channel; the order behind it mostly comes in the next moment.

    `settle` stores a word on a SKU and channel, `look_again` has a SKU looked at, and `sleep` waits.
    """

    def __init__(
        self,
        store: Store,
        pushers: Mapping[str, Pusher],
        settle: Settle,
        look_again: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._pushers = pushers
        self._settle = settle
        self._look_again = look_again
        self._sleep = sleep
        self._shown: dict[tuple[str, str], int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, channel: str, sku: str, shown: int) -> None:
        """The listing was said to show so many; of several such words the last one counts."""
        known = (channel, sku) in self._shown
        self._shown[channel, sku] = shown
        if not known:
            task = asyncio.get_running_loop().create_task(self._check_later(channel, sku))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Forget them: the next push finds them again."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _check_later(self, channel: str, sku: str) -> None:
        try:
            await self._sleep(_MOMENT)
        finally:
            shown = self._shown.pop((channel, sku))
        try:
            await self._check(channel, sku, shown)
        except SyncStateError as error:
            _log.warning("that %s shows %d of %s is left to be found again: %s", channel, shown, sku, error)

    async def _check(self, channel: str, sku: str, shown: int) -> None:
        pusher = self._pushers.get(channel)
        if pusher is None or not _is_low(pusher.outlook((await self._store.levels([sku]))[sku]), shown):
            return
        level = (await self._store.claim([sku], [channel]))[sku]
        if channel in level.claimed or pusher.is_telling(sku):
            return
        view = pusher.outlook(level)
        word = Word(level, waiting(view, shown) if _is_low(view, shown) else level.told[channel])
        await self._settle(sku, channel, word)
        self._look_again(sku)


def _is_low(view: Outlook, shown: int) -> bool:
    """Whether the channel was told, nothing is owed to it, and it shows fewer than that explains."""
    told, book = view.told, view.book
    settled = told is not None and told.status is Push.CONFIRMED and not view.held
    return settled and book is not None and shown < book and view.wanted > shown
