"""What is known about an order, and the units it holds: a pure function, the same for any order of arrival."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.orders.facts import LineFact, OrderFacts, RefundFact
from core.stock import Parts

LEDGER_DAYS = 30
_REMEMBERED = LEDGER_DAYS * 86_400.0


@dataclass(frozen=True, slots=True)
class Refunded:
    """One refund of a line as the ledger keeps it; `at` is 0 when it was known before the SKU's first count."""

    quantity: int
    restocked: bool
    at: float


@dataclass(frozen=True, slots=True)
class Line:
    """All that is known about one order line.

    `at` is the time of the newest snapshot and `quantity` None until there was one. `early`: seen before the SKU was
    managed. `kept_before`: the units it had at the SKU's first count, as well as the snapshot of time `kept_at` tells.
    `applied`: the units it has taken from stock so far (below 0: put back). `extra` is the newest snapshot's, and
    `extra_applied` as much of it as the channel's own sales were told so far. `parts`: what its SKU was made of when it
    first took units.
    """

    sku: str
    at: float = -1.0
    quantity: int | None = None
    removed: int = 0
    refunds: dict[str, Refunded] = field(default_factory=dict)
    early: bool = False
    early_cancel: bool = False
    kept_before: int = 0
    kept_at: float = math.inf
    applied: int = 0
    extra: int = 0
    extra_applied: int = 0
    parts: Parts = ()

    @property
    def own(self) -> int:
        """The units by which the channel's own listing is lower for it, as far as its own sales were told."""
        return self.applied + self.extra_applied


@dataclass(frozen=True, slots=True)
class Order:
    """All that is known about one order; `seen` is when the ledger first heard of it; `parked` names refused lines.

    `whole_at` is the time of the newest snapshot that names every line.
    """

    seen: float
    created_at: float | None = None
    cancelled_at: float | None = None
    revision: int = 0
    lines: dict[str, Line] = field(default_factory=dict)
    parked: tuple[str, ...] = ()
    whole_at: float = -1.0


def learn(order: Order | None, facts: OrderFacts, counted: dict[str, float | None], now: float) -> Order:
    """The order with the facts added; `counted` says since when (epoch s) each SKU is managed."""
    known = order or Order(seen=now)
    whole_at = max(known.whole_at, facts.updated_at) if facts.whole else known.whole_at
    lines = _still_there(known, facts)
    for fact in facts.lines:
        line = _line(lines, fact.line_id, fact.sku)
        counted_at = counted.get(line.sku)
        since = None if counted_at is None else _since(known, counted_at)
        lines[fact.line_id] = _with_snapshot(line, fact, facts.updated_at, since)
    for refund in facts.refunds:
        lines[refund.line_id] = _with_refund(_line(lines, refund.line_id, refund.sku), refund, counted)
    lines = {key: _unless_gone(line, whole_at, known, counted) for key, line in lines.items()}
    if facts.cancelled_at is not None:
        lines = {key: _with_cancel(line, counted) for key, line in lines.items()}
    return replace(
        known,
        created_at=_earliest(known.created_at, facts.created_at),
        cancelled_at=_earliest(known.cancelled_at, facts.cancelled_at),
        lines=lines,
        whole_at=whole_at,
    )


def target(order: Order, line: Line, counted_at: float | None) -> int:
    """The units this line should have taken from a stock that was first counted at `counted_at` (below 0: put back)."""
    if counted_at is None:
        return 0
    since = _since(order, counted_at)
    refunds = line.refunds.values()
    now = _held(line.quantity, line.removed, refunds, cancelled=order.cancelled_at is not None)
    if line.quantity is not None and not _is_prior(order, line, since):
        return now
    cancelled = line.early_cancel or (order.cancelled_at is not None and order.cancelled_at < since)
    before = None if line.quantity is None else line.kept_before
    return now - _held(before, 0, [refund for refund in refunds if refund.at < since], cancelled=cancelled)


