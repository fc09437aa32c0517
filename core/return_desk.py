"""The one way people decide about returns: one winner each, and an alert that ends when all is decided."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core import alerts
from core.alert_desk import AlertDesk
from core.changes import Change, Outcome, ReturnRow
from core.errors import AlreadyHandled, NotFound, Unavailable
from core.ports import Store
from core.requests import Made
from core.returns.case import Case, Verdict, load
from core.returns.rulings import rule
from core.returns.verdict import Appeal, Judge
from core.stock import Stock

_log = logging.getLogger(__name__)
_ROWS = 100
_DECIDED = frozenset(Verdict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A return after somebody decided about it, or took that back; the stock after it where that is known."""

    case: Case
    after: Stock | None


class ReturnDesk:
    """Decides about returns; `submit` commits a change, `submit_as` a person's own, `clock` gives epoch seconds."""

    def __init__(
        self,
        store: Store,
        submit: Callable[[Change], Awaitable[Outcome]],
        submit_as: Callable[[str, Change, Made], Awaitable[Outcome]],
        desk: AlertDesk,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._submit = submit
        self._submit_as = submit_as
        self._desk = desk
        self._clock = clock

    async def judge(self, return_id: str, sku: str, by: str, verdict: Verdict) -> Judged:
        """Decide about the return; NotFound, BadInput, AlreadyHandled with who was first."""
        try:
            judge = Judge(return_id, sku, by, self._clock(), verdict)
            outcome = await self._submit_as(by, judge, Made(return_id, sku, judge.at))
        except AlreadyHandled:
            await self._end_alert(await self.case(return_id))
            raise
        judged = await self._judged(return_id, outcome, sku)
        await self._end_alert(judged.case)
        return judged

    async def appeal(self, return_id: str, sku: str, by: str, *, operator: bool) -> Judged:
        """Take back what was decided about the return; NotFound, CannotUndo."""
        outcome = await self._submit(Appeal(return_id, sku, by, self._clock(), operator=operator))
        return await self._judged(return_id, outcome, sku)

    async def case(self, return_id: str) -> Case:
        """The return as it stands; NotFound where nothing is to be decided about it."""
        case = load((await self._store.knowledge([return_id])).get(return_id))
        if case is None:
            raise NotFound("return", return_id)
        return case

    async def _judged(self, return_id: str, outcome: Outcome, sku: str) -> Judged:
        return Judged(await self.case(return_id), outcome.after.get(sku))

    async def _end_alert(self, case: Case) -> None:
        try:
            await self._close(case)
        except Unavailable as error:
            _log.warning("the alert about returns of %s stays until somebody takes it: %s", case.sku, error)

    async def _close(self, case: Case) -> None:
        """Resolve the alert when everything that it counts is decided, unless something is counted meanwhile."""
        kind = rule(case.disposition, "").alert
        alert = await self._store.open_alert(alerts.subject_of(kind, case.sku))
        if alert is None:
            return
        page = await self._store.returns(case.sku, "", _ROWS)
        counted = [row for row in page.items if rule(row.disposition, "").alert == kind][: alert.count]
        if len(counted) == alert.count and all(map(_is_decided, counted)):
            await self._desk.close(alert, f"{case.sku}: every return is decided about.")


def _is_decided(row: ReturnRow) -> bool:
    return row.decision in _DECIDED
