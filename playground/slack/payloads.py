"""The payloads that Slack sends to the app, built from what the workspace holds."""

from dataclasses import dataclass

from playground.slack.methods.views import view_as_json
from playground.slack.records import Channel, JsonObject, Message, Team, User, View
from playground.slack.workspace import Workspace

_LEGACY_TOKEN = "legacy-verification-token"


@dataclass(frozen=True, slots=True)
class Origin:
    """The team and app that a payload says it is about: another team's to play a stranger."""

    team: Team
    app_id: str


class Payloads:
    """Payloads of one workspace, said to come from one origin."""

    def __init__(self, workspace: Workspace, origin: Origin) -> None:
        self._workspace = workspace
        self._origin = origin

    def command(self, user: User, channel: Channel, command: str, text: str) -> dict[str, str]:
        """The form of a slash command, with a fresh response_url and trigger_id."""
        return {
            "token": _LEGACY_TOKEN,
            "team_id": self._origin.team.id,
            "team_domain": self._origin.team.domain,
            "channel_id": channel.id,
            "channel_name": _channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self._origin.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(user, channel.id),
            "trigger_id": self._workspace.triggers.issue(user.id),
        }

    def message_action(self, user: User, message: Message, action: JsonObject, state: JsonObject) -> JsonObject:
        """The block_actions of a click in a message; an ephemeral message is not sent along."""
        channel = self._workspace.channel(message.channel)
        ephemeral = bool(message.visible_to)
        wire = self._workspace.posts.as_json(message, with_metadata=True)
        return {
            **self._interaction("block_actions", user),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": ephemeral,
                **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
            },
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            **({} if ephemeral else {"message": wire}),
            "state": {"values": state},
            "response_url": self._response_url(user, channel.id, message.ts),
            "actions": [self._stamped(action)],
        }

    def message_shortcut(self, user: User, message: Message, callback_id: str) -> JsonObject:
        """The message_action of a shortcut in a message's menu; an ephemeral message has no such menu."""
        channel = self._workspace.channel(message.channel)
        return {
            **self._interaction("message_action", user),
            "callback_id": callback_id,
            "action_ts": self._workspace.identifiers.timestamp(),
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "message": self._workspace.posts.as_json(message, with_metadata=False),
            "response_url": self._response_url(user, channel.id, message.ts),
        }

    def view_action(self, user: User, view: View, action: JsonObject, state: JsonObject) -> JsonObject:
        """The block_actions of a click in a modal or Home tab."""
        return {
            **self._interaction("block_actions", user),
            "container": {"type": "view", "view_id": view.id},
            "view": view_as_json(self._workspace, view, state),
            "actions": [self._stamped(action)],
        }

    def submission(self, user: User, view: View, state: JsonObject) -> JsonObject:
        """The view_submission of a modal."""
        shown = view_as_json(self._workspace, view, state)
        return {**self._interaction("view_submission", user), "view": shown, "response_urls": []}

    def closing(self, user: User, view: View) -> JsonObject:
        """The view_closed of a modal; it carries no trigger."""
        payload = self._interaction("view_closed", user)
        del payload["trigger_id"]
        return {**payload, "view": view_as_json(self._workspace, view), "is_cleared": False}

    def event(self, event: JsonObject) -> JsonObject:
        """The event_callback around an event."""
        team_id = self._origin.team.id
        authorization = {
            "enterprise_id": None,
            "team_id": team_id,
            "user_id": self._workspace.bot.user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": _LEGACY_TOKEN,
            "team_id": team_id,
            "api_app_id": self._origin.app_id,
            "event": {"event_ts": self._workspace.identifiers.timestamp(), **event},
            "type": "event_callback",
            "event_id": self._workspace.identifiers.new("Ev"),
            "event_time": int(self._workspace.clock()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": self._workspace.identifiers.new("4-"),
        }

    def _interaction(self, kind: str, user: User) -> JsonObject:
        team = self._origin.team
        return {
            "type": kind,
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team_id,
            },
            "api_app_id": self._origin.app_id,
            "token": _LEGACY_TOKEN,
            "trigger_id": self._workspace.triggers.issue(user.id),
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _stamped(self, action: JsonObject) -> JsonObject:
        return {**action, "action_ts": self._workspace.identifiers.timestamp()}

    def _response_url(self, user: User, channel: str, message_ts: str = "") -> str:
        token = self._workspace.response_urls.issue(user.id, channel, message_ts)
        return f"{self._workspace.base_url}/response/{token}"


def _channel_name(channel: Channel) -> str:
    if channel.direct_with:
        return "directmessage"
    return "privategroup" if channel.private else channel.name
