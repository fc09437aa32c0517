"""Requests that were answered lately: whoever caught a signed one could send it again for five minutes."""

from __future__ import annotations

from collections.abc import Callable

_KEPT = 660.0  # the signature's tolerance on both sides of the clock, and a minute
_MOST = 20_000


class Seen:
    """Remembers keys for as long as they could come again; `clock` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def is_first(self, key: str) -> bool:
        """Whether the key comes for the first time; it is remembered."""
        now = self._clock()
        if self._until.get(key, 0.0) > now:
            return False
        if len(self._until) >= _MOST:
            self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[key] = now + _KEPT
        return True
