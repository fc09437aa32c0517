"""Changes of bundles as changes of their parts; pure.

A bundle has nothing on hand itself. What an order, a cancel or a return moves of it is written in its own history, is
balanced there at once, and moves its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from core.adjustments import Adjustment
from core.adopt import Adoption
from core.bundles import Bundle, Bundles, allowed, in_words
from core.changes import Change, Decision, Entry, Notice, Status
from core.errors import IsBundle
from core.orders.change import OrderChange
from core.stock import Move, Parts, Stock
from core.undo import Undo

ACTION = "bundle"


@dataclass(frozen=True, slots=True)
class Unbundled:
    """A change that moves the parts where it would have moved a bundle, and has the bundles of what it moves told."""

    change: Change
    bundles: Bundles

    @property
    def key(self) -> str:
        """The change's own."""
        return self.change.key

    @property
    def exact(self) -> bool:
        """The change's own."""
        return self.change.exact

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """What the change needs, and the parts of the bundles in it."""
        own = self.change.needs(known)
        return tuple(dict.fromkeys([*own, *(part.sku for sku in own for part in self.bundles.parts(sku))]))

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """What the change decides, with parts in the place of bundles; IsBundle where a person changes its stock."""
        own = self.change.needs(known)
        decision = self.change.decide(known, {**stock, **{sku: self._seen(sku, stock) for sku in own}})
        if isinstance(self.change, Adjustment | Adoption | Undo):
            self._refuse(decision)
        return _unbundled(decision, self.bundles)

    def _seen(self, sku: str, stock: Mapping[str, Stock]) -> Stock:
        parts = self.bundles.parts(sku)
        return replace(stock[sku], physical=allowed(parts, stock)) if parts else stock[sku]

    def _refuse(self, decision: Decision) -> None:
        for move in decision.moves:
            parts = self.bundles.parts(move.sku)
            if parts and (move.delta or move.counts):
                raise IsBundle(move.sku, in_words(parts))


@dataclass(frozen=True, slots=True)
class Founding:
    """Write what was said of a bundle into the ledger, and make it managed at `at` (epoch s).

    Units that it was sold by as an ordinary SKU, by an instance that had not heard of it yet, are taken from its parts.
    `around`: the bundles that its parts are in.
    """

    bundle: Bundle
    at: float
    around: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Once for each edition."""
        return f"bundle#{self.bundle.sku}#{self.bundle.edition}"

    @property
    def exact(self) -> bool:
        """It moves what the bundle has on hand by itself."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The bundle and its parts."""
        return (self.bundle.sku, *(part.sku for part in self.bundle.parts))

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Nothing is on hand of the bundle itself from now on."""
        if known is not None:
            return Decision(Status.DUPLICATE)
        sku, parts = self.bundle.sku, self.bundle.parts
        units = stock[sku].physical if parts else 0
        counted_at = self.at if parts and stock[sku].counted_at is None else None
        own = Move(sku, delta=-units, counted_at=counted_at, counts=True)
        moves = [Move(part.sku, delta=units * part.units) for part in parts if units]
        text = f"{sku} is a bundle; channels are told from now on what its parts allow."
        cleared = (Notice(f"{self.key}#listed", "unlisted_sku", sku, text, clears=True),) if parts else ()
        note = in_words(parts) if parts else "no bundle any more"
        entries = [self._entry(self.key, sku, -units, note)]
        entries += [self._entry(f"{self.key}#{move.sku}", move.sku, move.delta, f"for {sku}") for move in moves]
        return Decision(Status.APPLIED, b"1", (own, *moves), tuple(entries), cleared, also=self.around)

    def _entry(self, tx_id: str, sku: str, delta: int, note: str) -> Entry:
        return Entry(tx_id, sku, ACTION, delta, self.at, actor=self.bundle.actor, note=note)


def unbundle(change: Change, bundles: Bundles) -> Change:
    """The change as it is to be committed while there are these bundles."""
    match change:
        case Founding():
            return replace(change, around=bundles.around(part.sku for part in change.bundle.parts))
        case OrderChange():
            return Unbundled(replace(change, made_of=bundles.parts), bundles) if bundles else change
        case _:
            return Unbundled(change, bundles) if bundles else change


def _unbundled(decision: Decision, bundles: Bundles) -> Decision:
    moves: list[Move] = []
    entries: list[Entry] = list(decision.entries)
    numbers = count()
    for move in decision.moves:
        parts = move.parts or bundles.parts(move.sku)
        if not parts or not (move.delta or move.sold):
            moves.append(move)
            continue
        moves.append(replace(move, delta=0, parts=()))
        moves += [Move(part.sku, delta=move.delta * part.units, sold=move.sold * part.units) for part in parts]
        entries += _entries(_entry_of(decision, move), move, parts, numbers)
    also = bundles.around(move.sku for move in moves)
    return replace(decision, moves=tuple(moves), entries=tuple(entries), also=decision.also + also)


def _entry_of(decision: Decision, move: Move) -> Entry:
    """The ledger row that tells of the move."""
    own = [entry for entry in decision.entries if entry.sku == move.sku]
    return next((entry for entry in own if entry.delta == move.delta), own[0])


def _entries(entry: Entry, move: Move, parts: Parts, numbers: Iterator[int]) -> Iterator[Entry]:
    """The row that balances the bundle's own, and one for each of its parts."""
    if not move.delta:
        return
    order = f", order {entry.order_id}" if entry.order_id else ""
    balance = f"of its parts: {in_words(parts)}"
    yield replace(
        entry, tx_id=_next(entry, numbers), action=ACTION, delta=-move.delta, channel="", order_id="", note=balance
    )
    note = f"in {abs(move.delta)} x {entry.sku}{order}"
    for part in parts:
        delta = move.delta * part.units
        yield replace(entry, tx_id=_next(entry, numbers), sku=part.sku, delta=delta, order_id="", note=note)


def _next(entry: Entry, numbers: Iterator[int]) -> str:
    return f"{entry.tx_id}#part.{next(numbers)}"
