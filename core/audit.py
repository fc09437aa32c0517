"""Proving a SKU's numbers from what is stored: pure sums over its books, and the plain words for what does not add up.

What is proved of a SKU: its opening stock plus its ledger is its stock on hand; every order of the last weeks took just
the units that what is known of it says, once; every restocked return is in the ledger; no channel that shows another
quantity than it should has been forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.alerts import condition_of
from core.changes import Entry, Mark, ReturnRow
from core.expected import expected, is_right
from core.listings import listed
from core.orders.codec import load
from core.orders.known import LEDGER_DAYS, Order, target
from core.stock import Level, Push
from core.terms import USUAL, Terms, rule_on

_DAY = 86_400.0
PROVABLE = (LEDGER_DAYS - 2) * _DAY
ROLLED_AFTER = 7 * _DAY
FORGOTTEN_AFTER = 600.0


class Wrong(StrEnum):
    """What can be wrong with the books of one SKU."""

    STOCK = "stock is not what the ledger says"
    ORDER = "order counted wrongly"
    RETURN = "return not in the ledger"
    OWED = "channel forgotten"
    ALERT = "stock alert forgotten"
    MARK = "work left undone"
    OPENING = "ledger older than it is kept"


@dataclass(frozen=True, slots=True)
class Opening:
    """The units on hand before the first ledger row at `at` (epoch s) or later."""

    units: int = 0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Books:
    """All that is stored of one SKU: `orders` is what is known of the orders in its ledger, by idempotency key.

    `terms` are those of each channel. `on_hand`: what is stored of a bundle, which is seen at what its parts allow.
    """

    level: Level
    opening: Opening
    entries: tuple[Entry, ...]
    returns: tuple[ReturnRow, ...] = ()
    orders: Mapping[str, bytes] = field(default_factory=dict)
    terms: Mapping[str, Terms] = field(default_factory=dict)
    on_hand: int | None = None

    @property
    def physical(self) -> int:
        """The stock that its ledger must come to."""
        return self.level.stock.physical if self.on_hand is None else self.on_hand


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not add up: the SKU, what is wrong, the row that shows it, and the numbers."""

    sku: str
    wrong: Wrong
    row: str
    detail: str

    def __str__(self) -> str:
        row = f" [{self.row}]" if self.row else ""
        return f"{self.sku or '(no SKU)'}: {self.wrong}{row}: {self.detail}"


def faults_of(books: Books, now: float) -> tuple[Fault, ...]:
    """Everything that is wrong with the books at `now` (epoch s)."""
    checks = (_stock, _orders, _returns, _owed, _alert)
    return tuple(fault for check in checks for fault in check(books, now))


def forgotten(marks: Sequence[Mark], now: float) -> tuple[Fault, ...]:
    """The marks whose work should have been done long ago."""
    late = [mark for mark in marks if mark.at < now - FORGOTTEN_AFTER]
    return tuple(
        Fault(", ".join(mark.skus[:3]), Wrong.MARK, mark.mark_id, f"unfinished for {(now - mark.at) / 60:.0f} minutes")
        for mark in late
    )


def rolled(books: Books, now: float) -> Opening:
    """The opening a week ago, so that ledger rows may expire; only true of books without a fault."""
    at = now - ROLLED_AFTER
    if at <= books.opening.at:
        return books.opening
    return Opening(books.opening.units + sum(e.delta for e in _kept(books) if e.at < at), at)


def rebased(books: Books, now: float) -> Opening:
    """The opening a week ago by which what is on hand now is right."""
    at = now - ROLLED_AFTER
    return Opening(books.physical - sum(entry.delta for entry in books.entries if entry.at >= at), at)


def order_key(entry: Entry) -> str:
    """The key under which the order of a ledger row is known."""
    return f"{entry.channel}#{entry.order_id}"


def _kept(books: Books) -> list[Entry]:
    return [entry for entry in books.entries if entry.at >= books.opening.at]


def _stock(books: Books, now: float) -> Iterator[Fault]:
    since = books.opening.at or books.level.stock.counted_at
    if since is not None and now - since > PROVABLE:
        detail = f"not proved for {(now - since) / _DAY:.0f} days; begin anew from what is on hand with --rebase"
        yield Fault(books.level.sku, Wrong.OPENING, "", detail)
        return
    moved = sum(entry.delta for entry in _kept(books))
    expected, found = books.opening.units + moved, books.physical
    if expected != found:
        detail = f"{found} on hand, but {books.opening.units} at the opening and {moved:+} since make {expected}"
        yield Fault(books.level.sku, Wrong.STOCK, "", detail)


def _orders(books: Books, now: float) -> Iterator[Fault]:
    sku = books.level.sku
    moved: dict[str, int] = {}
    returned = {row.return_id for row in books.returns}
    for entry in books.entries:
        if entry.tx_id not in returned and entry.order_id and entry.channel and order_key(entry) in books.orders:
            moved[order_key(entry)] = moved.get(order_key(entry), 0) - entry.delta
    for key, units in moved.items():
        order = load(books.orders[key])
        if order.seen < now - PROVABLE:
            continue
        taken = sum(line.applied for line in order.lines.values() if line.sku == sku)
        if taken != units:
            yield Fault(sku, Wrong.ORDER, key, f"it holds {taken}, but the ledger took {units} for it")
        yield from _lines(books, key, order)


def _lines(books: Books, key: str, order: Order) -> Iterator[Fault]:
    for line_id, line in order.lines.items():
        if line.sku != books.level.sku:
            continue
        due = target(order, line, books.level.stock.counted_at)
        if due != line.applied:
            detail = f"the line should hold {due}, but {line.applied} were taken"
            yield Fault(line.sku, Wrong.ORDER, f"{key} line {line_id}", detail)


def _returns(books: Books, now: float) -> Iterator[Fault]:
    booked = {entry.tx_id for entry in books.entries}
    for row in books.returns:
        if row.at > now - PROVABLE and row.return_id not in booked:
            yield Fault(row.sku, Wrong.RETURN, row.return_id, f"{row.quantity} {row.disposition}, {row.decision}")


def _owed(books: Books, now: float) -> Iterator[Fault]:
    level = books.level
    if not level.stock.managed or level.updated_at > now - FORGOTTEN_AFTER:
        return
    for channel, told in level.told.items():
        if told.status is not Push.CONFIRMED:
            continue
        terms = books.terms.get(channel, USUAL)
        wanted, shows = listed(level.stock, rule_on(level, channel, terms)), expected(level, channel) or 0
        if not is_right(wanted, shows) and terms.changed_at <= now - FORGOTTEN_AFTER:
            yield Fault(level.sku, Wrong.OWED, channel, f"it shows {shows}, should show {wanted}, and is owed nothing")


def _alert(books: Books, now: float) -> Iterator[Fault]:
    level = books.level
    due = condition_of(level.stock)
    if level.alert != due and level.updated_at <= now - FORGOTTEN_AFTER:
        yield Fault(level.sku, Wrong.ALERT, level.alert, f"its level calls for {due or 'none'}")
