"""chat.*: posting, changing and removing messages."""

from playground.slack.arguments import Arguments
from playground.slack.content import read_content
from playground.slack.errors import SlackError
from playground.slack.methods.conversations import find_channel
from playground.slack.records import Channel, Content, JsonObject, Message
from playground.slack.workspace import Workspace


def post_message(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Post as the bot, in the channel or in a thread."""
    channel = _writable_channel(workspace, arguments)
    content = read_content(arguments)
    message = workspace.posts.post(
        channel.id,
        workspace.bot.user_id,
        content,
        bot=workspace.bot,
        thread_ts=_thread(workspace, channel, arguments),
        broadcast=arguments.flag("reply_broadcast"),
    )
    wire = workspace.posts.as_json(message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": wire}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Show something to one member of the channel only."""
    channel = _writable_channel(workspace, arguments)
    user = arguments.required("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = workspace.posts.post(
        channel.id,
        workspace.bot.user_id,
        read_content(arguments),
        bot=workspace.bot,
        thread_ts=_thread(workspace, channel, arguments),
        visible_to=user,
    )
    return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Change a message of the bot's; blocks leave no "(edited)" flag, text without blocks removes them."""
    message = _own_message(workspace, arguments, "cant_update_message")
    content = read_content(arguments)
    if not arguments.has("metadata"):
        content = Content(content.text, content.blocks, content.attachments, message.metadata)
    changed = workspace.posts.change(message, content, flagged=not content.blocks)
    wire = workspace.posts.as_json(changed, with_metadata=True)
    return {"channel": changed.channel, "ts": changed.ts, "text": changed.text, "message": wire}


def delete(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Remove a message of the bot's."""
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.posts.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """The address of a message for people."""
    channel = find_channel(workspace, arguments)
    message = workspace.posts.find(channel.id, arguments.required("message_ts"))
    if message is None or message.visible_to:
        raise SlackError("message_not_found")
    host = f"https://{workspace.team.domain}.slack.com"
    link = f"{host}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _writable_channel(workspace: Workspace, arguments: Arguments) -> Channel:
    name = arguments.text("channel")
    if name in workspace.users:
        return workspace.direct_channel(name)
    channel = find_channel(workspace, arguments)
    if channel.archived:
        raise SlackError("is_archived")
    public = not channel.private and "chat:write.public" in arguments.scopes
    if workspace.bot.user_id not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def _thread(workspace: Workspace, channel: Channel, arguments: Arguments) -> str:
    thread_ts = arguments.text("thread_ts")
    if not thread_ts:
        return ""
    parent = workspace.posts.find(channel.id, thread_ts)
    if parent is None or parent.visible_to:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _own_message(workspace: Workspace, arguments: Arguments, not_ours: str) -> Message:
    channel = find_channel(workspace, arguments)
    message = workspace.posts.find(channel.id, arguments.required("ts"))
    if message is None or message.visible_to:
        raise SlackError("message_not_found")
    if message.bot != workspace.bot:
        raise SlackError(not_ours)
    return message
