"""files.*: announcing a file, and finishing it once it was sent."""

from dataclasses import replace

from playground.slack.arguments import Arguments, invalid_arguments
from playground.slack.errors import SlackError
from playground.slack.methods.conversations import find_channel
from playground.slack.records import Channel, Content, Json, JsonObject
from playground.slack.workspace import Workspace

_MAX_BYTES = 1_000_000_000
_MAX_ALT = 1_000


def get_upload_url(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """The URL that takes a file of this name and length, and the id that the file will have."""
    name, length = arguments.required("filename"), arguments.number("length", 0)
    if not 0 < length <= _MAX_BYTES:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if len(arguments.text("alt_txt")) > _MAX_ALT:
        raise SlackError("alt_txt_too_large")
    file, token = workspace.files.announce(name, length, arguments.text("alt_txt"))
    return {"upload_url": f"{workspace.base_url}/upload/v1/{token}", "file_id": file.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> JsonObject:
    """Finish files that were sent and, where a channel (by its id) is given, show them there."""
    rows = _rows(arguments.structure("files", "invalid_arguments"))
    channel = _channel(workspace, arguments)
    thread_ts = arguments.text("thread_ts")
    if channel and thread_ts and workspace.posts.find(channel.id, thread_ts) is None:
        raise SlackError("thread_not_found")
    place = channel.id if channel else ""
    done = [
        workspace.files.complete(str(row["id"]), str(row.get("title") or ""), place, thread_ts if channel else "")
        for row in rows
    ]
    shown = [file.as_json() for file in done]
    if channel:
        content = replace(Content(arguments.text("initial_comment")), files=shown)
        workspace.posts.post(channel.id, workspace.bot.user_id, content, bot=workspace.bot, thread_ts=thread_ts)
    return {"files": shown}


def _rows(rows: Json) -> list[JsonObject]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise invalid_arguments("missing required field: files")
    return rows


def _channel(workspace: Workspace, arguments: Arguments) -> Channel | None:
    name = arguments.text("channel_id")
    if not name:
        return None
    if name not in workspace.channels:
        raise SlackError("channel_not_found")
    channel = find_channel(workspace, Arguments({"channel": name}))
    if workspace.bot.user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel
