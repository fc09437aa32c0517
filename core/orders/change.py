"""An order's message as a change of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.changes import Decision, Entry, Notice, Progress, Status
from core.orders.codec import dump, load
from core.orders.facts import OrderFacts, RefusedLine
from core.orders.known import Line, Order, learn, settled
from core.stock import Move, Parts, Stock

SKUS_AT_ONCE = 80


def _ordinary(_: str) -> Parts:
    return ()


@dataclass(frozen=True, slots=True)
class Shift:
    """Units that a SKU's stock loses, and by how many more its own listing on the channel is lower."""

    units: int = 0
    own: int = 0


class Sold(NamedTuple):
    """A SKU as lines sold it: with the parts that it had then, where it is a bundle."""

    sku: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class OrderChange:
    """Commit what a message says about an order; `at` (epoch s) is when it was received.

    `made_of`: the parts of a SKU that is a bundle. A line keeps those it was sold with.
    """

    facts: OrderFacts
    at: float
    made_of: Callable[[str], Parts] = _ordinary

    @property
    def key(self) -> str:
        """One row for each order of a channel."""
        return f"{self.facts.channel}#{self.facts.order_id}"

    @property
    def exact(self) -> bool:
        """An order is a fact: it is recorded whatever is on hand."""
        return False

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The SKUs of the message and, where the order is known, of its lines."""
        return self._needs(load(known) if known else None)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Move stock by the units held before less the units held now."""
        before = load(known) if known else None
        counted = {sku: stock[sku].counted_at for sku in self._needs(before)}
        learnt = learn(before, self.facts, counted, self.at)
        # What lost its SKU since it was counted stays counted.
        counted_lines = learnt.lines.keys() if self.facts.whole else ()
        refused = tuple(
            line
            for line in self.facts.refused
            if line.line_id not in learnt.parked and line.line_id not in counted_lines
        )
        if refused:
            learnt = replace(learnt, parked=learnt.parked + tuple(line.line_id for line in refused))
        order, shifts, more = _settle(learnt, before, counted, self.made_of)
        if before == order:
            return Decision(Status.DUPLICATE)
        revision = 0 if before is None else before.revision + 1
        status = Status.APPLIED if self.facts.lines or self.facts.refunds or before else Status.IGNORED
        return Decision(
            status=Status.PARKED if refused and not self.facts.lines else status,
            known=dump(replace(order, revision=revision)),
            moves=tuple(self._move(sold, shift) for sold, shift in shifts.items() if shift.units or shift.own),
            entries=self._entries(revision, shifts, before) + self._parked(revision, refused),
            notices=self._unlisted(order, before, counted) + self._refused(revision, refused),
            more=more,
        )

    def _needs(self, before: Order | None) -> tuple[str, ...]:
        said = [line.sku for line in self.facts.lines] + [refund.sku for refund in self.facts.refunds]
        lines = before.lines.values() if before else ()
        kept = [sku for line in lines for sku in (line.sku, *(part.sku for part in line.parts))]
        return tuple(dict.fromkeys([sku for sku in said + kept if sku]))

    def _move(self, sold: Sold, shift: Shift) -> Move:
        move = Move(sold.sku, delta=-shift.units, sold=shift.units, channel=self.facts.channel, own=shift.own)
        return replace(move, made_at=self.facts.created_at or 0.0, parts=sold.parts)

    def _entries(self, revision: int, shifts: Mapping[Sold, Shift], before: Order | None) -> tuple[Entry, ...]:
        seen = _skus(before)
        told = [(sold.sku, shift.units) for sold, shift in shifts.items() if shift.units or sold.sku not in seen]
        return tuple(
            Entry(
                tx_id=self.key if revision == 0 and index == 0 else f"{self.key}#{revision}.{index}",
                sku=sku,
                action=self.facts.action,
                delta=-units,
                at=self.at,
                channel=self.facts.channel,
                order_id=self.facts.order_id,
            )
            for index, (sku, units) in enumerate(told)
        )

    def _parked(self, revision: int, refused: tuple[RefusedLine, ...]) -> tuple[Entry, ...]:
        return tuple(
            Entry(
                tx_id=f"{self.key}#{revision}.parked.{index}",
                sku=line.sku,
                action="parked",
                delta=0,
                at=self.at,
                status=Progress.FAILED,
                channel=self.facts.channel,
                order_id=self.facts.order_id,
                note=line.reason,
            )
            for index, line in enumerate(refused)
        )

    def _refused(self, revision: int, refused: tuple[RefusedLine, ...]) -> tuple[Notice, ...]:
        if not refused:
            return ()
        first, more = refused[0], len(refused) - 1
        also = f", and {more} more" if more else ""
        text = f"Order {self.facts.order_id} from {self.facts.channel}: a line was not counted ({first.reason}){also}."
        return (Notice(f"{self.key}#{revision}#refused", "webhook_refused", first.sku, text),)

    def _unlisted(self, order: Order, before: Order | None, counted: Mapping[str, float | None]) -> tuple[Notice, ...]:
        seen = _skus(before)
        fresh = dict.fromkeys(line.sku for line in order.lines.values() if line.sku not in seen)
        text = "Orders come in for {} but its stock was never set; nothing is sent to any channel until it is."
        return tuple(
            Notice(f"{self.key}#{sku}#unlisted", "unlisted_sku", sku, text.format(sku))
            for sku in fresh
            if counted.get(sku) is None
        )


def _skus(order: Order | None) -> set[str]:
    return {line.sku for line in order.lines.values()} if order else set()


def _settle(
    order: Order, before: Order | None, counted: Mapping[str, float | None], made_of: Callable[[str], Parts]
) -> tuple[Order, dict[Sold, Shift], bool]:
    """The order with what it takes applied, for the first SKUs that have news; the others' lines stay as they were."""
    kept = before.lines if before else {}
    lines: dict[str, Line] = {}
    shifts: dict[Sold, Shift] = {}
    moved: set[str] = set()
    more = False
    for line_id, line in order.lines.items():
        old = kept.get(line_id)
        new = settled(order, line, counted.get(line.sku), made_of(line.sku))
        reach = moved | {line.sku, *(part.sku for part in new.parts)}
        if new != old and len(reach) > max(len(moved), SKUS_AT_ONCE):
            more = True
            lines |= {line_id: old} if old else {}
            continue
        lines[line_id] = new
        if new != old:
            moved, sold = reach, Sold(line.sku, new.parts)
            known = shifts.get(sold, Shift())
            shifts[sold] = Shift(known.units + new.applied - line.applied, known.own + new.own - line.own)
    return replace(order, lines=lines), shifts, more
