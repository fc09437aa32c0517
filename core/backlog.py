"""When what waits for a channel is so much that it goes in one piece."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from core.ports import Marketplace, TakesBulk

_GATHERED = 5.0


class Backlog:
    """The large pieces of `marketplace`, for channels that take such; `clock` gives epoch seconds.

    A backlog goes once it has been there for 5 s, or at once when a piece is full: so one piece holds what a start or
    an import brings, and a few sales never wait for it. What is newest goes by itself meanwhile.
    """

    def __init__(self, marketplace: Marketplace, clock: Callable[[], float]) -> None:
        self._channel = marketplace if isinstance(marketplace, TakesBulk) else None
        self._clock = clock
        self._since: float | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._under_way)

    def is_large(self, waiting: Collection[str]) -> bool:
        """Whether so many wait that they are worth a piece."""
        return self._channel is not None and len(waiting) > self._channel.bulk_over

    def piece(self, waiting: Collection[str], is_due: Callable[[str], bool]) -> list[str]:
        """Those that go in one piece now, the oldest first; none while the piece would be small, or has yet to grow."""
        if self._channel is None or not self.is_large(waiting):
            self._since = None
            return []
        now = self._clock()
        self._since = now if self._since is None else self._since
        is_ripe = now - self._since >= _GATHERED or len(waiting) >= self._channel.bulk
        if not is_ripe or len(self) >= self._channel.bulks_at_once:
            return []
        piece = list(islice(filter(is_due, waiting), self._channel.bulk))
        return piece if len(piece) > self._channel.bulk_over else []

    def began(self, task: asyncio.Task[None]) -> None:
        """A piece is under way."""
        self._since = None
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
