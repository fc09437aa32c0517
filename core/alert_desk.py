"""Raising, repeating, resolving and acknowledging alerts in the store, by compare-and-swap."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from core import alerts
from core.alert_times import Terms, come_due, due_at
from core.alerts import Alert
from core.changes import Notice
from core.errors import NotFound, Unavailable
from core.ports import Store
from core.stock import Level

_TRIES = 50
_DUE_AT_ONCE = 200


class AlertDesk:
    """The one way alerts change; `clock` gives epoch seconds, `fresh_id` a new id, `wake` tells whoever posts them.

    By `terms` they escalate and are recalled.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float],
        fresh_id: Callable[[], str],
        wake: Callable[[], None],
        terms: Terms = Terms(),  # noqa: B008 - frozen
    ) -> None:
        self._terms = terms
        self._store = store
        self._clock = clock
        self._fresh_id = fresh_id
        self._wake = wake

    async def report(self, notice: Notice) -> None:
        """Open an alert for the notice, or count it on the one that is open; each notice counts once."""
        subject = alerts.subject_of(notice.kind, notice.scope or notice.sku)

        async def step() -> Alert | None:
            known = await self._store.open_alert(subject)
            if known is None:
                return alerts.opened(f"al_{self._fresh_id()}", notice, self._clock())
            again = alerts.repeated(known, notice, self._clock())
            return None if again == known else again

        await self._save(step)

    async def resolve(self, kind: str, scope: str, message: str) -> None:
        """Resolve the open alert of this kind, if there is one."""

        async def step() -> Alert | None:
            known = await self._store.open_alert(alerts.subject_of(kind, scope))
            return None if known is None else alerts.resolved(known, message, self._clock())

        await self._save(step)

    async def close(self, alert: Alert, message: str) -> bool:
        """Resolve the alert as it was read; false when it has changed since, and so may be about more."""
        closed = await self._store.save_alert(alerts.resolved(alert, message, self._clock()))
        if closed:
            self._wake()
        return closed

    async def acknowledge(self, alert_id: str, by: str) -> Alert:
        """The alert, now in the hands of `by`; NotFound, or AlreadyHandled with who was first."""
        taken: list[Alert] = []

        async def step() -> Alert | None:
            known = await self._store.alert(alert_id)
            if known is None:
                raise NotFound("alert", alert_id)
            taken[:] = [alerts.acknowledged(known, by, self._clock())]
            return taken[0]

        await self._save(step)
        return taken[0]

    async def snooze(self, alert_id: str, by: str, until: float) -> Alert:
        """The alert, put aside until then (epoch s); NotFound, or AlreadyHandled when it is resolved."""
        taken: list[Alert] = []

        async def step() -> Alert | None:
            known = await self._store.alert(alert_id)
            if known is None:
                raise NotFound("alert", alert_id)
            taken[:] = [alerts.snoozed(known, by, until, self._clock())]
            return taken[0]

        await self._save(step)
        return taken[0]

    async def run_due(self) -> None:
        """Let happen what time has brought: snoozes end, criticals escalate, owners are reminded, storms calm down."""
        for due in await self._store.due_alerts(self._clock(), _DUE_AT_ONCE):
            await self._save(partial(self._come_due, due.alert_id))

    async def _come_due(self, alert_id: str) -> Alert | None:
        known = await self._store.alert(alert_id)
        if known is None:
            return None
        changed = come_due(known, self._clock(), self._terms)
        # An alert of older terms, or of before there were any, only learns when it is due.
        return changed if changed != known or known.due_at != due_at(known, self._terms) else None

    async def check(self, level: Level) -> None:
        """Make the SKU's stock alert agree with its level: raised, changed in kind, counted, or resolved."""
        stock = level.stock
        kind = alerts.condition_of(stock)
        if kind:
            if level.alert != kind:
                await self._store.flag_alert(level.sku, kind)
            notice_id = f"{level.sku}@{stock.version}"
            await self.report(Notice(notice_id, kind, level.sku, alerts.describe(stock)))
        elif level.alert:
            await self.resolve(level.alert, level.sku, alerts.describe(stock))
            await self._store.flag_alert(level.sku, "")

    async def _save(self, step: Callable[[], Awaitable[Alert | None]]) -> None:
        for _ in range(_TRIES):
            alert = await step()
            if alert is None:
                return
            if await self._store.save_alert(replace(alert, due_at=due_at(alert, self._terms))):
                self._wake()
                return
            await asyncio.sleep(0)
        raise Unavailable("an alert changes too fast to be saved")
