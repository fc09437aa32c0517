"""Modals to read: opened by a click, and changed by the clicks on what they show."""

from __future__ import annotations

from collections.abc import Sequence

from bot import lookup
from bot.call import Reply
from bot.envelope import Payload, view_kind
from bot.errors import SlackRefused
from bot.people import Workspace
from bot.slack import Slack
from bot.views.blocks import Block, Content, modal
from bot.views.cards import TITLE, skus_of, window
from core.service import Service

_FULL = "push_limit_reached"
_TOO_LATE = frozenset({"hash_conflict", "not_found"})


async def open_window(
    slack: Slack, workspace: Workspace, payload: Payload, cards: Sequence[Content], skus: Sequence[str] = ()
) -> None:
    """Show these cards of these SKUs to whoever sent the payload; SlackFailure."""
    shown, left = skus[: lookup.MOST], skus[lookup.MOST :]
    await slack.open_modal(workspace, _trigger(payload), window(cards, shown, left))


async def open_form(slack: Slack, workspace: Workspace, payload: Payload, form: Block) -> None:
    """Open a form for whoever sent the payload, on top of the modal that was clicked in, if any; SlackFailure."""
    over = slack.push_modal if view_kind(payload) == "modal" else slack.open_modal
    await over(workspace, _trigger(payload), form)


async def turn(service: Service, slack: Slack, workspace: Workspace, payload: Payload, reply: Reply) -> None:
    """Show the answer to a click in a modal: in its place, or on top of it so that there is a way back."""
    view = payload["view"]
    asked = skus_of(str(view.get("private_metadata") or ""))
    if not reply.replace:
        try:
            await slack.push_modal(workspace, _trigger(payload), modal(TITLE, reply.content.blocks))
        except SlackRefused as refused:
            if refused.reason != _FULL:
                raise
        else:
            return
    several = reply.replace and len(asked) > 1
    cards = await lookup.cards(service, asked) if several else (reply.content,)
    try:
        await slack.update_modal(workspace, str(view.get("id")), window(cards, asked), str(view.get("hash") or ""))
    except SlackRefused as refused:
        if refused.reason not in _TOO_LATE:
            raise


def _trigger(payload: Payload) -> str:
    return str(payload.get("trigger_id") or "")
