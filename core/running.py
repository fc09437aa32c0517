"""Long work that people ask for: begun beside everything else, watched by whoever wants to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from core.errors import SyncStateError

_log = logging.getLogger(__name__)
R = TypeVar("R")
Hear: TypeAlias = Callable[[R], None]


@dataclass(slots=True)
class Running(Generic[R]):
    """Work that was begun; `report` is how far it is."""

    report: R
    task: asyncio.Task[None] = field(init=False)

    def hear(self, report: R) -> None:
        """It is so far now."""
        self.report = report

    async def wait(self, seconds: float) -> bool:
        """Wait for its end, but not longer than that; whether it has ended."""
        await asyncio.wait({self.task}, timeout=seconds)
        return self.task.done()


class Runs(Generic[R]):
    """Keeps such works, one for each key at a time; `broken` is the report of one that was broken off, and why."""

    def __init__(self, broken: Callable[[R, str], R]) -> None:
        self._broken = broken
        self._running: dict[Hashable, Running[R]] = {}

    def get(self, key: Hashable) -> Running[R] | None:
        """The one under way."""
        return self._running.get(key)

    def begin(self, key: Hashable, report: R, work: Callable[[Hear[R]], Awaitable[R]]) -> Running[R]:
        """Begin the work; the one that is under way already, if there is one."""
        known = self._running.get(key)
        if known is not None:
            return known
        running = Running(report)
        running.task = asyncio.get_running_loop().create_task(self._run(key, running, work))
        self._running[key] = running
        running.task.add_done_callback(lambda _: self._running.pop(key, None))
        return running

    async def stop(self) -> None:
        """Break them off."""
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: Hashable, running: Running[R], work: Callable[[Hear[R]], Awaitable[R]]) -> None:
        try:
            running.report = await work(running.hear)
        except SyncStateError as error:
            _log.warning("%s is put off: %s", key, error)
            running.report = self._broken(running.report, str(error))
        except Exception:  # noqa: BLE001 - the outermost edge of this task
            _log.exception("%s failed in a way nobody foresaw", key)
            running.report = self._broken(running.report, "it failed: see the log")
