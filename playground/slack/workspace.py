"""One Slack workspace in memory: its members, channels, messages, views, tokens, limits and faults."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from playground.changes import Changes
from playground.slack.faults import Faults
from playground.slack.files import Files
from playground.slack.identifiers import Identifiers
from playground.slack.limits import Limits
from playground.slack.messages import Messages
from playground.slack.records import (
    Bot,
    Call,
    Channel,
    Content,
    Message,
    Team,
    User,
    View,
)
from playground.slack.response_urls import ResponseUrls
from playground.slack.triggers import Triggers
from playground.slack.views import Views

Seen = TypeVar("Seen")
TEAM = Team()
BOT = Bot()


class Workspace:
    """What Slack holds; `clock` gives epoch seconds, `base_url` is where the stand-in is served.

    `sleep` takes seconds: how a delay among the faults passes.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        team: Team = TEAM,
        bot: Bot = BOT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        base_url: str = "http://127.0.0.1:3001",
    ) -> None:
        self.clock = clock
        self.team = team
        self.bot = bot
        self.base_url = base_url
        self.changes = Changes()
        self.limits = Limits(clock)
        self.faults = Faults(self.changes, sleep)
        self.identifiers = Identifiers(clock)
        self.posts = Messages(self.identifiers, self.changes)
        self.views = Views(self.identifiers, self.changes)
        self.triggers = Triggers(self.identifiers, clock)
        self.files = Files(self.identifiers, clock, self.changes)
        self.response_urls = ResponseUrls(self.identifiers, clock)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.scopes: dict[str, frozenset[str]] = {}
        self.calls: list[Call] = []
        self.add_user(bot.name, user_id=bot.user_id, is_bot=True)

    def grant(self, token: str, scopes: Iterable[str]) -> None:
        """Let this bearer token call what these OAuth scopes allow."""
        self.scopes[token] = frozenset(scopes)

    def add_user(
        self,
        name: str,
        *,
        user_id: str = "",
        team_id: str = "",
        is_bot: bool = False,
        is_restricted: bool = False,
    ) -> User:
        """A new member, in every public channel; another `team_id` makes a guest over Slack Connect."""
        user = User(
            user_id or self.identifiers.new("U"),
            name,
            team_id or self.team.id,
            is_bot=is_bot,
            is_restricted=is_restricted,
        )
        self.users[user.id] = user
        if not is_bot:
            self._join_public_channels(user)
        return user

    def add_channel(self, name: str, *, with_bot: bool = True, private: bool = False) -> Channel:
        """A new channel of everybody there is; the bot is in it unless `with_bot` says no."""
        people = {user.id for user in self.users.values() if not user.is_bot}
        members = people | ({self.bot.user_id} if with_bot else set())
        prefix = "G" if private else "C"
        channel = Channel(
            self.identifiers.new(prefix),
            name.removeprefix("#"),
            int(self.clock()),
            frozenset(members),
            private,
        )
        self.channels[channel.id] = channel
        return channel

    def change_channel(self, channel: Channel) -> None:
        """Put this version in place of the one with the same id."""
        self.channels[channel.id] = channel
        self.changes.tell()

    def say(self, user: str, channel: str, text: str, *, thread_ts: str = "") -> Message:
        """A message that a person writes."""
        return self.posts.post(self.channel(channel).id, self.user(user).id, Content(text), thread_ts=thread_ts)

    def user(self, name: str) -> User:
        """The member with this id or name; raises LookupError."""
        for user in self.users.values():
            if name in (user.id, user.name):
                return user
        raise LookupError(f"no user {name}")

    def channel(self, name: str) -> Channel:
        """The channel with this id or name (with # or without); raises LookupError."""
        for channel in self.channels.values():
            if name in (channel.id, f"#{channel.name}") or name == channel.name != "":
                return channel
        raise LookupError(f"no channel {name}")

    def direct_channel(self, user: str) -> Channel:
        """The conversation between the bot and this person, made when there is none."""
        person = self.user(user)
        for channel in self.channels.values():
            if channel.direct_with == person.id:
                return channel
        members = frozenset({person.id, self.bot.user_id})
        channel = Channel(
            self.identifiers.new("D"), "", int(self.clock()), members, private=True, direct_with=person.id
        )
        self.channels[channel.id] = channel
        return channel

    def messages(self, channel: str) -> list[Message]:
        """What everybody in the channel sees outside threads, oldest first."""
        return self.posts.visible(self.channel(channel).id)

    def message(self, channel: str, ts: str) -> Message | None:
        """One message as it is now."""
        return self.posts.find(self.channel(channel).id, ts)

    def thread(self, message: Message) -> list[Message]:
        """The replies below a message, oldest first."""
        return self.posts.thread(message.channel, message.ts)

    def ephemerals(self, user: str) -> list[Message]:
        """What this person alone was shown, in every channel, oldest first."""
        return [each for each in self.posts.ephemeral() if each.visible_to == self.user(user).id]

    def home(self, user: str) -> View | None:
        """The person's Home tab."""
        return self.views.home(self.user(user).id)

    def modal(self, user: str) -> View | None:
        """The modal that the person has in front of them."""
        return self.views.modal(self.user(user).id)

    def calls_of(self, method: str) -> list[Call]:
        """Every answered call of one Web API method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(self, seen: Callable[["Workspace"], Seen], within: float = 5.0) -> Seen:
        """What `seen` answers as soon as that is truthy; raises TimeoutError after `within` seconds."""
        await self.changes.wait_for(lambda: bool(seen(self)), within)
        return seen(self)

    def _join_public_channels(self, user: User) -> None:
        for channel in [each for each in self.channels.values() if not each.private]:
            self.change_channel(replace(channel, members=channel.members | {user.id}))
