"""Webhooks and notifications that wait to be delivered."""

from collections.abc import Mapping
from dataclasses import dataclass

from playground.changes import Changes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One HTTP POST to make: the same id, headers and body at every attempt."""

    id: str
    topic: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    made_at: float


class Outbox:
    """What is still to be delivered, and everything there ever was, oldest first."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self.pending: list[Delivery] = []
        self.history: list[Delivery] = []

    def put(self, delivery: Delivery) -> None:
        """Queue a delivery."""
        self.pending.append(delivery)
        self.history.append(delivery)
        self._changes.tell()

    def take_all(self) -> list[Delivery]:
        """Return what is pending, and empty the queue."""
        taken, self.pending = self.pending, []
        return taken
