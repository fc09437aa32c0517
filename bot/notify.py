"""Telling people: every alert in the store becomes one message in Slack and stays true to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.people import Workspace, Workspaces
from bot.places import Places
from bot.plan import in_order, next_step
from bot.poster import Poster
from bot.slack import Slack
from core.errors import Unavailable
from core.ports import Store

_log = logging.getLogger(__name__)
_AT_ONCE = 100
_IDLE = 30.0
_BREATH = 0.2


class Notifier:
    """Posts alerts in order, one message each, and edits it; `clock` gives epoch seconds.

    An outage of Slack or of the store is waited out and never raised. A claim in the store keeps two instances apart.
    """

    def __init__(
        self, store: Store, slack: Slack, workspaces: Workspaces, places: Places, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._clock = clock
        self._poster = Poster(store, slack, places)
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def wake(self) -> None:
        """There may be something to tell."""
        self._woken.set()

    async def run_forever(self) -> None:
        """Tell at once what `wake` announces and in time what had to wait; ends only when cancelled."""
        while True:
            self._woken.clear()
            again = await self._round()
            seconds = _IDLE if again is None else min(_IDLE, max(0.0, again - self._clock()))
            await asyncio.sleep(_BREATH)  # many changes at once are looked at together
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _round(self) -> float | None:
        try:
            return await self.run_once(self._clock())
        except Exception:  # noqa: BLE001 -- the outermost edge of this task: it must outlive whatever goes wrong
            _log.exception("alerts could not be told")
            return self._clock() + _IDLE

    async def run_once(self, now: float) -> float | None:
        """Tell what may be told now; when to come again (epoch s), or None when nothing waits."""
        workspace = self._workspaces.home
        if not workspace.token or not workspace.alerts_channel:
            return None
        async with self._one_at_a_time:
            try:
                return await self._sweep(workspace, now)
            except Unavailable as error:
                _log.warning("alerts wait for the store: %s", error)
                return now + error.retry_after

    async def _sweep(self, workspace: Workspace, now: float) -> float | None:
        waits: list[float] = []
        for alert in in_order(await self._store.untold_alerts(_AT_ONCE)):
            step = next_step(alert, now)
            ready = self._poster.ready_at(workspace, alert, step)
            if ready <= now:
                ready = await self._poster.take(workspace, alert, step, now)
            if ready:
                waits.append(ready)
        return min(waits, default=None)
