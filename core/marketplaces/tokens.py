"""An access token that is fetched once, kept, and renewed in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

RENEW_EARLY = 300.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the seconds it lives from now on."""

    text: str
    life: float


class TokenCache:
    """Keeps what `fetch` brings until 5 minutes before it expires; however many ask, one fetch at a time."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._text = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good for some minutes; ChannelError when there is none to be had."""
        async with self._lock:
            if not self._text or self._clock() >= self._until:
                token = await self._fetch()
                self._text = token.text
                self._until = self._clock() + max(token.life - RENEW_EARLY, token.life / 2)
            return self._text

    def forget(self, text: str) -> None:
        """The channel refused this token: fetch another, unless that has been done meanwhile."""
        if text == self._text:
            self._text = ""
