"""Every method that the stand-in answers, with the OAuth scope it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from playground.slack.arguments import Arguments
from playground.slack.methods import chat, conversations, files, kit, members, threads, views
from playground.slack.records import JsonObject
from playground.slack.workspace import Workspace

Run: TypeAlias = Callable[[Workspace, Arguments], JsonObject]


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, the scope it needs ("" for none), whether anybody may call it, and whether it takes JSON."""

    run: Run
    scope: str = ""
    public: bool = False
    takes_json: bool = True


CONNECT = "connections:write"
"""What an app-level token may have; no bot token ever does."""

METHODS: Mapping[str, Method] = {
    "apps.connections.open": Method(members.open_connection, CONNECT),
    "auth.test": Method(members.auth_test),
    "blocks.validate": Method(kit.validate, public=True),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "conversations.history": Method(threads.history, "channels:history"),
    "conversations.info": Method(conversations.info, "channels:read"),
    "conversations.join": Method(conversations.join, "channels:join"),
    "conversations.list": Method(conversations.list_channels, "channels:read"),
    "conversations.replies": Method(threads.replies, "channels:history"),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
    "files.getUploadURLExternal": Method(files.get_upload_url, "files:write", takes_json=False),
    "team.info": Method(members.team_info, "team:read"),
    "users.info": Method(members.users_info, "users:read"),
    "users.list": Method(members.users_list, "users:read"),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
_BEYOND_METHODS = {"app_mentions:read", "chat:write.public", "commands", "groups:history"}
ALL_SCOPES = frozenset(method.scope for method in METHODS.values()) - {"", CONNECT} | _BEYOND_METHODS
