"""Whether the data file is there, whole and writable, looked at beside the server that holds it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core.errors import StoreBusy, StoreUnfit
from core.ports import Finding
from core.stores.sqlite.schema import LAYOUT, connect_to_read, connect_to_write, hold

LEAST_FREE = 200_000_000
_FOLDER, _FILE, _SPACE = "The data folder", "The data file", "Free space"
_MAKE = "start the server here or run syncstate doctor --fix; if there was one, set SYNCSTATE_DATA_DIR to its folder"
_RESTORE = "stop the server and run syncstate restore with the last good backup"


def examine(path: Path, free: Callable[[Path], int], *, mend: bool) -> list[Finding]:
    """Folder, file and free space, one finding each; `free` tells the bytes left beside a path. `mend`: make the file.

    Never raises.
    """
    folder = path.parent
    made = mend and _make(path)
    if not _can_hold(folder):
        advice = f"let the user that runs SyncState write to {folder}, or set SYNCSTATE_DATA_DIR to another folder"
        return [Finding(_FOLDER, f"{folder.absolute()} cannot be written to", advice)]
    if not path.exists():
        return [Finding(_FOLDER), Finding(_FILE, f"there is none in {folder.absolute()} yet", _MAKE)]
    state = Finding(_FILE, f"there was none in {folder.absolute()}", mended=True) if made else _read(path)
    return [Finding(_FOLDER), state, _space(folder, free)]


def _can_hold(folder: Path) -> bool:
    nearest = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _make(path: Path) -> bool:
    """Make the file unless it is there; whether it was made."""
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(hold(path)), closing(connect_to_write(path)):
            pass
    except (OSError, StoreBusy, StoreUnfit):
        return False
    return True


def _read(path: Path) -> Finding:
    try:
        with closing(connect_to_read(path)) as db:
            (layout,) = db.execute("PRAGMA user_version").fetchone()
            (sound,) = db.execute("PRAGMA quick_check(1)").fetchone()
            known = db.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('stock', 'ledger')").fetchone()[0]
    except (OSError, sqlite3.Error) as error:
        return Finding(_FILE, f"{path} cannot be read: {error}", _RESTORE)
    if layout > LAYOUT:
        return Finding(_FILE, f"{path} was made by a newer SyncState", "install that version again")
    if sound != "ok" or not known:
        return Finding(
            _FILE, f"{path} is damaged: {str(sound).splitlines()[-1] if known else 'no stock in it'}", _RESTORE
        )
    if not os.access(path, os.W_OK):
        return Finding(_FILE, f"{path} is read-only", "let the user that runs SyncState write to it")
    return Finding(_FILE)


def _space(folder: Path, free: Callable[[Path], int]) -> Finding:
    left = free(folder)
    if left >= LEAST_FREE:
        return Finding(_SPACE)
    problem = f"only {left / 1_000_000:,.0f} MB are left beside the data file"
    return Finding(_SPACE, problem, "make room: orders are refused, and re-sent for hours, when the disk is full")
