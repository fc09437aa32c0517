"""Mentions: whoever names the app and a SKU is answered in the thread, once, whatever Slack sends again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bot import lookup
from bot.answers import Bounds, answer
from bot.call import Command, Reply
from bot.envelope import Payload
from bot.errors import SlackFailure, SlackLimited, SlackRefused, SlackUnreached
from bot.people import Person, Workspace, Workspaces
from bot.search import find_reply
from bot.slack import Slack
from bot.views.blocks import Block, Content
from bot.views.cards import names_nothing, thread_answer
from core.errors import BadInput, Unavailable
from core.service import Service

MENTION_EVENT = "syncstate_mention"
_log = logging.getLogger(__name__)
_JOB = "slack_mention"
_LEASE = 45.0
_CLAIM, _READ, _NOTE = 0.2, 0.4, 0.1
_OLD = 8.0
_REMEMBERED = 5_000
_EXAMPLE = "TSHIRT-M"
_WAITING = 100
_TRIES = 3
_WAIT = 5.0
_LONGEST = 120.0


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody's message that names the app; `at`: when (epoch s), `tries`: how often it was answered in vain."""

    event_id: str
    at: float
    team_id: str
    user_id: str
    channel: str
    thread_ts: str
    text: str
    tries: int = 0

    @property
    def due(self) -> float:
        """A time that this event alone has, for the claim: its second, and its id as a fraction of it."""
        return int(self.at) + int(sha256(self.event_id.encode()).hexdigest()[:12], 16) % 1_000_000 / 1e6


def _is_text(event: Payload, name: str) -> bool:
    return isinstance(event.get(name), str) and bool(event[name])


def mention_of(payload: Payload) -> Mention | None:
    """The mention that an event is about; None for one by a bot, or without a person or a place."""
    event = payload["event"]
    names = ("user", "channel", "ts")
    if event.get("bot_id") or event.get("subtype") == "bot_message" or not all(_is_text(event, name) for name in names):
        return None
    at = payload.get("event_time")
    return Mention(
        event_id=str(payload.get("event_id") or f"{event['channel']}:{event['ts']}"),
        at=float(at) if isinstance(at, int) and 0 < at < 2**33 else 0.0,
        team_id=str(payload.get("team_id") or ""),
        user_id=event["user"],
        channel=event["channel"],
        thread_ts=event["thread_ts"] if _is_text(event, "thread_ts") else event["ts"],
        text=event["text"] if _is_text(event, "text") else "",
    )


class Mentions:
    """Answers within `patience` seconds; what Slack does not take then waits its turn here, up to a minute or so.

    A claim in the store keeps several instances, and Slack's own repeats, from answering twice.
    """

    def __init__(
        self,
        service: Service,
        slack: Slack,
        workspaces: Workspaces,
        commands: Sequence[Command],
        patience: float,
        fresh_id: Callable[[], str],
    ) -> None:
        self._service = service
        self._slack = slack
        self._workspaces = workspaces
        self._commands = commands
        self._patience = patience
        self._fresh_id = fresh_id
        self._name = ""
        self._seen: dict[str, None] = {}
        self._waiting: asyncio.Queue[tuple[float, Mention]] = asyncio.Queue(_WAITING)

    async def hear(self, payload: Payload) -> None:
        """Answer a mention, or leave it where somebody has it already; never raises what Slack or the store raise."""
        mention = mention_of(payload)
        if mention is not None and self._is_first(mention):
            try:
                async with asyncio.timeout(self._patience):
                    await self.take(mention)
            except (SlackFailure, TimeoutError) as error:
                _log.warning("a mention was answered late or not at all: %r", error)

    async def take(self, mention: Mention) -> None:
        """Answer it if nobody else does; SlackFailure when it may or may not have been answered."""
        workspace = self._workspaces.of(mention.team_id)
        if workspace is None or mention.user_id == workspace.bot_user_id or not await self._is_ours(mention):
            return
        content = await answer(self._content(mention), Bounds(self._patience * _READ))
        try:
            await self._post(workspace, mention, content.content)
        except (SlackLimited, SlackUnreached) as error:
            self._put_off(mention, error)

    async def run_forever(self) -> None:
        """Answer what Slack did not take at first; ends only when cancelled."""
        while True:
            at, mention = await self._waiting.get()
            await asyncio.sleep(max(0.0, at - self._service.clock()))
            try:
                await self.take(mention)
            except (SlackFailure, Unavailable) as error:
                _log.warning("a mention was not answered: %s", error)

    @property
    def _owner(self) -> str:
        """What this instance's claims are known by."""
        self._name = self._name or f"mentions-{self._fresh_id()}"
        return self._name

    def _is_first(self, mention: Mention) -> bool:
        """Whether this instance sees it for the first time, for as long as it remembers; the store decides for all."""
        if mention.event_id in self._seen:
            return False
        self._seen[mention.event_id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    async def _is_ours(self, mention: Mention) -> bool:
        """True also when the store does not say: then the answer is that it does not answer."""
        if mention.tries:
            return True
        try:
            async with asyncio.timeout(self._patience * _CLAIM):
                now = self._service.clock()
                return await self._service.store.claim_job(_JOB, mention.due, self._owner, now, _LEASE)
        except (TimeoutError, Unavailable):
            return True

    async def _content(self, mention: Mention) -> Reply:
        words = lookup.words(mention.text)
        if len(words) == 1:
            person = Person(mention.user_id, mention.team_id, mention.team_id)
            try:
                return Reply(await lookup.show(self._service, self._commands, person, await self._spelt(words[0])))
            except BadInput:
                return Reply(names_nothing(_EXAMPLE))
        skus = await lookup.named(self._service, mention.text)
        if not skus:
            return Reply(names_nothing(_EXAMPLE))
        return Reply(thread_answer(skus, await lookup.cards(self._service, skus[: lookup.MOST])))

    async def _spelt(self, word: str) -> str:
        """The word, or the SKU that it names in capitals or with punctuation around it."""
        known = await lookup.named(self._service, word)
        return known[0] if known else word

    async def _post(self, workspace: Workspace, mention: Mention, content: Content) -> None:
        metadata: Block = {"event_type": MENTION_EVENT, "event_payload": {"event_id": mention.event_id}}
        known = mention.at and self._service.clock() - mention.at > _OLD
        if known and await find_reply(self._slack, workspace, mention.channel, mention.thread_ts, metadata, mention.at):
            return
        try:
            await self._slack.post(workspace, mention.channel, content, metadata, mention.thread_ts)
        except SlackRefused as refused:
            _log.warning("a mention cannot be answered: %s", refused)
        await self._finish(mention)

    async def _finish(self, mention: Mention) -> None:
        try:
            async with asyncio.timeout(self._patience * _NOTE):
                await self._service.store.finish_job(_JOB, mention.due, self._owner)
        except (TimeoutError, Unavailable) as error:
            _log.warning("that a mention was answered could not be noted: %r", error)

    def _put_off(self, mention: Mention, error: SlackLimited | SlackUnreached) -> None:
        _log.warning("a mention waits for Slack: %s", error)
        wait = error.retry_after if isinstance(error, SlackLimited) else _WAIT * (mention.tries + 1)
        if mention.tries < _TRIES and wait <= _LONGEST and not self._waiting.full():
            later = replace(mention, tries=mention.tries + 1)
            self._waiting.put_nowait((self._service.clock() + wait, later))
