"""Reconciles that people ask for, and how far they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.reconcile import Reconciled
from core.reconciler import Reconciler
from core.running import Hear, Running, Runs


class ReconcileDesk:
    """Begins them, one for each channel and SKU at a time; `clock` gives epoch seconds."""

    def __init__(self, reconciler: Reconciler, clock: Callable[[], float]) -> None:
        self._reconciler = reconciler
        self._clock = clock
        self._runs: Runs[Reconciled] = Runs(lambda report, why: replace(report, trouble=why, ended=clock()))

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

    def begin(self, channel: str, by: str, sku: str = "") -> Running[Reconciled]:
        """Begin to reconcile the channel, or one SKU on it; the one that is under way already, if there is one."""

        async def work(hear: Hear[Reconciled]) -> Reconciled:
            return await self._reconciler.run(channel, by, sku, hear=hear)

        return self._runs.begin(("reconcile", channel, sku), Reconciled(channel, self._clock(), by, sku), work)

    async def stop(self) -> None:
        """Break them off."""
        await self._runs.stop()
