"""The write side: one group of changes in one SQLite transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import orjson

from core.changes import Change, Committed, Decision, Entry, Mark, Notice, Outcome
from core.errors import SyncStateError
from core.stock import Move, Stock, moved
from core.stores.sqlite.expiry import KEPT, purge, purge_sold
from core.stores.sqlite.stock_rows import stock_of, stock_row

_DAY = 86_400
_STOCK = "SELECT sku, physical, buffer, version, low_at, counted_at, stated FROM stock WHERE sku = ?"
_SAVE_STOCK = """INSERT INTO stock (sku, physical, buffer, version, low_at, counted_at, stated, updated_at, moved)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sku) DO UPDATE SET
physical = excluded.physical, buffer = excluded.buffer, version = excluded.version, low_at = excluded.low_at,
counted_at = excluded.counted_at, stated = excluded.stated, updated_at = excluded.updated_at, moved = excluded.moved"""
_ADD_SOLD = "INSERT INTO sold VALUES (?, ?, ?) ON CONFLICT (sku, day) DO UPDATE SET units = units + excluded.units"
_ADD_OWN = """INSERT INTO own (sku, channel, units, made) VALUES (?, ?, ?, ?)
ON CONFLICT (sku, channel) DO UPDATE SET units = units + excluded.units, made = excluded.made"""
_SAVE_TERM = "INSERT OR REPLACE INTO terms VALUES (?, ?, ?)"
_SAVE_KNOWN = "INSERT OR REPLACE INTO known VALUES (?, ?, ?)"
_SAVE_ENTRY = """INSERT INTO ledger (tx_id, sku, action, delta, at, status, channel, order_id, actor, note, mark)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SAVE_RETURN = """INSERT INTO returns
(sku, at, return_id, quantity, disposition, order_id, channel, decision, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (return_id) DO UPDATE SET decision = excluded.decision"""


@dataclass(slots=True)
class _Group:
    """What one group reads and is about to write."""

    stock: dict[str, Stock] = field(default_factory=dict)
    known: dict[str, bytes | None] = field(default_factory=dict)
    learnt: dict[str, bytes] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Decided:
    key: str
    needs: tuple[str, ...]
    result: Decision | SyncStateError


def commit(db: sqlite3.Connection, changes: Sequence[Change], now: float) -> Committed:
    """Decide and store the changes in order, inside the caller's transaction."""
    group = _Group()
    decided = [_decide(db, group, change) for change in changes]
    mark = _save(db, group, now) if group.decisions else None
    purge(db, now, 2 * len(changes))
    return Committed(tuple(_result(group, each) for each in decided), mark)


def _decide(db: sqlite3.Connection, group: _Group, change: Change) -> _Decided:
    key = change.key
    if key not in group.known:
        row = db.execute("SELECT body FROM known WHERE key = ?", (key,)).fetchone()
        group.known[key] = row[0] if row else None
    known = group.known[key]
    needs = change.needs(known)
    for sku in needs:
        if sku not in group.stock:
            row = db.execute(_STOCK, (sku,)).fetchone()
            group.stock[sku] = stock_of(row) if row else Stock(sku)
    try:
        decision = change.decide(known, group.stock)
    except SyncStateError as error:
        return _Decided(key, needs, error)
    if decision.known is not None:
        _take(group, key, decision.known, decision)
    return _Decided(key, needs, decision)


def _take(group: _Group, key: str, known: bytes, decision: Decision) -> None:
    group.known[key] = group.learnt[key] = known
    group.decisions.append(decision)
    for move in decision.moves:
        group.stock[move.sku] = moved(group.stock[move.sku], move)
        group.moves.append(move)


def _result(group: _Group, decided: _Decided) -> Outcome | Exception:
    if isinstance(decided.result, SyncStateError):
        return decided.result
    after = {sku: group.stock[sku] for sku in decided.needs}
    return Outcome(decided.result.status, decided.key, after, decided.result.more)


def _save(db: sqlite3.Connection, group: _Group, now: float) -> Mark:
    notices = tuple(notice for decision in group.decisions for notice in decision.notices)
    touched = tuple(dict.fromkeys(move.sku for move in group.moves))
    marked = tuple(dict.fromkeys([*touched, *(sku for decision in group.decisions for sku in decision.also)]))
    blobs = orjson.dumps(marked), orjson.dumps([asdict(notice) for notice in notices])
    mark_id = db.execute("INSERT INTO marks (at, skus, notices) VALUES (?, ?, ?)", (now, *blobs)).lastrowid
    _save_moves(db, group, touched, now)
    db.executemany(_SAVE_KNOWN, [(key, body, now + KEPT) for key, body in group.learnt.items()])
    entries = [entry for decision in group.decisions for entry in decision.entries]
    db.executemany(_SAVE_ENTRY, [_entry_row(entry, mark_id) for entry in entries])
    rows = [row for decision in group.decisions for row in decision.returns]
    if rows:
        db.executemany(_SAVE_RETURN, [tuple(asdict(row).values()) for row in rows])
    return Mark(str(mark_id), marked, notices, now)


def _save_moves(db: sqlite3.Connection, group: _Group, touched: Sequence[str], now: float) -> None:
    day = int(now // _DAY)
    db.executemany(_SAVE_STOCK, [(*stock_row(group.stock[sku]), now, day) for sku in touched])
    sold: dict[tuple[str, int], int] = {}
    own: dict[tuple[str, str], int] = {}
    made: dict[tuple[str, str], float] = {}
    for move in group.moves:
        if move.sold:
            sold[move.sku, day] = sold.get((move.sku, day), 0) + move.sold
        if move.own:
            own[move.sku, move.channel] = own.get((move.sku, move.channel), 0) + move.own
            made[move.sku, move.channel] = move.made_at
    purge_sold(db, [sku for sku, _ in sold], day)
    db.executemany(_ADD_SOLD, [(*key, units) for key, units in sold.items()])
    db.executemany(_ADD_OWN, [(*key, units, made[key]) for key, units in own.items()])
    terms = [(move.sku, name, text) for move in group.moves for name, text in move.terms]
    if terms:
        db.executemany(_SAVE_TERM, terms)
        db.execute("DELETE FROM terms WHERE body = ''")


def _entry_row(entry: Entry, mark_id: int | None) -> tuple[object, ...]:
    return (
        entry.tx_id,
        entry.sku,
        entry.action,
        entry.delta,
        entry.at,
        entry.status.value,
        entry.channel,
        entry.order_id,
        entry.actor,
        entry.note,
        mark_id,
    )


def finish(db: sqlite3.Connection, mark: Mark) -> None:
    """Forget the mark; its ledger rows count as completed from then on."""
    db.execute("DELETE FROM marks WHERE mark_id = ?", (int(mark.mark_id),))


def unfinished(db: sqlite3.Connection, before: float, limit: int) -> list[Mark]:
    """Marks made before that time, oldest first."""
    rows = db.execute("SELECT * FROM marks WHERE at < ? ORDER BY mark_id LIMIT ?", (before, limit))
    return [_mark(row) for row in rows]


def _mark(row: tuple[int, float, bytes, bytes]) -> Mark:
    mark_id, at, skus, notices = row
    return Mark(str(mark_id), tuple(orjson.loads(skus)), tuple(Notice(**n) for n in orjson.loads(notices)), at)
