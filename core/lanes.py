"""One SKU on its way to one channel, and who waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from core.stock import Level, Push, Told
from core.waiters import resolve

_PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)
_STRAYS = 3
LONG_AGO = float("-inf")


@dataclass(slots=True)
class Lane:
    """The newest level known, when it was read (epoch s), and who waits until the channel is told it or owed it.

    `again`: what the channel said it does not list is asked anew. `sent` is what was just sent, `strays` what was sent
    before and could not be written down, or may have arrived after what another instance has told the channel since:
    it may show any of them.
    """

    level: Level
    read_at: float
    again: bool = False
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    in_flight: bool = False
    tries: int = 0
    not_before: float = 0.0
    sent: int | None = None
    strays: tuple[int, ...] = ()

    def go_on(self) -> None:
        """It is to be told something newer, at once."""
        self.in_flight, self.tries, self.read_at = False, 0, LONG_AGO

    def put_off(self, now: float) -> None:
        """It is to be told once more, later each time; it may show what was sent and could not be written down."""
        self._stray()
        self.in_flight, self.read_at = False, LONG_AGO
        self.not_before = now + patience(self.tries)
        self.tries += 1

    def settled(self, said: Told, stored: Told | None) -> None:
        """What was `said` of the channel is `stored`, or another instance's word is (None: that has yet to come)."""
        if self.sent is None:
            return
        if stored is None or (stored.quantity, stored.version) != (said.quantity, said.version):
            self._stray()
        elif said.status is Push.CONFIRMED:
            self.strays = ()
        self.sent = None

    def _stray(self) -> None:
        if self.sent is not None:
            self.strays = (*self.strays, self.sent)[-_STRAYS:]
        self.sent = None

    def doubted(self, level: Level, channel: str) -> Level:
        """The level, with what the channel may show after all."""
        told = level.told.get(channel)
        if not self.strays or told is None:
            return level
        tried = tuple(dict.fromkeys((*told.tried, *self.strays)))
        return replace(level, told={**level.told, channel: replace(told, tried=tried)})

    def wait(self) -> asyncio.Future[None]:
        """Resolved when the channel is told or owed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        return future

    def release(self, error: Exception | None = None) -> None:
        """Let go of everybody who waits, with the error if there is one."""
        resolve(self.waiting, error)
        self.waiting.clear()


def patience(tries: int) -> float:
    """How long (s) to leave alone what failed so often before."""
    return _PATIENCE[min(tries, len(_PATIENCE) - 1)]
