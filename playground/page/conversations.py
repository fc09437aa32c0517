"""What one person sees of the workspace: channels with their messages, their own Home tab and modal."""

from typing import Any, TypeAlias

from playground.faults import Fault
from playground.slack.records import Channel, Message, View
from playground.slack.seed import CHANNELS, PEOPLE
from playground.slack.workspace import Workspace

Json: TypeAlias = dict[str, Any]

_MESSAGES = 60
_REPLIES = 30


def show_slack(workspace: Workspace, person: str) -> Json:
    """The workspace as this person (an id or a name) has it in front of them; LookupError."""
    user = workspace.user(person)
    own = workspace.ephemerals(user.id)
    channels = [workspace.channel(name) for name in CHANNELS]
    return {
        "faults": [
            *([Fault.OFFLINE] if workspace.faults.down else []),
            *([Fault.LATE] if workspace.faults.delay else []),
        ],
        "you": user.name,
        "people": [workspace.user(name).name for name in PEOPLE],
        "names": {each.id: each.name for each in workspace.users.values()},
        "channels": [_channel(workspace, channel, own) for channel in channels],
        "home": _view(workspace.home(user.id)),
        "modal": _view(workspace.modal(user.id)),
    }


def _channel(workspace: Workspace, channel: Channel, own: list[Message]) -> Json:
    whispered = [each for each in own if each.channel == channel.id]
    messages = sorted([*workspace.messages(channel.id), *whispered], key=lambda each: float(each.ts))
    return {
        "id": channel.id,
        "name": channel.name,
        "messages": [_with_thread(workspace, message) for message in messages[-_MESSAGES:]],
    }


def _with_thread(workspace: Workspace, message: Message) -> Json:
    replies = workspace.thread(message)[-_REPLIES:]
    return {**_message(message), "replies": [_message(reply) for reply in replies]}


def _message(message: Message) -> Json:
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.bot is not None,
        "text": message.text,
        "blocks": message.blocks,
        "files": message.content.files,
        "private": bool(message.visible_to),
        "edited": bool(message.edited_ts),
    }


def _view(view: View | None) -> Json | None:
    if view is None:
        return None
    names = ("title", "submit", "close", "blocks")
    return {"id": view.id, "hash": view.hash, **{name: view.body.get(name) for name in names}}
