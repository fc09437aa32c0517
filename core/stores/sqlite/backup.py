"""Backups of the data file: taken beside the running server, and put back only when they are whole."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core.errors import BadInput
from core.stores.sqlite.schema import LAYOUT, connect_to_read, hold

_PAGES = 2_000
_OWE = "UPDATE told SET status = 'owed', owed_since = ?, error = 'restored from a backup' WHERE status != 'refused'"

Progress = Callable[[int, int], None]


def back_up(source: Path, target: Path, done: Progress) -> None:
    """Copy the data file as it is at one moment; `target` appears whole or not at all, and is never written over.

    `done` hears how many of how many pages are copied. BadInput when there is such a file already or none can be made.
    """
    if target.exists():
        raise BadInput("file", f"{target} is there already; name another")
    with closing(connect_to_read(source)) as db:
        _copy(db, target, done)


def restore(backup: Path, data_file: Path, now: float, done: Progress) -> Path | None:
    """Put the backup in the data file's place, every channel owed what it shows; where the replaced file is kept.

    BadInput when it is not a sound backup, StoreBusy while a server holds the data file.
    """
    data_file.parent.mkdir(parents=True, exist_ok=True)
    with closing(hold(data_file)), closing(_open(backup)) as db:
        fresh = data_file.with_suffix(".restored")
        fresh.unlink(missing_ok=True)
        _copy(db, fresh, done)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as restored:
            restored.execute(_OWE, (now,))
        return _swap(fresh, data_file, f".replaced-{now:.0f}")


def _open(backup: Path) -> sqlite3.Connection:
    db = connect_to_read(backup)
    try:
        (layout,) = db.execute("PRAGMA user_version").fetchone()
        sound = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        known = db.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('stock', 'ledger', 'known')").fetchone()
    except sqlite3.DatabaseError:
        layout, sound, known = 0, False, (0,)
    if sound and known == (3,) and 1 <= layout <= LAYOUT:
        return db
    db.close()
    newer = "was made by a newer SyncState" if sound and layout > LAYOUT else "is not a sound backup of SyncState"
    raise BadInput("file", f"{backup} {newer}")


def _copy(db: sqlite3.Connection, target: Path, done: Progress) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(b"")  # says why it cannot be, which SQLite does not
        with closing(sqlite3.connect(part)) as copy:
            db.backup(copy, pages=_PAGES, progress=lambda _, left, total: done(total - left, total))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    except (OSError, sqlite3.OperationalError) as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise BadInput("file", f"{target} cannot be written ({why})") from error


def _swap(fresh: Path, data_file: Path, suffix: str) -> Path | None:
    kept = data_file.with_name(data_file.name + suffix)
    if not data_file.exists():
        fresh.rename(data_file)
        return None
    with closing(sqlite3.connect(data_file)) as old:
        old.execute("PRAGMA journal_mode = DELETE")  # nothing of it may be left in a log beside the restored file
    data_file.rename(kept)
    fresh.rename(data_file)
    return kept
