"""Posting the digest, once for each time that it is due and each place that it goes to."""

from __future__ import annotations

import logging

from bot.chart import add_chart
from bot.errors import SlackFailure, SlackRefused
from bot.people import Workspace, Workspaces
from bot.places import Places
from bot.search import find_post
from bot.slack import Posted, Slack
from bot.views.blocks import Block
from bot.views.digest import digest
from core.digest import DigestFacts
from core.ports import Store

DIGEST_EVENT = "syncstate_digest"
_log = logging.getLogger(__name__)
_UNKNOWN_BLOCK = frozenset({"invalid_blocks", "invalid_blocks_format"})


class Digests:
    """Posts digests to every installation that has a channel for them."""

    def __init__(self, store: Store, slack: Slack, workspaces: Workspaces, places: Places) -> None:
        self._store = store
        self._slack = slack
        self._workspaces = workspaces
        self._places = places

    async def post(self, facts: DigestFacts, due: float) -> tuple[Posted, ...]:
        """The digest due at `due` (epoch s) as it is in each channel, posted now unless it was before.

        SlackFailure when it could not be posted somewhere, after it was posted everywhere else.
        """
        posted: list[Posted] = []
        failures: list[SlackFailure] = []
        for workspace in self._workspaces:
            if workspace.token and workspace.digest_channel:
                try:
                    posted.append(await self._post_once(workspace, facts, due))
                except SlackFailure as error:
                    _log.warning("a digest could not be posted: %s", error)
                    failures.append(error)
        if failures:
            raise failures[0]
        return tuple(posted)

    async def _post_once(self, workspace: Workspace, facts: DigestFacts, due: float) -> Posted:
        metadata: Block = {"event_type": DIGEST_EVENT, "event_payload": {"due": f"{due:.0f}"}}
        team = "" if workspace == self._workspaces.home else workspace.team_id
        channel = workspace.digest_channel
        place = await self._places.id_of(channel, team)
        posted = await find_post(self._slack, workspace, place, metadata, due)
        if posted is None:
            posted = await self._post(workspace, facts, metadata)
            await self._places.learn(channel, posted.channel, team)
        await self._picture_once(workspace, facts, posted, f"digest_picture#{team}", due)
        return posted

    async def _post(self, workspace: Workspace, facts: DigestFacts, metadata: Block) -> Posted:
        channel = workspace.digest_channel
        try:
            return await self._slack.post(workspace, channel, digest(facts, chart=True), metadata)
        except SlackRefused as refused:
            if refused.reason not in _UNKNOWN_BLOCK:
                raise
        return await self._slack.post(workspace, channel, digest(facts), metadata)

    async def _picture_once(
        self, workspace: Workspace, facts: DigestFacts, posted: Posted, note: str, due: float
    ) -> None:
        """Tried once and no more: a picture whose upload went unanswered may be there."""
        tried = f"{due:.0f}".encode()
        if facts.is_quiet or not any(facts.pace) or await self._store.note(note) == tried:
            return
        await self._store.save_note(note, tried)
        await add_chart(self._slack, workspace, facts, posted)
