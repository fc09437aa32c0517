"""Finding a message of ours again by its metadata, after the answer to posting it got lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from bot.errors import SlackRefused
from bot.people import Workspace
from bot.slack import Posted, Slack
from bot.views.blocks import Block

_log = logging.getLogger(__name__)
_PAGES = 20
_SKEW = 60.0


async def find_post(slack: Slack, workspace: Workspace, channel: str, metadata: Block, since: float) -> Posted | None:
    """The newest message with exactly this metadata since then (epoch s, give or take a minute).

    None also where Slack does not let us look; other SlackFailures are raised.
    """
    cursor = ""
    for _ in range(_PAGES):
        try:
            page = await slack.history(workspace, channel, max(0.0, since - _SKEW), cursor)
        except SlackRefused as error:
            _log.warning("a message that may be there cannot be looked for: %s", error)
            return None
        for message in _messages(page):
            if message.get("metadata") == metadata:
                return Posted(channel, str(message.get("ts")))
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return None


async def find_reply(
    slack: Slack, workspace: Workspace, channel: str, thread_ts: str, metadata: Block, since: float
) -> Posted | None:
    """The same among the replies in a thread."""
    try:
        page = await slack.replies(workspace, channel, thread_ts, max(0.0, since - _SKEW))
    except SlackRefused as error:
        _log.warning("an answer that may be there cannot be looked for: %s", error)
        return None
    found = [message for message in _messages(page) if message.get("metadata") == metadata]
    return Posted(channel, str(found[0].get("ts"))) if found else None


def _messages(page: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return [message for message in page.get("messages") or () if isinstance(message, dict)]
