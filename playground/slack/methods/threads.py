"""conversations.history and conversations.replies: reading back what was posted."""

import math

from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.methods.conversations import find_channel
from playground.slack.methods.pages import page
from playground.slack.records import Channel, JsonObject, Message
from playground.slack.workspace import Workspace

_MAX_PAGE = 999


def history(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """The channel's messages outside threads, newest first."""
    channel = _readable_channel(workspace, arguments)
    messages = reversed(_within(workspace.posts.visible(channel.id), arguments))
    return _answer(workspace, list(messages), arguments, default=100)


def replies(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """A message and the thread below it, oldest first."""
    channel = _readable_channel(workspace, arguments)
    asked = workspace.posts.find(channel.id, arguments.required("ts"))
    if asked is None or asked.visible_to:
        raise SlackError("thread_not_found")
    parent = workspace.posts.find(channel.id, asked.thread_ts or asked.ts)
    thread = workspace.posts.thread(channel.id, asked.thread_ts or asked.ts)
    below = _within(thread, arguments)
    return _answer(workspace, [parent, *below] if parent else below, arguments, default=_MAX_PAGE)


def _readable_channel(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = find_channel(workspace, arguments)
    if workspace.bot.user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _within(messages: list[Message], arguments: Arguments) -> list[Message]:
    oldest, latest = _moment(arguments, "oldest", 0), _moment(arguments, "latest", math.inf)
    edges = (oldest, latest) if arguments.flag("inclusive") else ()
    return [each for each in messages if oldest < float(each.ts) < latest or float(each.ts) in edges]


def _moment(arguments: Arguments, name: str, default: float) -> float:
    try:
        return float(arguments.text(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _answer(workspace: Workspace, messages: list[Message], arguments: Arguments, default: int) -> JsonObject:
    with_metadata = arguments.flag("include_all_metadata")
    rows = [workspace.posts.as_json(each, with_metadata=with_metadata) for each in messages]
    answer = page("messages", rows, arguments, default, most=_MAX_PAGE)
    return {**answer, "has_more": bool(answer["response_metadata"]["next_cursor"])}
