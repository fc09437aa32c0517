"""One step for one alert's message: claimed in the store, done in Slack, recorded in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.errors import SlackFailure, SlackLimited, SlackLost, SlackRefused
from bot.letters import Letter, is_needed, letter_of
from bot.pace import Pace
from bot.people import Workspace
from bot.places import Places
from bot.plan import EDITS, FINDS, SENT_BY, Step, claimed, is_urgent, nudged
from bot.search import find_post, find_reply
from bot.slack import Posted, Slack
from bot.storms import Storms
from bot.views.storm import storm_message
from core.alerts import STORM, Alert
from core.ports import Store

_log = logging.getLogger(__name__)
_TRIES = 20
_LEASE = 15.0
_LOOK_AGAIN = 3.0
_SET_ASIDE = 600.0
_REFUSED = 60.0
_PARENT_SOON = 0.5
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
        self._storms = Storms(store)

    def ready_at(self, workspace: Workspace, alert: Alert, step: Step) -> float:
        """When the step may be taken (epoch s)."""
        aside = self._set_aside.get(alert.alert_id, 0.0)
        if step is Step.LEAVE:
            return alert.posting_until
        if step in EDITS:
            return max(aside, self._pace.edit_at(_message(alert, step), urgent=is_urgent(alert)))
        return max(aside, self._pace.post_at(_channel(workspace, alert, step)))

    async def take(self, workspace: Workspace, alert: Alert, step: Step, now: float) -> float:
        """Take the step; 0 when the message is as it should be, else when to look at the alert again (epoch s)."""
        if step is Step.POST:
            shelter = await self._storms.shelter(alert, now)
            if shelter.waits:
                return now + _PARENT_SOON
            alert = replace(alert, thread_ts=shelter.thread_ts)
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
        if not is_needed(alert, SENT_BY.get(step, step)):
            return await self._amend(alert, lambda each: nudged(each, alert.nudges), now)
        letter = await self._letter(workspace, alert, SENT_BY.get(step, step))
        if step in EDITS:
            return await self._edit(workspace, alert, step, letter, now)
        found = await self._find(workspace, letter) if step in FINDS else None
        if found is not None:
            await self._amend(alert, letter.found(found), now)
            return now
        again = await self._send(workspace, alert, letter, now)
        if SENT_BY.get(step, step) is Step.POST and await self._storms.count(alert, now):
            return now
        return again

    async def _letter(self, workspace: Workspace, alert: Alert, step: Step) -> Letter:
        letter = letter_of(alert, step, workspace)
        if alert.kind != STORM:
            return letter
        return replace(letter, content=storm_message(alert, await self._storms.members(alert)))

    async def _edit(self, workspace: Workspace, alert: Alert, step: Step, letter: Letter, now: float) -> float:
        place = Posted(letter.channel, letter.ts)
        self._pace.edited(_message(alert, step), now, parent=alert.kind == STORM)
        await self._slack.edit(workspace, place, letter.content, letter.metadata)
        return await self._amend(alert, letter.done(place), now)

    async def _send(self, workspace: Workspace, alert: Alert, letter: Letter, now: float) -> float:
        self._pace.posted(letter.channel, now)
        posted = await self._slack.post(
            workspace,
            letter.channel,
            letter.content,
            letter.metadata,
            thread_ts=letter.thread_ts,
            broadcast=letter.broadcast,
        )
        again = await self._amend(alert, letter.done(posted), now)
        await self._places.learn(letter.channel, posted.channel)
        return again

    async def _find(self, workspace: Workspace, letter: Letter) -> Posted | None:
        channel = await self._places.id_of(letter.channel)
        if letter.thread_ts:
            where = (channel, letter.thread_ts)
            return await find_reply(self._slack, workspace, *where, letter.metadata, letter.since)
        return await find_post(self._slack, workspace, channel, letter.metadata, letter.since)

    async def _failed(self, workspace: Workspace, alert: Alert, step: Step, error: SlackFailure, now: float) -> float:
        _log.warning("an alert waits for Slack: %s", error)
        until = self._wait_for(workspace, alert, step, error, now)
        if isinstance(error, SlackRefused) and step in EDITS and error.reason in _GONE:
            await self._amend(alert, letter_of(alert, step, workspace).gone, now)
            return now
        perhaps_sent = step in FINDS or (step not in EDITS and isinstance(error, SlackLost))
        free_at = until if perhaps_sent else 0.0
        await self._amend(alert, lambda each: claimed(each, free_at), now)
        return until

    def _wait_for(self, workspace: Workspace, alert: Alert, step: Step, error: SlackFailure, now: float) -> float:
        if not isinstance(error, SlackLimited | SlackRefused):
            return max(self._pace.strike(now), now + _LOOK_AGAIN)
        if isinstance(error, SlackRefused) and error.reason in _UNFIT | _GONE:
            self._set_aside[alert.alert_id] = now + _SET_ASIDE
            return now + _SET_ASIDE
        until = now + (error.retry_after if isinstance(error, SlackLimited) else _REFUSED)
        if step in EDITS:
            self._pace.hold_edits(until)
        else:
            self._pace.hold_posts(_channel(workspace, alert, step), until)
        return until

    async def _amend(self, alert: Alert, change: Amendment, now: float) -> float:
        """Note it on the alert as it is by now; when to look at it again, 0 when all of it is told."""
        latest: Alert | None = alert
        for _ in range(_TRIES):
            if latest is None:
                return 0.0
            changed = change(latest)
            if await self._store.save_alert(changed):
                return now if changed.untold else 0.0
            latest = await self._store.alert(alert.alert_id)
        return now


def _message(alert: Alert, step: Step) -> str:
    """Which of the alert's messages the edit is of."""
    return f"{alert.alert_id} {step}"


def _channel(workspace: Workspace, alert: Alert, step: Step) -> str:
    """The channel as the message to it is paced by: its name as it is set."""
    return letter_of(alert, SENT_BY.get(step, step), workspace).channel
