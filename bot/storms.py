"""Storms: beyond ten new alerts in five minutes the next ones gather in the thread of one parent message.

The parent is an alert of its own kind, so that it is posted once, found again and edited as every other one; over
several instances and restarts there is one, for its subject has one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import orjson

from core.alert_times import STORM_CALM
from core.alerts import KINDS, STORM, Alert, subject_of
from core.ports import Store

MOST_NEW = 10
WINDOW = 300.0
MEMBERS = 100
_TRIES = 20
_NOTE = "slack_new_alerts"


@dataclass(frozen=True, slots=True)
class Shelter:
    """Where a new alert's message goes: into the channel, into the storm's thread, or nowhere before its parent."""

    thread_ts: str = ""
    waits: bool = False


class Storms:
    """Knows whether there is a storm; what counts is kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def shelter(self, alert: Alert, now: float) -> Shelter:
        """Where this new alert is to be posted; begins a storm when it is one too many."""
        if alert.kind == STORM:
            return Shelter()
        storm = await self._store.open_alert(subject_of(STORM, ""))
        if storm is not None:
            return Shelter(storm.post_ts, waits=not storm.post_ts)
        if len(await self._recent(now)) < MOST_NEW:
            return Shelter()
        await self._store.save_alert(_storm(alert, now))
        return Shelter(waits=True)

    async def count(self, alert: Alert, now: float) -> bool:
        """A new alert was posted: in the channel it counts towards a storm, in a thread it makes the storm grow.

        Whether it did, so that the parent is to be edited.
        """
        if alert.kind == STORM:
            return False
        if alert.thread_ts:
            await self._grow(now)
            return True
        recent = [*await self._recent(now), now]
        await self._store.save_note(_NOTE, orjson.dumps(recent[-MOST_NEW:]))
        return False

    async def members(self, storm: Alert) -> tuple[Alert, ...]:
        """The unresolved alerts of the storm, the newest of them where they are very many."""
        page = await self._store.list_alerts("", "", MEMBERS)
        return tuple(each for each in page.items if each.kind != STORM and each.at >= storm.at - WINDOW)

    async def _recent(self, now: float) -> list[float]:
        known = await self._store.note(_NOTE)
        return [at for at in orjson.loads(known or b"[]") if now - WINDOW < at <= now]

    async def _grow(self, now: float) -> None:
        for _ in range(_TRIES):
            storm = await self._store.open_alert(subject_of(STORM, ""))
            if storm is None:
                return
            grown = replace(storm, count=storm.count + 1, edition=storm.edition + 1)
            if await self._store.save_alert(replace(grown, updated_at=now, due_at=now + STORM_CALM)):
                return


def _storm(first: Alert, now: float) -> Alert:
    return Alert(
        alert_id=f"storm_{first.alert_id}",
        kind=STORM,
        severity=KINDS[STORM].severity,
        sku="",
        message="",
        subject=subject_of(STORM, ""),
        at=now,
        count=0,
        updated_at=now,
        due_at=now + STORM_CALM,
    )
