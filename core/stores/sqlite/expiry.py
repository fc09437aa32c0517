"""What the ledger need not remember any more: dropped a little with every commit, so that it is never much at once."""

from __future__ import annotations

import sqlite3

_DAY = 86_400
KEPT = 31 * _DAY  # 30 days and one to spare
_KNOWN = "DELETE FROM known WHERE key IN (SELECT key FROM known WHERE expires_at < ? ORDER BY expires_at LIMIT ?)"
_LEDGER = """DELETE FROM ledger WHERE seq IN
(SELECT seq FROM (SELECT seq, at FROM ledger ORDER BY seq LIMIT ?) WHERE at < ?)"""


def purge(db: sqlite3.Connection, now: float, most: int) -> None:
    """Drop what has expired, at most so many rows of each kind, the oldest first."""
    db.execute(_KNOWN, (now, most))
    db.execute(_LEDGER, (most, now - KEPT))


def purge_sold(db: sqlite3.Connection, skus: list[str], today: int) -> None:
    """Drop the sales of these SKUs that are older than a month; `today` is a UTC day (ordinal)."""
    db.executemany("DELETE FROM sold WHERE sku = ? AND day < ?", [(sku, today - KEPT // _DAY) for sku in skus])


def purge_job(db: sqlite3.Connection, job: str, now: float) -> None:
    """Drop the job's runs that nobody can ask for any more."""
    db.execute("DELETE FROM jobs WHERE job = ? AND due < ?", (job, now - KEPT))
