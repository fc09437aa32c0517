"""Reconciles that people ask for: begun beside everything else, watched by whoever wants to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.errors import SyncStateError
from core.reconcile import Reconciled
from core.reconciler import Reconciler

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """A reconcile that was begun; `report` is how far it is."""

    report: Reconciled
    task: asyncio.Task[None] = field(init=False)

    def hear(self, report: Reconciled) -> None:
        """It is so far now."""
        self.report = report

    async def wait(self, seconds: float) -> bool:
        """Wait for its end, but not longer than that; whether it has ended."""
        await asyncio.wait({self.task}, timeout=seconds)
        return self.task.done()


class ReconcileDesk:
    """Begins them, one for each channel and SKU at a time; `clock` gives epoch seconds."""

    def __init__(self, reconciler: Reconciler, clock: Callable[[], float]) -> None:
        self._reconciler = reconciler
        self._clock = clock
        self._running: dict[tuple[str, str], Running] = {}

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that can be read back."""
        return self._reconciler.channels

    async def last(self, channel: str) -> Reconciled | None:
        """The last whole one of the channel, or how far the one under way is; Unavailable."""
        return await self._reconciler.last(channel)

    def is_running(self, report: Reconciled | None) -> bool:
        """Whether that one still goes on."""
        return self._reconciler.is_running(report)

    def begin(self, channel: str, by: str, sku: str = "") -> Running:
        """Begin to reconcile the channel, or one SKU on it; the one that is under way already, if there is one."""
        known = self._running.get((channel, sku))
        if known is not None:
            return known
        running = Running(Reconciled(channel, self._clock(), by, sku))
        running.task = asyncio.get_running_loop().create_task(self._run(running))
        self._running[channel, sku] = running
        running.task.add_done_callback(lambda _: self._running.pop((channel, sku), None))
        return running

    async def stop(self) -> None:
        """Break them off."""
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, running: Running) -> None:
        asked = running.report
        try:
            running.report = await self._reconciler.run(asked.channel, asked.by, asked.sku, hear=running.hear)
        except SyncStateError as error:
            _log.warning("the reconcile of %s is put off: %s", asked.channel, error)
            running.report = replace(running.report, trouble=str(error), ended=self._clock())
        except Exception:  # noqa: BLE001 - the outermost edge of this task
            _log.exception("the reconcile of %s failed in a way nobody foresaw", asked.channel)
            running.report = replace(running.report, trouble="it failed: see the log", ended=self._clock())
