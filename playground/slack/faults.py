"""What can go wrong between the app and Slack, to be switched on by a test or the page."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from playground.changes import Changes


class FaultKind(StrEnum):
    """How a planned call goes wrong; in the last three the call is applied and its answer is lost."""

    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"
    LOST_AS_500 = "lost_as_500"
    LOST_BY_CLOSE = "lost_by_close"
    LOST_IN_SILENCE = "lost_in_silence"


LOST = frozenset({FaultKind.LOST_AS_500, FaultKind.LOST_BY_CLOSE, FaultKind.LOST_IN_SILENCE})


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault of one call; `error` is for REFUSED, `retry_after` (seconds) for RATE_LIMITED."""

    kind: FaultKind
    method: str = ""
    error: str = "internal_error"
    retry_after: int = 1


class Faults:
    """The switches: `down` answers 503, `delay` is seconds before each call, `hang` keeps calls waiting.

    `waiting` is how many calls are held up now, `turned_away` how many were answered 503.
    """

    def __init__(self, changes: Changes, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.down = False
        self.delay = 0.0
        self.waiting = 0
        self.turned_away = 0
        self._changes = changes
        self._sleep = sleep
        self._planned: list[Fault] = []
        self._running = asyncio.Event()
        self._running.set()
        self._end_of_silence = asyncio.Event()

    @property
    def hanging(self) -> bool:
        """Whether the next call is to be kept waiting."""
        return not self._running.is_set()

    def hang(self) -> None:
        """Let no call through, and answer none, until `release`."""
        self._running.clear()

    def release(self) -> None:
        """Let the calls that wait go on; those whose caller has gone are dropped unapplied."""
        self._running.set()
        self._end_of_silence.set()
        self._end_of_silence = asyncio.Event()

    def rate_limit(self, calls: int = 1, *, method: str = "", retry_after: int = 1) -> None:
        """Answer the next calls (of one method, or of any) with 429."""
        self._plan(calls, Fault(FaultKind.RATE_LIMITED, method, retry_after=retry_after))

    def refuse(self, error: str, calls: int = 1, *, method: str = "") -> None:
        """Answer the next calls `ok: false` with this error, unapplied."""
        self._plan(calls, Fault(FaultKind.REFUSED, method, error=error))

    def lose_replies(
        self,
        calls: int = 1,
        *,
        method: str = "chat.postMessage",
        how: FaultKind = FaultKind.LOST_AS_500,
    ) -> None:
        """Apply the next calls of the method and lose what Slack would have answered."""
        self._plan(calls, Fault(how, method))

    def clear(self) -> None:
        """Switch everything off."""
        self.down, self.delay = False, 0.0
        self._planned.clear()
        self.release()

    async def hold(self) -> None:
        """Wait as long as the switches say."""
        if not (self.delay or self.hanging):
            return
        with self._counted():
            if self.delay:
                await self._sleep(self.delay)
            await self._running.wait()

    async def silence(self) -> None:
        """Return at the next `release` and not before."""
        with self._counted():
            await self._end_of_silence.wait()

    def take(self, method: str) -> Fault | None:
        """The fault planned for this call, if any; it is used up."""
        for fault in self._planned:
            if fault.method in ("", method):
                self._planned.remove(fault)
                return fault
        return None

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.waiting += 1
        self._changes.tell()
        try:
            yield
        finally:
            self.waiting -= 1
            self._changes.tell()

    def _plan(self, calls: int, fault: Fault) -> None:
        self._planned.extend([fault] * calls)
