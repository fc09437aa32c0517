"""Back-pressure: so many requests inside at once, each for so long, and no queue in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import TypeVar

from core.errors import Unavailable

T = TypeVar("T")
LONGEST_WAIT = 5


class Gate:
    """Lets `places` requests in at once; entering when it is full raises Unavailable with a wait of 1 to 5 seconds."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.inside = 0
        self._refused = 0

    def __enter__(self) -> None:
        if self.inside >= self.places:
            # Senders that are refused together are told to come back apart.
            self._refused += 1
            raise Unavailable("too many requests at once", 1 + self._refused % LONGEST_WAIT)
        self.inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.inside -= 1


async def in_time(work: Awaitable[T], seconds: float) -> T:
    """What the work comes to; Unavailable when it takes longer, so that nobody waits for ever."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise Unavailable("it took too long; send it again") from None
