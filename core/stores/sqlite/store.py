"""The SQLite store: core.ports.Store over one writer and one reader thread."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from core.alerts import Alert
from core.changes import Change, Committed, Entry, Mark, ReturnRow
from core.channels import Arrears
from core.errors import BadInput, Unavailable
from core.ports import Finding, Page
from core.stock import Level, Told
from core.stores.sqlite import examination, ledger, levels, records, schema
from core.stores.sqlite.writer import Job, Writer

T = TypeVar("T")
_LONGEST_CURSOR = 19


class SqliteStore:
    """One file, one process. Every write is durable when its method returns; `clock` gives epoch seconds.

    `watching`: only read, beside the process that holds the file; every write raises Unavailable.
    """

    shared = False
    group_size = 512
    groups_at_once = 1

    def __init__(self, path: Path, clock: Callable[[], float], *, watching: bool = False) -> None:
        self._path = path
        self._watching = watching
        self._clock = clock
        self._open: list[sqlite3.Connection] = []
        self._writer: Writer | None = None
        self._reads: sqlite3.Connection | None = None
        self._reader = ThreadPoolExecutor(1, "sqlite-reader")

    async def open(self) -> None:
        """Make the file and its tables; StoreBusy when another process holds it, StoreUnfit when it cannot be used."""
        if self._watching:
            self._reads = schema.connect_to_watch(self._path)
            self._open.append(self._reads)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._open.append(schema.hold(self._path))
        writes = schema.connect_to_write(self._path)
        self._reads = schema.connect(self._path)
        self._open += [writes, self._reads]
        self._writer = Writer(writes)

    async def close(self) -> None:
        """Write what waits and let go of the file."""
        if self._writer is not None:
            await self._writer.stop()
            self._writer = None
        await asyncio.to_thread(self._reader.shutdown)
        self._reads = None
        while self._open:
            self._open.pop().close()

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """Whether the file is there, whole and writable, beside whoever holds it; `mend` makes it. Never raises."""
        return await asyncio.to_thread(examination.examine, self._path, _free, mend=mend)

    async def ping(self) -> None:
        """Read something, or raise Unavailable."""
        await self._read(lambda db: db.execute("SELECT 1").fetchone())

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """Commit the changes in one transaction, each exactly once by its key."""
        return await self._write(lambda db: ledger.commit(db, changes, self._clock()))

    async def finish(self, mark: Mark) -> None:
        """Forget the mark, along with whatever is written next."""
        if self._writer is None:
            raise Unavailable("the store is closed")
        await self._writer.run_later(lambda db: ledger.finish(db, mark))

    async def unfinished(self, before: float, limit: int) -> Sequence[Mark]:
        """Marks made before that time, oldest first."""
        return await self._read(lambda db: ledger.unfinished(db, before, limit))

    async def levels(self, skus: Sequence[str]) -> Mapping[str, Level]:
        """The levels as they are now."""
        return await self._read(lambda db: levels.read(db, skus))

    async def glance(self, sku: str) -> Level:
        """The level for a person to look at."""
        return (await self.levels([sku]))[sku]

    async def list_levels(self, cursor: str, limit: int) -> Page[Level]:
        """All SKUs, page by page."""
        return await self._read(lambda db: levels.page(db, cursor, limit))

    async def list_skus(self, cursor: str, limit: int) -> Page[str]:
        """All SKUs, page by page."""
        return await self._read(lambda db: levels.page_of_skus(db, cursor, limit))

    async def moved_since(self, day: int) -> Sequence[str]:
        """SKUs whose stock moved on that day or later."""
        return await self._read(lambda db: levels.moved_since(db, day))

    async def claim(self, skus: Sequence[str], channels: Sequence[str], lease: float = 0.0) -> Mapping[str, Level]:
        """The levels; the one process that holds the file is every channel's teller."""
        return await self.levels(skus)

    async def settle(self, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
        """Store what the channels were told; whether the level is still of that version."""
        return await self._write(lambda db: levels.settle(db, sku, version, told, own))

    async def owed(self, channel: str, cursor: str, limit: int) -> Page[str]:
        """SKUs that the channel is still owed."""
        return await self._read(lambda db: levels.owed(db, channel, cursor, limit))

    async def arrears(self) -> Mapping[str, Arrears]:
        """What each channel is owed in all."""
        return await self._read(levels.arrears)

    async def link(self, sku: str, links: Mapping[str, str], seen: Mapping[str, str] | None = None) -> bool:
        """Remember or forget the SKU's listing ids."""
        return await self._write(lambda db: levels.link(db, sku, links, seen or {}))

    async def history(self, sku: str, cursor: str, limit: int) -> Page[Entry]:
        """The SKU's ledger rows, newest first."""
        _check(good=not cursor or _is_place(cursor))
        return await self._read(lambda db: records.history(db, sku, cursor, limit))

    async def knowledge(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """What is known under the keys."""
        return await self._read(lambda db: records.knowledge(db, keys))

    async def returns(self, sku: str, cursor: str, limit: int) -> Page[ReturnRow]:
        """The SKU's returns, newest first."""
        _check(good=not cursor or _is_place(cursor))
        return await self._read(lambda db: records.returns(db, sku, cursor, limit))

    async def flag_alert(self, sku: str, kind: str) -> None:
        """Note which kind of stock alert is open."""
        await self._write(lambda db: levels.flag_alert(db, sku, kind))

    async def alert(self, alert_id: str) -> Alert | None:
        """The alert with this id."""
        return await self._read(lambda db: records.alert(db, alert_id))

    async def open_alert(self, subject: str) -> Alert | None:
        """The unresolved alert of the subject."""
        return await self._read(lambda db: records.open_alert(db, subject))

    async def save_alert(self, alert: Alert) -> bool:
        """Compare-and-swap on its revision."""
        return await self._write(lambda db: records.save_alert(db, alert))

    async def list_alerts(self, severity: str, cursor: str, limit: int) -> Page[Alert]:
        """Alerts newest first."""
        _check(good=not cursor or _is_place(cursor.partition(" ")[0].replace(".", "", 1)))
        return await self._read(lambda db: records.list_alerts(db, severity, cursor, limit))

    async def untold_alerts(self, limit: int) -> Sequence[Alert]:
        """Alerts whose newest edition is not shown yet."""
        return await self._read(lambda db: records.untold_alerts(db, limit))

    async def due_alerts(self, now: float, limit: int) -> Sequence[Alert]:
        """Alerts whose time has come."""
        return await self._read(lambda db: records.due_alerts(db, now, limit))

    async def claim_job(self, job: str, due: float, owner: str, now: float, lease: float) -> bool:
        """Take the run, or not."""
        return await self._write(lambda db: records.claim_job(db, job, due, owner, now, lease))

    async def finish_job(self, job: str, due: float, owner: str) -> None:
        """The run is done."""
        await self._write(lambda db: records.finish_job(db, job, due, owner))

    async def note(self, name: str) -> bytes | None:
        """The note of that name."""
        return await self._read(lambda db: records.note(db, name))

    async def save_note(self, name: str, value: bytes) -> None:
        """Keep the note."""
        await self._write(lambda db: records.save_note(db, name, value))

    async def swap_note(self, name: str, before: bytes | None, value: bytes) -> bool:
        """Compare-and-swap the note."""
        return await self._write(lambda db: records.swap_note(db, name, before, value))

    async def _write(self, job: Job[T]) -> T:
        if self._writer is None:
            raise Unavailable("the store is only read" if self._watching else "the store is closed")
        return await self._writer.run(job)

    async def _read(self, job: Job[T]) -> T:
        reads = self._reads
        if reads is None or (self._writer is None and not self._watching):
            raise Unavailable("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._reader, _look, reads, job)


def _look(db: sqlite3.Connection, job: Job[T]) -> T:
    """The job's answer, all of it read from one state of the file."""
    try:
        db.execute("BEGIN")
        try:
            return job(db)
        finally:
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise Unavailable(f"the data file cannot be read: {error}") from error


def _check(*, good: bool) -> None:
    if not good:
        raise BadInput("cursor", "is not one that a page gave")


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _LONGEST_CURSOR


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
