"""Telling open pages that something changed: calm, merged, and for as long as they listen."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from playground.changes import Changes

SOON = 0.1
LATER = 0.6
BEAT = 15.0
MOST = 40


class Live:
    """Listens to `sources` while `run` runs; a page hears of a change within 0.1 s, and once more 0.6 s after the last.

    The second word is for what the app writes down a moment after it spoke. A listener that is slow misses nothing
    and holds up nothing: what it has not yet heard is one flag.
    """

    def __init__(self, sources: Sequence[Changes]) -> None:
        self._sources = sources
        self._listening: set[asyncio.Event] = set()
        self._soon: asyncio.TimerHandle | None = None
        self._later: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many pages listen now."""
        return len(self._listening)

    @property
    def is_full(self) -> bool:
        """Whether no further page may listen."""
        return self._closed or len(self._listening) >= MOST

    async def run(self) -> None:
        """Pass changes on until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for source in self._sources:
                tasks.create_task(self._relay(source))

    def close(self) -> None:
        """Send every listener home."""
        self._closed = True
        self._tell()

    async def events(self) -> AsyncGenerator[bool, None]:
        """True at the start and after changes, False when nothing happened for 15 s; ends when closed."""
        event = asyncio.Event()
        event.set()
        self._listening.add(event)
        try:
            while not self._closed:
                yield await _heard(event)
        finally:
            self._listening.discard(event)

    async def _relay(self, source: Changes) -> None:
        async for _ in source.subscribe():
            self._plan()

    def _plan(self) -> None:
        loop = asyncio.get_running_loop()
        if self._soon is None:
            self._soon = loop.call_later(SOON, self._tell)
        if self._later is not None:
            self._later.cancel()
        self._later = loop.call_later(LATER, self._tell)

    def _tell(self) -> None:
        self._soon = None
        for event in self._listening:
            event.set()


async def _heard(event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(BEAT):
            await event.wait()
    except TimeoutError:
        return False
    event.clear()
    return True
