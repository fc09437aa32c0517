"""One SKU on its way to one channel, and who waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from core.stock import Level

_PATIENCE = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(slots=True)
class Lane:
    """The newest level known, when it was read (epoch s), and who waits until the channel is told it or owed it.

    `again`: what the channel said it does not list is asked anew.
    """

    level: Level
    read_at: float
    again: bool = False
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    in_flight: bool = False
    tries: int = 0
    not_before: float = 0.0

    def wait(self) -> asyncio.Future[None]:
        """Resolved when the channel is told or owed."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        return future

    def release(self, error: Exception | None = None) -> None:
        """Let go of everybody who waits, with the error if there is one."""
        for future in self.waiting:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
        self.waiting.clear()


def patience(tries: int) -> float:
    """How long (s) to leave alone what failed so often before."""
    return _PATIENCE[min(tries, len(_PATIENCE) - 1)]
