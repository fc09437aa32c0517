"""Taking a manual change back: one atomic change, once, by who made it or an operator, and never by guessing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.changes import Decision, Entry, Status
from core.deeds import Deed, Reset, dump, load
from core.errors import CannotUndo, Hindrance
from core.stock import Move, Stated, Stock

UNDO_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what is known under `key`, for `by` at `at` (epoch s); an `operator` may take back anybody's."""

    key: str
    sku: str
    by: str
    at: float
    operator: bool = False

    @property
    def exact(self) -> bool:
        """It depends on what is on hand, and on who has set what since."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """The inverse of what was done, on top of all that has happened since; raises CannotUndo."""
        deed = load(known)
        if deed is None or deed.sku != self.sku:
            raise CannotUndo(self.sku, Hindrance.UNKNOWN)
        now = stock[self.sku]
        self._refuse(deed, now)
        move = Move(
            sku=self.sku,
            delta=-deed.delta,
            buffer=deed.buffer.old if deed.buffer else None,
            low_at=deed.low_at.old if deed.low_at else None,
            stated=_given_back(deed, now.stated),
            unset=deed.first,
        )
        undone = replace(deed, undone_by=self.by, undone_at=self.at)
        entry = Entry(f"{self.key}#undo", self.sku, "undo", -deed.delta, self.at, actor=self.by, note=_note(deed))
        return Decision(Status.APPLIED, dump(undone), (move,), (entry,))

    def _refuse(self, deed: Deed, now: Stock) -> None:
        if deed.undone_by:
            raise CannotUndo(self.sku, Hindrance.UNDONE, deed.undone_by, deed.undone_at)
        if self.by != deed.actor and not self.operator:
            raise CannotUndo(self.sku, Hindrance.NOT_YOURS, deed.actor, deed.at)
        if self.at > deed.at + UNDO_SECONDS:
            raise CannotUndo(self.sku, Hindrance.TOO_LATE, deed.actor, deed.at)
        why = _hindrance(deed, now)
        if why is not None:
            raise CannotUndo(self.sku, why)


def _hindrance(deed: Deed, now: Stock) -> Hindrance | None:
    """What has happened since that makes the inverse a guess; orders never do, nor do units added or taken."""
    if deed.first and now.version != deed.version:
        return Hindrance.MOVED_SINCE
    if deed.counts and now.stated.physical != deed.version:
        return Hindrance.COUNTED_SINCE
    if deed.delta and now.stated.physical > deed.version:
        return Hindrance.COUNTED_SINCE
    if deed.buffer and now.stated.buffer != deed.version:
        return Hindrance.SET_SINCE
    if deed.low_at and now.stated.low_at != deed.version:
        return Hindrance.SET_SINCE
    return Hindrance.TOO_FEW if deed.delta > 0 and now.physical < deed.delta else None


def _given_back(deed: Deed, now: Stated) -> Stated:
    """What was stated before, so that what was done before can be undone too."""
    return Stated(
        physical=deed.stated.physical if deed.counts else now.physical,
        buffer=deed.stated.buffer if deed.buffer else now.buffer,
        low_at=deed.stated.low_at if deed.low_at else now.low_at,
    )


def _note(deed: Deed) -> str:
    moved = f"{deed.action} {deed.delta:+,}" if deed.delta or deed.counts else ""
    parts = [moved, _back("buffer", deed.buffer), _back("low at", deed.low_at)]
    return "; ".join(part for part in parts if part)


def _back(name: str, reset: Reset | None) -> str:
    return f"{name} {reset.new} to {reset.old}" if reset else ""
