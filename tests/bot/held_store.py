"""A store that takes its time: it keeps callers waiting at one of its gates until that is opened."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.alerts import Alert
from core.changes import Change, Committed
from core.errors import Unavailable
from core.ports import Page
from core.stock import Level
from core.stores.sqlite import SqliteStore


class HeldStore(SqliteStore):
    """SQLite with gates: what is asked waits while the gate for it is closed; `broken` raises instead."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        super().__init__(path, clock)
        self.reads, self.commits, self.alerts = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.lists, self.jobs = asyncio.Event(), asyncio.Event()
        self.claimed = asyncio.Event()
        self.broken: Exception | None = None
        for gate in (self.reads, self.commits, self.alerts, self.lists, self.jobs):
            gate.set()

    async def levels(self, skus: Sequence[str]) -> Mapping[str, Level]:
        """Wait for the gate, then read."""
        await self._pass(self.reads)
        return await super().levels(skus)

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """Commit at once, and answer when the gate is open."""
        committed = await super().commit(changes)
        await self._pass(self.commits)
        return committed

    async def save_alert(self, alert: Alert) -> bool:
        """Wait for the gate, then save; note a claim."""
        await self._pass(self.alerts)
        saved = await super().save_alert(alert)
        if saved and alert.posting_until:
            self.claimed.set()
        return saved

    async def list_alerts(self, severity: str, cursor: str, limit: int) -> Page[Alert]:
        """Wait for the gate, then list."""
        await self._pass(self.lists)
        return await super().list_alerts(severity, cursor, limit)

    async def claim_job(self, job: str, due: float, owner: str, now: float, lease: float) -> bool:
        """Wait for the gate, then claim."""
        await self._pass(self.jobs)
        return await super().claim_job(job, due, owner, now, lease)

    async def _pass(self, gate: asyncio.Event) -> None:
        await gate.wait()
        if self.broken is not None:
            raise self.broken


UNAVAILABLE = Unavailable("the store is away")
