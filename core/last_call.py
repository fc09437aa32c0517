"""An end to waiting for what may never come, once this instance is about to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.errors import ChannelError


class LastCall:
    """Whatever waits for the channel is let wait, until `end`; then each such wait ends with ChannelError."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._waits: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """Wait inside for as long as it takes, or until the end."""
        limit = asyncio.timeout(None)
        try:
            async with limit:
                self._waits.add(limit)
                yield
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise ChannelError(self._channel, "it did not answer before this instance had to stop") from error
        finally:
            self._waits.discard(limit)

    def end(self) -> None:
        """Wait no longer."""
        now = asyncio.get_running_loop().time()
        for limit in self._waits:
            limit.reschedule(now)
