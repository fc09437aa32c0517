"""A signal that something changed, so that a test or a page can follow along without sleeping."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager


class Changes:
    """Wakes whoever waits, in the same event loop, each time `tell` is called."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()

    def tell(self) -> None:
        """Wake every waiter; never blocks, and needs no running loop."""
        for event in self._waiting:
            event.set()

    async def wait_for(self, predicate: Callable[[], bool], within: float | None = 5.0) -> None:
        """Return once `predicate()` holds; raise TimeoutError after `within` seconds (None: never)."""
        with self._listening() as event:
            async with asyncio.timeout(within):
                while not predicate():
                    event.clear()
                    await event.wait()

    async def subscribe(self) -> AsyncIterator[None]:
        """Yield once at the start and then after every change; changes in between are merged."""
        with self._listening() as event:
            while True:
                event.clear()
                yield
                await event.wait()

    @contextmanager
    def _listening(self) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)
