"""One step for one alert's message: claimed in the store, done in Slack, recorded in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.errors import SlackFailure, SlackLimited, SlackLost, SlackRefused
from bot.pace import Pace
from bot.people import Workspace
from bot.places import Places
from bot.plan import Step, claimed, is_urgent, metadata_of, orphaned, shown
from bot.search import find_post
from bot.slack import Posted, Slack
from bot.views.alert import alert_message
from core.alerts import Alert
from core.ports import Store

_log = logging.getLogger(__name__)
_TRIES = 20
_LEASE = 15.0
_LOOK_AGAIN = 3.0
_SET_ASIDE = 600.0
_REFUSED = 60.0
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_UNFIT = frozenset({"invalid_blocks", "msg_blocks_too_long", "msg_too_long", "invalid_metadata_format", "no_text"})

Amendment = Callable[[Alert], Alert]


class Poster:
    """Does the steps at the pace that Slack allows; raises Unavailable when the store does not answer."""

    def __init__(self, store: Store, slack: Slack, places: Places) -> None:
        self._store = store
        self._slack = slack
        self._pace = Pace()
        self._set_aside: dict[str, float] = {}
        self._places = places

    def ready_at(self, workspace: Workspace, alert: Alert, step: Step) -> float:
        """When the step may be taken (epoch s)."""
        aside = self._set_aside.get(alert.alert_id, 0.0)
        match step:
            case Step.LEAVE:
                return alert.posting_until
            case Step.EDIT:
                return max(aside, self._pace.edit_at(alert.alert_id, urgent=is_urgent(alert)))
            case Step.POST | Step.FIND:
                return max(aside, self._pace.post_at(workspace.alerts_channel))

    async def take(self, workspace: Workspace, alert: Alert, step: Step, now: float) -> float:
        """Take the step; 0 when the message is as it should be, else when to look at the alert again (epoch s)."""
        claim = claimed(alert, now + _LEASE)
        if not await self._store.save_alert(claim):
            return now
        mine = replace(claim, revision=claim.revision + 1)
        try:
            again = await self._do(workspace, mine, step, now)
        except SlackFailure as error:
            return await self._failed(workspace, mine, step, error, now)
        self._pace.recover()
        return again

    async def _do(self, workspace: Workspace, alert: Alert, step: Step, now: float) -> float:
        if step is Step.EDIT:
            await self._edit(workspace, alert, now)
            return 0.0
        found = await self._find(workspace, alert) if step is Step.FIND else None
        if found is not None:
            await self._amend(alert, lambda each: shown(each, found.channel, found.ts, each.told))
            return now
        await self._post(workspace, alert, now)
        return 0.0

    async def _edit(self, workspace: Workspace, alert: Alert, now: float) -> None:
        place = Posted(alert.post_channel, alert.post_ts)
        self._pace.edited(alert.alert_id, now)
        await self._slack.edit(workspace, place, alert_message(alert), metadata_of(alert))
        await self._amend(alert, lambda each: shown(each, place.channel, place.ts, alert.edition))

    async def _post(self, workspace: Workspace, alert: Alert, now: float) -> None:
        channel = workspace.alerts_channel
        self._pace.posted(channel, now)
        posted = await self._slack.post(workspace, channel, alert_message(alert), metadata_of(alert))
        await self._amend(alert, lambda each: shown(each, posted.channel, posted.ts, alert.edition))
        await self._places.learn(channel, posted.channel)

    async def _find(self, workspace: Workspace, alert: Alert) -> Posted | None:
        channel = await self._places.id_of(workspace.alerts_channel)
        return await find_post(self._slack, workspace, channel, metadata_of(alert), alert.at)

    async def _failed(self, workspace: Workspace, alert: Alert, step: Step, error: SlackFailure, now: float) -> float:
        _log.warning("an alert waits for Slack: %s", error)
        until = self._wait_for(workspace, alert, step, error, now)
        if isinstance(error, SlackRefused) and step is Step.EDIT and error.reason in _GONE:
            await self._amend(alert, orphaned)
            return now
        perhaps_posted = step is Step.FIND or (step is Step.POST and isinstance(error, SlackLost))
        free_at = until if perhaps_posted else 0.0
        await self._amend(alert, lambda each: claimed(each, free_at))
        return until

    def _wait_for(self, workspace: Workspace, alert: Alert, step: Step, error: SlackFailure, now: float) -> float:
        if not isinstance(error, SlackLimited | SlackRefused):
            return max(self._pace.strike(now), now + _LOOK_AGAIN)
        if isinstance(error, SlackRefused) and error.reason in _UNFIT | _GONE:
            self._set_aside[alert.alert_id] = now + _SET_ASIDE
            return now + _SET_ASIDE
        until = now + (error.retry_after if isinstance(error, SlackLimited) else _REFUSED)
        if step is Step.EDIT:
            self._pace.hold_edits(until)
        else:
            self._pace.hold_posts(workspace.alerts_channel, until)
        return until

    async def _amend(self, alert: Alert, change: Amendment) -> None:
        latest: Alert | None = alert
        for _ in range(_TRIES):
            if latest is None or await self._store.save_alert(change(latest)):
                return
            latest = await self._store.alert(alert.alert_id)