def _still_there(order: Order, facts: OrderFacts) -> dict[str, Line]:
    """The lines; one that a whole snapshot names without saying all of it is as it was, and still there."""
    named = {line.line_id for line in facts.refused} if facts.whole else set()
    return {
        key: replace(line, at=facts.updated_at) if key in named and line.at < facts.updated_at else line
        for key, line in order.lines.items()
    }


def _unless_gone(line: Line, whole_at: float, order: Order, counted: dict[str, float | None]) -> Line:
    """The line, without units where the newest snapshot that names every line does not name it."""
    if line.at >= whole_at:
        return line
    counted_at = counted.get(line.sku)
    since = None if counted_at is None else _since(order, counted_at)
    return _with_snapshot(line, LineFact("", line.sku, 0), whole_at, since)


def extra(order: Order, line: Line, counted_at: float | None) -> int:
    """What the channel lowered its own listing by beyond what the line holds; of older orders that was long ago."""
    since = math.inf if counted_at is None else _since(order, counted_at)
    return 0 if _is_prior(order, line, since) or counted_at is None else line.extra


def settled(order: Order, line: Line, counted_at: float | None, parts: Parts) -> Line:
    """The line with all the units that it should have taken taken; `parts`: what its SKU is made of now."""
    taken = replace(line, applied=target(order, line, counted_at), extra_applied=extra(order, line, counted_at))
    is_first = not (line.applied or line.extra_applied or line.parts) and (taken.applied or taken.extra_applied)
    return replace(taken, parts=parts) if is_first and parts else taken


def _since(order: Order, counted_at: float) -> float:
    # Marketplaces give whole seconds.
    return max(float(math.floor(counted_at)), order.seen - _REMEMBERED)


def _is_prior(order: Order, line: Line, since: float) -> bool:
    return line.early or (order.created_at is not None and order.created_at < since)


def _held(quantity: int | None, removed: int, refunds: Iterable[Refunded], *, cancelled: bool) -> int:
    if quantity is not None and cancelled:
        return sum(refund.quantity for refund in refunds if not refund.restocked)
    restocked = sum(refund.quantity for refund in refunds if refund.restocked)
    return -restocked if quantity is None else max(0, quantity - removed - restocked)


def _line(lines: dict[str, Line], line_id: str, sku: str) -> Line:
    return lines.get(line_id) or Line(sku=sku)


def _with_snapshot(line: Line, fact: LineFact, at: float, since: float | None) -> Line:
    before = (line.at, line.quantity or 0, line.removed, line.extra)
    if before < (at, fact.quantity, fact.removed, fact.extra):
        line = replace(line, at=at, quantity=fact.quantity, removed=fact.removed, extra=fact.extra)
    if since is None:
        return replace(line, early=True, kept_before=(line.quantity or 0) - line.removed, kept_at=line.at)
    kept = fact.quantity - fact.removed
    return replace(line, kept_before=kept, kept_at=at) if _is_nearer(line, at, kept, since) else line


def _is_nearer(line: Line, at: float, kept: int, since: float) -> bool:
    """Whether a snapshot says better what the line had at the first count: the newest before it, or else the oldest."""
    if at < since:
        return line.kept_at >= since or (line.kept_at, line.kept_before) < (at, kept)
    return not line.early and line.kept_at >= since and (at, -kept) < (line.kept_at, -line.kept_before)


def _with_refund(line: Line, refund: RefundFact, counted: dict[str, float | None]) -> Line:
    known = line.refunds.get(refund.refund_id)
    at = 0.0 if counted.get(line.sku) is None else (refund.at if refund.at is not None else math.inf)
    if known is not None and known.at <= at:
        return line
    quantity, restocked = (known.quantity, known.restocked) if known else (refund.quantity, refund.restocked)
    return replace(line, refunds={**line.refunds, refund.refund_id: Refunded(quantity, restocked, at)})


def _with_cancel(line: Line, counted: dict[str, float | None]) -> Line:
    return replace(line, early_cancel=True) if counted.get(line.sku) is None and not line.early_cancel else line


def _earliest(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)
