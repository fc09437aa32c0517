"""What a person decides about a return, and taking that back: each once, whoever else decides at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.changes import Decision, Entry, Status
from core.errors import AlreadyHandled, BadInput, CannotUndo, Hindrance, NotFound
from core.returns.case import Case, Verdict, dump, load
from core.returns.rulings import rule
from core.returns.telling import notice_of
from core.stock import Move, Stock
from core.undo import UNDO_SECONDS


@dataclass(frozen=True, slots=True)
class Judge:
    """Decide about the return with this idempotency key, for `by` at `at` (epoch s)."""

    key: str
    sku: str
    by: str
    at: float
    verdict: Verdict

    @property
    def exact(self) -> bool:
        """It notes which version of the stock it makes."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Restock the units or write them off; NotFound, AlreadyHandled with who was first, BadInput."""
        case = _case(known, self.key, self.sku)
        if case.by:
            raise AlreadyHandled(case.by, case.decided_at, case.verdict)
        restock = self.verdict is Verdict.RESTOCKED and case.own
        if restock and not stock[self.sku].managed:
            raise BadInput("stock", f"of {self.sku} was never set: count it and set it first")
        units = case.quantity if restock else 0
        decided = replace(
            case,
            verdict=self.verdict.value,
            by=self.by,
            decided_at=self.at,
            units=units,
            version=stock[self.sku].version + (1 if units else 0),
            turn=case.turn + 1,
            undone_of="",
            undone_by="",
            undone_at=0.0,
        )
        return _decision(decided, self.verdict.value, units, self.by, self.at)


@dataclass(frozen=True, slots=True)
class Appeal:
    """Take back what was decided about the return; an `operator` may take back anybody's."""

    key: str
    sku: str
    by: str
    at: float
    operator: bool = False

    @property
    def exact(self) -> bool:
        """It depends on what is on hand, and on whether it was counted since."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """The return waits for a decision again, and the units leave the shelf; NotFound, CannotUndo."""
        case = _case(known, self.key, self.sku)
        self._refuse(case, stock[self.sku])
        open_again = replace(
            case,
            verdict="",
            by="",
            decided_at=0.0,
            units=0,
            version=0,
            turn=case.turn + 1,
            undone_of=case.by,
            undone_by=self.by,
            undone_at=self.at,
        )
        taken_back = _decision(open_again, "undo", -case.units, self.by, self.at, note=f"{case.verdict}, ")
        notice = notice_of(open_again.row(), rule(case.disposition, ""), own=case.own)
        return replace(taken_back, notices=(notice,))

    def _refuse(self, case: Case, now: Stock) -> None:
        if not case.by:
            why = Hindrance.UNDONE if case.undone_by else Hindrance.UNKNOWN
            raise CannotUndo(self.sku, why, case.undone_by, case.undone_at)
        if self.by != case.by and not self.operator:
            raise CannotUndo(self.sku, Hindrance.NOT_YOURS, case.by, case.decided_at)
        if self.at > case.decided_at + UNDO_SECONDS:
            raise CannotUndo(self.sku, Hindrance.TOO_LATE, case.by, case.decided_at)
        if case.units and now.stated.physical > case.version:
            raise CannotUndo(self.sku, Hindrance.COUNTED_SINCE)
        if case.units and now.physical < case.units:
            raise CannotUndo(self.sku, Hindrance.TOO_FEW)


def _case(known: bytes | None, key: str, sku: str) -> Case:
    case = load(known)
    if case is None or case.sku != sku:
        raise NotFound("return", key)
    return case


def _decision(case: Case, action: str, units: int, by: str, at: float, note: str = "") -> Decision:
    order = f", order {case.order_id}" if case.order_id else ""
    text = f"{note}return of {case.quantity} {case.disposition}{order}"
    entry = Entry(f"{case.return_id}#{case.turn}", case.sku, action, units, at, actor=by, note=text)
    moves = (Move(case.sku, delta=units),) if units else ()
    return Decision(Status.APPLIED, dump(case), moves, (entry,), returns=(case.row(),))
