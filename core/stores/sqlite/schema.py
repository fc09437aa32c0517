"""The tables of the SQLite store, and how a connection is set up."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from core.errors import StoreBusy, StoreUnfit

LAYOUT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS stock (
    sku TEXT PRIMARY KEY, physical INTEGER NOT NULL, buffer INTEGER NOT NULL, version INTEGER NOT NULL,
    low_at INTEGER NOT NULL, counted_at REAL, updated_at REAL NOT NULL, moved INTEGER NOT NULL DEFAULT 0,
    alert TEXT NOT NULL DEFAULT '', stated TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stock_moved ON stock (moved);
CREATE TABLE IF NOT EXISTS sold (
    sku TEXT, day INTEGER, units INTEGER NOT NULL, PRIMARY KEY (sku, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own (
    sku TEXT, channel TEXT, units INTEGER NOT NULL, made REAL NOT NULL DEFAULT 0, PRIMARY KEY (sku, channel)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terms (
    sku TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (sku, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS links (
    sku TEXT, channel TEXT, listing TEXT NOT NULL, PRIMARY KEY (sku, channel)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (
    sku TEXT, channel TEXT, quantity INTEGER, version INTEGER NOT NULL, at REAL NOT NULL, status TEXT NOT NULL,
    error TEXT NOT NULL, owed_since REAL NOT NULL, blind INTEGER NOT NULL DEFAULT 0, ahead INTEGER NOT NULL DEFAULT 0,
    low INTEGER, low_since REAL NOT NULL DEFAULT 0, tried TEXT NOT NULL DEFAULT '', PRIMARY KEY (sku, channel)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS told_unconfirmed ON told (channel, sku) WHERE status != 'confirmed';
CREATE TABLE IF NOT EXISTS known (
    key TEXT PRIMARY KEY, body BLOB NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS known_expiry ON known (expires_at);
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY, tx_id TEXT NOT NULL UNIQUE, sku TEXT NOT NULL, action TEXT NOT NULL, delta INTEGER NOT
    NULL, at REAL NOT NULL, status TEXT NOT NULL, channel TEXT NOT NULL, order_id TEXT NOT NULL, actor TEXT NOT
    NULL, note TEXT NOT NULL, mark INTEGER
);
CREATE INDEX IF NOT EXISTS ledger_sku ON ledger (sku, seq);
CREATE TABLE IF NOT EXISTS returns (
    seq INTEGER PRIMARY KEY, return_id TEXT NOT NULL UNIQUE, sku TEXT NOT NULL, at REAL NOT NULL, quantity INTEGER
    NOT NULL, disposition TEXT NOT NULL, order_id TEXT NOT NULL, channel TEXT NOT NULL, decision TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS returns_sku ON returns (sku, seq);
CREATE TABLE IF NOT EXISTS marks (
    mark_id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, skus BLOB NOT NULL, notices BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS alerts (
    alert_id TEXT PRIMARY KEY, subject TEXT NOT NULL, severity TEXT NOT NULL, open INTEGER NOT NULL, untold INTEGER
    NOT NULL, at REAL NOT NULL, updated_at REAL NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS alerts_subject ON alerts (subject) WHERE open = 1;
CREATE INDEX IF NOT EXISTS alerts_open ON alerts (at, alert_id) WHERE open = 1;
CREATE INDEX IF NOT EXISTS alerts_severity ON alerts (severity, at, alert_id);
CREATE INDEX IF NOT EXISTS alerts_untold ON alerts (updated_at) WHERE untold = 1;
CREATE TABLE IF NOT EXISTS alerts_due (alert_id TEXT PRIMARY KEY, due REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alerts_due_at ON alerts_due (due);
CREATE TABLE IF NOT EXISTS jobs (
    job TEXT, due REAL, owner TEXT NOT NULL, until REAL NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (job, due)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
# Columns that a file made by an older version lacks.
_ADDED = {
    "stock": {"stated": "TEXT NOT NULL DEFAULT ''"},
    "own": {"made": "REAL NOT NULL DEFAULT 0"},
    "told": {
        "blind": "INTEGER NOT NULL DEFAULT 0",
        "ahead": "INTEGER NOT NULL DEFAULT 0",
        "low": "INTEGER",
        "low_since": "REAL NOT NULL DEFAULT 0",
        "tried": "TEXT NOT NULL DEFAULT ''",
    },
}


def connect(path: Path) -> sqlite3.Connection:
    """A connection that makes every commit durable before it returns; transactions are begun and ended by hand."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA busy_timeout = 2000")
    db.execute("PRAGMA cache_size = -16000")
    return db


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that reads beside the process that writes; FileNotFoundError where nothing was ever written."""
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "there is no data file", str(path))
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA busy_timeout = 2000")
    return db


def connect_to_watch(path: Path) -> sqlite3.Connection:
    """Such a connection to a file that this version can read; StoreUnfit, which leaves the file as it is."""
    db = connect_to_read(path)
    try:
        _check_layout(db, path)
        _check_columns(db, path)
    except sqlite3.Error as error:
        db.close()
        raise StoreUnfit(str(path), str(error)) from error
    except StoreUnfit:
        db.close()
        raise
    return db


def connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection to a file whose tables are all there; StoreUnfit where it cannot be one."""
    try:
        db = connect(path)
        _check_layout(db, path)
        make_tables(db)
    except sqlite3.Error as error:
        raise StoreUnfit(str(path), str(error)) from error
    except StoreUnfit:
        db.close()
        raise
    return db


def make_tables(db: sqlite3.Connection) -> None:
    """Make what is missing, in one transaction."""
    db.executescript(f"BEGIN IMMEDIATE; {_TABLES} {_additions(db)} PRAGMA user_version = {LAYOUT}; COMMIT;")


def _check_layout(db: sqlite3.Connection, path: Path) -> None:
    (layout,) = db.execute("PRAGMA user_version").fetchone()
    if layout > LAYOUT:
        raise StoreUnfit(str(path), "it was made by a newer SyncState")


def _check_columns(db: sqlite3.Connection, path: Path) -> None:
    if _additions(db):
        raise StoreUnfit(str(path), "it was made by an older SyncState, and syncstate tables brings it up to date")


def _additions(db: sqlite3.Connection) -> str:
    made = {table: {row[1] for row in db.execute(f"PRAGMA table_info({table})")} for table in _ADDED}
    return " ".join(
        f"ALTER TABLE {table} ADD COLUMN {name} {kind};"
        for table, columns in _ADDED.items()
        for name, kind in columns.items()
        if made[table] and name not in made[table]
    )


def hold(path: Path) -> sqlite3.Connection:
    """Hold the data file until the connection closes or the process dies; StoreBusy when another holds it."""
    lock: sqlite3.Connection | None = None
    try:
        lock = sqlite3.connect(path.with_suffix(".lock"), isolation_level=None, timeout=0, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if lock is not None:
            lock.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise StoreBusy(str(path)) from error
        raise PermissionError(errno.EACCES, "cannot be written", str(path.parent)) from error
    return lock
