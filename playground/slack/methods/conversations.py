"""conversations.*: finding channels and joining them."""

from dataclasses import replace

from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.methods.pages import page
from playground.slack.records import Channel, JsonObject
from playground.slack.workspace import Workspace


def find_channel(workspace: Workspace, arguments: Arguments) -> Channel:
    """The channel of the arguments by id or #name; raises channel_not_found, also for a private one without us."""
    name = arguments.text("channel")
    try:
        channel = workspace.channel(name)
    except LookupError:
        raise SlackError("channel_not_found") from None
    if channel.private and workspace.bot.user_id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def list_channels(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """The channels that the bot may know of, by pages."""
    types = (arguments.text("types") or "public_channel").split(",")
    found = [
        channel
        for channel in workspace.channels.values()
        if _type(channel) in types
        and (not channel.private or workspace.bot.user_id in channel.members)
        and not (channel.archived and arguments.flag("exclude_archived"))
    ]
    rows = [channel.as_json(workspace.bot.user_id) for channel in found]
    return page("channels", rows, arguments, default=100)


def info(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """One channel."""
    return {"channel": find_channel(workspace, arguments).as_json(workspace.bot.user_id)}


def join(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Make the bot a member of a public channel."""
    channel = find_channel(workspace, arguments)
    if channel.private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    joined = replace(channel, members=channel.members | {workspace.bot.user_id})
    workspace.change_channel(joined)
    return {"channel": joined.as_json(workspace.bot.user_id)}


def _type(channel: Channel) -> str:
    if channel.direct_with:
        return "im"
    return "private_channel" if channel.private else "public_channel"
