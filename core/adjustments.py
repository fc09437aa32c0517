"""A change that a person or a program of ours asks for: a count, units added or taken, a buffer, a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.changes import Decision, Entry, Notice, Status
from core.deeds import Deed, Reset, dump
from core.errors import BadInput, NotEnoughStock
from core.stock import MAX_QUANTITY, Move, Stock


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Set `physical`, or add `delta` units, and set the fields that are not None; `at` epoch s, `actor` who asks.

    The first one that touches the number on hand makes the SKU managed. A take that would go below zero is refused.
    """

    key: str
    sku: str
    at: float
    actor: str
    physical: int | None = None
    delta: int = 0
    buffer: int | None = None
    low_at: int | None = None
    note: str = ""

    @property
    def exact(self) -> bool:
        """A count is compared with what is on hand."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Move to the count or by the delta; raises NotEnoughStock where a take would go below zero."""
        if known is not None:
            return Decision(Status.DUPLICATE)
        now = stock[self.sku]
        delta = self.delta if self.physical is None else self.physical - now.physical
        if self.delta < 0 and now.physical + delta < 0:
            raise NotEnoughStock(self.sku, now.physical, -self.delta)
        if abs(now.physical + delta) > MAX_QUANTITY * 1000:
            raise BadInput("quantity", "would make the number on hand too large")
        counts = self.physical is not None or self.delta != 0
        move = Move(
            sku=self.sku,
            delta=delta,
            buffer=self.buffer,
            low_at=self.low_at,
            counted_at=self.at if counts and now.counted_at is None else None,
            counts=self.physical is not None,
        )
        entry = Entry(self.key, self.sku, self._action(), delta, self.at, actor=self.actor, note=self._note(now))
        return Decision(Status.APPLIED, dump(self._deed(now, move)), (move,), (entry,), self._notices(move))

    def _deed(self, now: Stock, move: Move) -> Deed:
        return Deed(
            sku=self.sku,
            actor=self.actor,
            at=self.at,
            action=self._action(),
            delta=move.delta,
            version=now.version + 1,
            buffer=None if self.buffer is None else Reset(now.buffer, self.buffer),
            low_at=None if self.low_at is None else Reset(now.low_at, self.low_at),
            counts=move.counts,
            first=move.counted_at is not None,
            stated=now.stated,
        )

    def _notices(self, move: Move) -> tuple[Notice, ...]:
        if move.counted_at is None:
            return ()
        text = f"The stock of {self.sku} is set; channels are told from now on."
        return (Notice(f"{self.key}#listed", "unlisted_sku", self.sku, text, clears=True),)

    def _action(self) -> str:
        if self.physical is not None:
            return "set"
        if self.delta:
            return "add" if self.delta > 0 else "take"
        return "buffer" if self.buffer is not None else "low_at"

    def _note(self, now: Stock) -> str:
        changes = [
            f"{name} {old} to {new}"
            for name, old, new in (("buffer", now.buffer, self.buffer), ("low at", now.low_at, self.low_at))
            if new is not None and new != old
        ]
        return "; ".join([*changes, self.note] if self.note else changes)
