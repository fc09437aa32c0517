"""What a workspace is made of: team, bot, people, channels, messages and views, each as Slack puts it on the wire."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace's identity."""

    id: str = "T0000STOCK"
    name: str = "Stock Room"
    domain: str = "stock-room"

    def as_json(self) -> JsonObject:
        """The `team` object of team.info."""
        return {"id": self.id, "name": self.name, "domain": self.domain, "email_domain": ""}


@dataclass(frozen=True, slots=True)
class Bot:
    """The installed app: its own id, its bot's id and the user that the bot posts as."""

    app_id: str = "A0000SYNC"
    bot_id: str = "B0000SYNC"
    user_id: str = "U0000SYNC"
    name: str = "syncstate"


@dataclass(frozen=True, slots=True)
class User:
    """A member; `team_id` differs from the workspace's for a guest over Slack Connect."""

    id: str
    name: str
    team_id: str
    timezone: str = "Etc/UTC"
    is_bot: bool = False
    is_restricted: bool = False
    deleted: bool = False

    def as_json(self) -> JsonObject:
        """The `user` object of users.info."""
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.name,
            "deleted": self.deleted,
            "tz": self.timezone,
            "is_bot": self.is_bot,
            "is_restricted": self.is_restricted,
            "is_app_user": False,
            "profile": {"display_name": self.name, "real_name": self.name, "team": self.team_id},
        }


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; `direct_with` names the person of a direct message."""

    id: str
    name: str
    created: int = 0
    members: frozenset[str] = frozenset()
    private: bool = False
    archived: bool = False
    direct_with: str = ""

    def as_json(self, viewer: str) -> JsonObject:
        """The `channel` object of conversations.info, as `viewer` (a user id) sees it."""
        shared = {"id": self.id, "created": self.created, "is_archived": self.archived}
        if self.direct_with:
            return {**shared, "is_im": True, "user": self.direct_with, "is_user_deleted": False}
        return {
            **shared,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_private": self.private,
            "is_member": viewer in self.members,
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says, checked against Slack's limits before it gets here."""

    text: str = ""
    blocks: list[JsonObject] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)
    metadata: JsonObject | None = None
    files: list[JsonObject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Message:
    """A message of one version; `visible_to` names the only person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    content: Content
    bot: Bot | None = None
    thread_ts: str = ""
    broadcast: bool = False
    visible_to: str = ""
    edited_by: str = ""
    edited_ts: str = ""
    changes: int = 0

    @property
    def text(self) -> str:
        """The plain text: the fallback when there are blocks."""
        return self.content.text

    @property
    def blocks(self) -> list[JsonObject]:
        """The blocks, each with the block_id and action_ids that Slack gave it."""
        return self.content.blocks

    @property
    def metadata(self) -> JsonObject | None:
        """The event_type and event_payload sent with it, if any."""
        return self.content.metadata

    @property
    def is_reply(self) -> bool:
        """Whether it sits in a thread below another message."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(frozen=True, slots=True)
class View:
    """A Home tab or a modal as one person has it open; `body` is the view as the app sent it."""

    id: str
    user: str
    hash: str
    body: JsonObject
    root_id: str
    previous_id: str | None = None

    @property
    def type(self) -> str:
        """`home` or `modal`."""
        return str(self.body["type"])

    @property
    def blocks(self) -> list[JsonObject]:
        """The blocks, each with the block_id and action_ids that Slack gave it."""
        return list(self.body["blocks"])


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it was answered; `error` is empty when it was ok, `status` is HTTP's."""

    method: str
    arguments: JsonObject
    at: float
    status: int
    error: str = ""
