"""The one writer of the file: all that waits is written in one transaction, each job whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import Unavailable

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
_AT_ONCE = 256
_A_WHILE = 0.1


@dataclass(slots=True)
class _Waiting:
    job: Job[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class Writer:
    """Runs jobs on a thread of its own; a job's answer comes after the transaction that holds it is durable."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._gathered: list[_Waiting] = []
        self._queue: queue.SimpleQueue[list[_Waiting] | None] = queue.SimpleQueue()
        self._stopped = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        """The job's answer, durable; Unavailable when the file cannot take it."""
        future = self._gather(job)
        self._send()
        answer: T = await future
        return answer

    async def run_later(self, job: Job[T]) -> T:
        """The same for what nobody waits for: written along with the next job, or after a while."""
        if not self._gathered:
            self._loop.call_later(_A_WHILE, self._send)
        answer: T = await self._gather(job)
        return answer

    async def stop(self) -> None:
        """Write all that waits, then end the thread."""
        self._stopped = True
        self._send()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _gather(self, job: Job[Any]) -> asyncio.Future[Any]:
        if self._stopped:
            raise Unavailable("the store is closed")
        waiting = _Waiting(job, self._loop.create_future())
        self._gathered.append(waiting)
        return waiting.future

    def _send(self) -> None:
        if self._gathered:
            self._queue.put(self._gathered)
            self._gathered = []

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = self._batch(first)
            self._write(batch)
            self._loop.call_soon_threadsafe(_answer, batch)
            if last:
                return

    def _batch(self, first: list[_Waiting]) -> tuple[list[_Waiting], bool]:
        batch = first
        while len(batch) < _AT_ONCE and not self._queue.empty():
            more = self._queue.get()
            if more is None:
                return batch, True
            batch += more
        return batch, False

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for waiting in batch:
                self._run(waiting)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            for waiting in batch:
                waiting.error = Unavailable(f"the data file cannot be written: {error}")

    def _run(self, waiting: _Waiting) -> None:
        self._db.execute("SAVEPOINT job")
        try:
            waiting.result = waiting.job(self._db)
        except sqlite3.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - a job's own fault is its caller's answer, never the other jobs'
            self._db.execute("ROLLBACK TO job")
            waiting.error = error
        self._db.execute("RELEASE job")


def _answer(batch: list[_Waiting]) -> None:
    for waiting in batch:
        if waiting.future.done():
            continue
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)
