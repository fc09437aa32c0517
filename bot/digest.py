"""Posting the digest, once for each time that it is due."""

from __future__ import annotations

from bot.people import Workspace
from bot.places import Places
from bot.search import find_post
from bot.slack import Posted, Slack
from bot.views.blocks import Block
from bot.views.digest import digest
from core.digest import DigestFacts

DIGEST_EVENT = "syncstate_digest"


async def post_digest(
    slack: Slack, places: Places, workspace: Workspace, facts: DigestFacts, due: float
) -> Posted | None:
    """The digest due at `due` (epoch s) as it is in the channel, posted now unless it was before; SlackFailure.

    None where there is no token or no channel for it.
    """
    channel = workspace.digest_channel
    if not workspace.token or not channel:
        return None
    metadata: Block = {"event_type": DIGEST_EVENT, "event_payload": {"due": f"{due:.0f}"}}
    found = await find_post(slack, workspace, await places.id_of(channel), metadata, due)
    if found is not None:
        return found
    posted = await slack.post(workspace, channel, digest(facts), metadata)
    await places.learn(channel, posted.channel)
    return posted
