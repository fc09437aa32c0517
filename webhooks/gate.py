"""Back-pressure: so many requests inside at once, fewer when they take long, and no queue in front of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeVar

from core.errors import Unavailable

T = TypeVar("T")
LONGEST_WAIT = 5
LONGEST_STAY = 0.4


class Gate:
    """Lets `places` requests in at once; entering when it is full raises Unavailable with a wait of 1 to 5 seconds.

    While those inside stay longer than 0.4 s, it lets in no more than `few` in all, so that whoever is let in is served
    in time. `clock` gives seconds.
    """

    def __init__(self, places: int, clock: Callable[[], float], few: int = 100) -> None:
        self._places = places
        self._few = few
        self._clock = clock
        self._came: deque[float] = deque()
        self._refused = 0

    @property
    def inside(self) -> int:
        """How many are inside."""
        return len(self._came)

    def __enter__(self) -> None:
        now = self._clock()
        if self.inside >= self._room(now):
            # Senders that are refused together are told to come back apart.
            self._refused += 1
            raise Unavailable("too many requests at once", 1 + self._refused % LONGEST_WAIT)
        self._came.append(now)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._came.popleft()  # as if they left in the order in which they came: one that hangs is not held against all

    def _room(self, now: float) -> int:
        is_slow = self.inside >= self._few and now - self._came[0] > LONGEST_STAY
        return min(self._few, self._places) if is_slow else self._places


async def in_time(work: Awaitable[T], seconds: float) -> T:
    """What the work comes to; Unavailable when it takes longer, so that nobody waits for ever."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise Unavailable("it took too long; send it again") from None
