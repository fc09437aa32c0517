"""An order's knowledge as compact JSON and back; every record carries its layout's version."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import orjson

from core.errors import Unavailable
from core.orders.known import Line, Order, Refunded
from core.stock import Part

_LAYOUT = 1
_EXTRA = 2


def dump(order: Order) -> bytes:
    """The order as bytes that `load` reads back equal."""
    lines = {key: _dump_line(line) for key, line in order.lines.items()}
    known = [_LAYOUT, order.seen, order.created_at, order.cancelled_at, order.revision, lines, order.parked]
    return orjson.dumps(known if order.whole_at < 0 else [*known, order.whole_at])


def load(data: bytes) -> Order:
    """The order that `dump` wrote; Unavailable where a newer SyncState's did."""
    layout, *known = orjson.loads(data)
    if layout > _LAYOUT:
        raise Unavailable("an order was stored by a newer SyncState: run that version here")
    seen, created_at, cancelled_at, revision, lines, parked, *rest = known
    read = {key: _load_line(line) for key, line in lines.items()}
    return Order(seen, created_at, cancelled_at, revision, read, tuple(parked), *rest)


def _dump_line(line: Line) -> list[Any]:
    refunds = {key: [r.quantity, r.restocked, _finite(r.at)] for key, r in line.refunds.items()}
    flags = int(line.early) + 2 * int(line.early_cancel)
    known = [
        line.sku,
        line.at,
        line.quantity,
        line.removed,
        refunds,
        flags,
        line.kept_before,
        _finite(line.kept_at),
        line.applied,
    ]
    extra = [line.extra, line.extra_applied]
    if line.parts:
        return [*known, *extra, [[part.sku, part.units] for part in line.parts]]
    return [*known, *extra] if line.extra or line.extra_applied else known


def _load_line(data: list[Any]) -> Line:
    sku, at, quantity, removed, refunds, flags, kept_before, kept_at, applied, *rest = data
    known = {key: Refunded(r[0], r[1], _infinite(r[2])) for key, r in refunds.items()}
    early, early_cancel, kept = bool(flags & 1), bool(flags & 2), _infinite(kept_at)
    *extra, parts = rest if len(rest) > _EXTRA else [*rest, ()]
    made_of = tuple(Part(*part) for part in parts)
    line = Line(sku, at, quantity, removed, known, early, early_cancel, kept_before, kept, applied, *extra)
    return replace(line, parts=made_of) if made_of else line


def _finite(at: float) -> float | None:
    return None if math.isinf(at) else at


def _infinite(at: float | None) -> float:
    return math.inf if at is None else at
