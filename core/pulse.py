"""How a channel is doing as far as this instance knows, and until when it is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.channels import ChannelHealth
from core.lanes import patience


class Pulse:
    """The pulse of channel `name`: what it answered last, and how long (s) nothing is sent to it; `clock`: epoch s."""

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._quiet_until = 0.0
        self._strikes = 0
        self._health = ChannelHealth(name)

    @property
    def quiet(self) -> float:
        """For how long (s) it is left alone from now on; 0: not at all."""
        return max(0.0, self._quiet_until - self._clock())

    @property
    def error(self) -> str:
        """Why it did not take what it was told last; empty when it did."""
        return self._health.error

    def health(self, waiting: int) -> ChannelHealth:
        """The same in figures, with so many SKUs waiting."""
        return replace(self._health, owed=waiting, waiting=waiting)

    def answered(self) -> None:
        """It took what it was told."""
        self._strikes = 0
        self._health = replace(self._health, last_success=self._clock(), error="", failing_since=0.0)

    def strike(self, reason: str, retry_after: float) -> None:
        """It did not: it is left alone, longer each time, and as long as it says (s)."""
        wait = max(retry_after, patience(self._strikes))
        self._strikes += 1
        self._quiet_until = max(self._quiet_until, self._clock() + wait)
        self._health = replace(self._health, error=reason, failing_since=self._health.failing_since or self._clock())

    def hurry(self) -> None:
        """It may be told at once."""
        self._quiet_until = 0.0

    def end(self) -> None:
        """It is told nothing any more."""
        self._quiet_until = float("inf")
