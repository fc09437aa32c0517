"""When what waits for a channel is so much that it goes in one piece."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from itertools import islice

from core.ports import Marketplace, TakesBulk

_GATHERED = 5.0
_APART = 60.0
_PART = 500
_LEASE = 300.0


class Backlog:
    """The large pieces of `marketplace`, for channels that take such; `clock` gives epoch seconds.

    A backlog goes once it has been there for 5 s, and a minute after the piece before it; a full piece goes at once. So
    few pieces hold what a start or an import brings. What is newest goes by itself meanwhile, and never waits for them.
    """

    def __init__(self, marketplace: Marketplace, clock: Callable[[], float]) -> None:
        self._channel = marketplace if isinstance(marketplace, TakesBulk) else None
        self._clock = clock
        self._since: float | None = None
        self._last = float("-inf")
        self._under_way: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._under_way)

    def is_large(self, waiting: Collection[str]) -> bool:
        """Whether so many wait that they are worth a piece."""
        return self._channel is not None and len(waiting) > self._channel.bulk_over

    def lease(self, batch: Collection[str]) -> float:
        """How long (s) its SKUs are claimed for at a time; 0: as usual.

        A piece is long on its way, and claiming all of it is dear; who takes over from one that died waits that long.
        """
        return _LEASE if self.is_large(batch) else 0.0

    def piece(self, waiting: Collection[str], is_due: Callable[[str], bool]) -> list[str]:
        """Those that go in one piece now, the oldest first; none while the piece would be small, or has yet to grow."""
        if self._channel is None or not self.is_large(waiting):
            self._since = None
            return []
        now = self._clock()
        self._since = now if self._since is None else self._since
        has_waited = now - self._since >= _GATHERED and now - self._last >= _APART
        is_ripe = has_waited or len(waiting) >= self._channel.bulk
        if not is_ripe or len(self) >= self._channel.bulks_at_once:
            return []
        piece = list(islice(filter(is_due, waiting), self._channel.bulk))
        return piece if len(piece) > self._channel.bulk_over else []

    def began(self, task: asyncio.Task[None]) -> None:
        """A piece is under way."""
        self._since, self._last = None, self._clock()
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def stop(self) -> None:
        """Break off what is under way: it may take hours, and is owed in the store."""
        for task in tuple(self._under_way):
            task.cancel()

    def in_order(self, waiting: dict[str, None]) -> Iterator[str]:
        """Those that wait, as small pushes take them: the oldest first, but the newest while a piece is to come."""
        order: Iterable[str] = reversed(waiting) if self.is_large(waiting) else waiting
        return iter(order)


async def in_parts(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Do the works, 500 at a time: those of a large piece are too many to be under way together."""
    left = iter(works)
    while part := list(islice(left, _PART)):
        await asyncio.gather(*part)
