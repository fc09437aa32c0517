"""Alerts, history, returns, job runs and notes in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace

import orjson

from core.alerts import Alert, Severity, State
from core.changes import Entry, Progress, ReturnRow
from core.ports import Page
from core.stores.sqlite.expiry import purge_job

_ENTRIES = """SELECT seq, tx_id, sku, action, delta, l.at,
CASE WHEN m.mark_id IS NULL THEN status ELSE 'pending' END, channel, order_id, actor, note
FROM ledger l LEFT JOIN marks m ON m.mark_id = l.mark WHERE sku = ? AND seq < ? ORDER BY seq DESC LIMIT ?"""
_RETURNS = """SELECT seq, sku, at, return_id, quantity, disposition, order_id, channel, decision, reason
FROM returns WHERE sku = ? AND seq < ? ORDER BY seq DESC LIMIT ?"""
_SAVE_ALERT = "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NEWEST = 2**62
_KEYS_AT_ONCE = 500


def history(db: sqlite3.Connection, sku: str, cursor: str, limit: int) -> Page[Entry]:
    """The SKU's ledger rows, newest first."""
    rows = db.execute(_ENTRIES, (sku, _seq(cursor), limit)).fetchall()
    return Page(tuple(_entry(row) for row in rows), str(rows[-1][0]) if len(rows) == limit else "")


def knowledge(db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
    """What is known under the keys."""
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        part = keys[start : start + _KEYS_AT_ONCE]
        marks = ", ".join("?" * len(part))
        found |= dict(db.execute(f"SELECT key, body FROM known WHERE key IN ({marks})", part))  # noqa: S608 - only ?
    return found


def returns(db: sqlite3.Connection, sku: str, cursor: str, limit: int) -> Page[ReturnRow]:
    """The SKU's returns, newest first."""
    rows = db.execute(_RETURNS, (sku, _seq(cursor), limit)).fetchall()
    return Page(tuple(ReturnRow(*row[1:]) for row in rows), str(rows[-1][0]) if len(rows) == limit else "")


def alert(db: sqlite3.Connection, alert_id: str) -> Alert | None:
    """The alert with this id."""
    return _alert(db.execute("SELECT body FROM alerts WHERE alert_id = ?", (alert_id,)).fetchone())


def open_alert(db: sqlite3.Connection, subject: str) -> Alert | None:
    """The unresolved alert of the subject."""
    return _alert(db.execute("SELECT body FROM alerts WHERE subject = ? AND open = 1", (subject,)).fetchone())


def save_alert(db: sqlite3.Connection, alert: Alert) -> bool:
    """Compare-and-swap on the revision; false also when the subject has another unresolved alert."""
    row = db.execute("SELECT revision FROM alerts WHERE alert_id = ?", (alert.alert_id,)).fetchone()
    if (row[0] if row else 0) != alert.revision:
        return False
    is_open = alert.state is not State.RESOLVED
    other = db.execute("SELECT alert_id FROM alerts WHERE subject = ? AND open = 1", (alert.subject,)).fetchone()
    if is_open and other is not None and other[0] != alert.alert_id:
        return False
    saved = replace(alert, revision=alert.revision + 1)
    flags = (int(is_open), int(alert.untold))
    times = (alert.at, alert.updated_at, saved.revision)
    db.execute(
        _SAVE_ALERT, (alert.alert_id, alert.subject, alert.severity.value, *flags, *times, orjson.dumps(asdict(saved)))
    )
    if alert.due_at:
        db.execute("INSERT OR REPLACE INTO alerts_due VALUES (?, ?)", (alert.alert_id, alert.due_at))
    else:
        db.execute("DELETE FROM alerts_due WHERE alert_id = ?", (alert.alert_id,))
    return True


def due_alerts(db: sqlite3.Connection, now: float, limit: int) -> list[Alert]:
    """Alerts whose time has come, the longest due first."""
    query = "SELECT body FROM alerts_due JOIN alerts USING (alert_id) WHERE due <= ? ORDER BY due LIMIT ?"
    return [_load(body) for (body,) in db.execute(query, (now, limit))]


def list_alerts(db: sqlite3.Connection, severity: str, cursor: str, limit: int) -> Page[Alert]:
    """Alerts newest first: the unresolved ones, or all of one severity."""
    where, values = ("severity = ?", [severity]) if severity else ("open = 1", [])
    at, _, alert_id = cursor.partition(" ")
    after = (float(at), alert_id) if cursor else (1e18, "")
    query = f"SELECT body FROM alerts WHERE {where} AND (at, alert_id) < (?, ?) ORDER BY at DESC, alert_id DESC LIMIT ?"  # noqa: S608 - both conditions are ours
    items = [_load(body) for (body,) in db.execute(query, (*values, *after, limit))]
    return Page(tuple(items), f"{items[-1].at!r} {items[-1].alert_id}" if len(items) == limit else "")


def untold_alerts(db: sqlite3.Connection, limit: int) -> list[Alert]:
    """Alerts whose newest edition is not shown yet, oldest change first."""
    query = "SELECT body FROM alerts WHERE untold = 1 ORDER BY updated_at LIMIT ?"
    return [_load(body) for (body,) in db.execute(query, (limit,))]


def claim_job(db: sqlite3.Connection, job: str, due: float, owner: str, now: float, lease: float) -> bool:
    """Take the run unless it is done or in somebody's hands."""
    row = db.execute("SELECT until, done FROM jobs WHERE job = ? AND due = ?", (job, due)).fetchone()
    if row is not None and (row[1] or row[0] > now):
        return False
    db.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, 0)", (job, due, owner, now + lease))
    purge_job(db, job, now)
    return True


def finish_job(db: sqlite3.Connection, job: str, due: float, owner: str) -> None:
    """The run is done, unless somebody else has taken it over."""
    db.execute("UPDATE jobs SET done = 1 WHERE job = ? AND due = ? AND owner = ?", (job, due, owner))


def note(db: sqlite3.Connection, name: str) -> bytes | None:
    """The note of that name."""
    row = db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
    return bytes(row[0]) if row else None


def save_note(db: sqlite3.Connection, name: str, value: bytes) -> None:
    """Keep the note."""
    db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))


def swap_note(db: sqlite3.Connection, name: str, before: bytes | None, value: bytes) -> bool:
    """Keep the note if it is still the one from before."""
    if note(db, name) != before:
        return False
    save_note(db, name, value)
    return True


def _seq(cursor: str) -> int:
    return int(cursor) if cursor else _NEWEST


def _entry(row: tuple[int, str, str, str, int, float, str, str, str, str, str]) -> Entry:
    _, tx_id, sku, action, delta, at, status, channel, order_id, actor, text = row
    return Entry(tx_id, sku, action, delta, at, Progress(status), channel, order_id, actor, text)


def _alert(row: tuple[bytes] | None) -> Alert | None:
    return None if row is None else _load(row[0])


def _load(body: bytes) -> Alert:
    fields = orjson.loads(body)
    return Alert(**{**fields, "severity": Severity(fields["severity"]), "state": State(fields["state"])})
