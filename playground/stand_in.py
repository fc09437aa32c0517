"""What every stand-in for a marketplace has: a clock, ids, faults, an outbox, and a list of calls."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from playground.changes import Changes
from playground.faults import Faults
from playground.ids import Ids
from playground.outbox import Delivery, Outbox


@dataclass(slots=True)
class Call:
    """A call that came in; `status` and `answered_at` are None until it is answered."""

    at: float
    method: str
    path: str
    query: str
    body: bytes
    status: int | None = None
    answered_at: float | None = None


class StandIn:
    """State that a page and tests follow; `clock` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self.clock = clock
        self.ids = ids
        self.changes = Changes()
        self.faults = Faults(self.changes)
        self.outbox = Outbox(self.changes)
        self.calls: list[Call] = []

    async def wait_for(self, predicate: Callable[[], bool], within: float | None = 5.0) -> None:
        """Return once `predicate()` holds; raise TimeoutError after `within` seconds (None: never)."""
        await self.changes.wait_for(predicate, within)

    def subscribe(self) -> AsyncIterator[None]:
        """Yield once at the start and then after every change."""
        return self.changes.subscribe()

    def arrived(self, delivery: Delivery) -> None:
        """Learn that `delivery` was accepted; does nothing unless overridden."""

    def gave_up(self, delivery: Delivery) -> None:
        """Learn that `delivery` failed at its last attempt; does nothing unless overridden."""
