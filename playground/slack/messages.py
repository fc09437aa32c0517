"""The messages of a workspace: what is in each channel, what is in each thread, what one person alone sees."""

from collections.abc import Iterator
from dataclasses import replace

from playground.changes import Changes
from playground.slack.identifiers import Identifiers
from playground.slack.records import Bot, Content, JsonObject, Message


class Messages:
    """Every message by channel and ts, in the order in which they were posted."""

    def __init__(self, identifiers: Identifiers, changes: Changes) -> None:
        self._identifiers = identifiers
        self._changes = changes
        self._by_key: dict[tuple[str, str], Message] = {}

    def post(
        self,
        channel: str,
        user: str,
        content: Content,
        *,
        bot: Bot | None = None,
        thread_ts: str = "",
        broadcast: bool = False,
        visible_to: str = "",
    ) -> Message:
        """Store a new message under a new ts and answer it, with ids on all its blocks."""
        ts = self._identifiers.timestamp()
        message = Message(channel, ts, user, self._with_ids(content), bot, thread_ts, broadcast, visible_to)
        return self._store(message)

    def change(self, message: Message, content: Content, *, flagged: bool) -> Message:
        """Replace what the message says; `flagged` shows "(edited)" beside it."""
        changed = replace(message, content=self._with_ids(content), changes=message.changes + 1)
        if flagged:
            edited_ts = self._identifiers.timestamp()
            changed = replace(changed, edited_by=message.user, edited_ts=edited_ts)
        return self._store(changed)

    def remove(self, message: Message) -> None:
        """Take the message away; replies to it stay."""
        del self._by_key[message.channel, message.ts]
        self._changes.tell()

    def find(self, channel: str, ts: str) -> Message | None:
        """The message at this ts as it is now, ephemeral or not."""
        return self._by_key.get((channel, ts))

    def visible(self, channel: str) -> list[Message]:
        """What everybody in the channel sees outside threads, oldest first."""
        return [
            message
            for message in self._in(channel)
            if not message.visible_to and (not message.is_reply or message.broadcast)
        ]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies below the message at `ts`, oldest first."""
        return [
            message
            for message in self._in(channel)
            if message.is_reply and message.thread_ts == ts and not message.visible_to
        ]

    def ephemeral(self) -> list[Message]:
        """What was shown to one person only, oldest first."""
        return [message for message in self._by_key.values() if message.visible_to]

    def as_json(self, message: Message, *, with_metadata: bool) -> JsonObject:
        """The message as Slack's methods and payloads carry it."""
        thread = self._thread_fields(message)
        metadata = {"metadata": message.metadata} if with_metadata and message.metadata else {}
        return {**_plain(message), **thread, **metadata}

    def _thread_fields(self, message: Message) -> JsonObject:
        if message.is_reply:
            return {"thread_ts": message.thread_ts}
        replies = self.thread(message.channel, message.ts)
        if not replies:
            return {}
        users = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "reply_users": users,
            "latest_reply": replies[-1].ts,
        }

    def _in(self, channel: str) -> Iterator[Message]:
        return (message for message in self._by_key.values() if message.channel == channel)

    def _with_ids(self, content: Content) -> Content:
        attachments = [
            {**each, "blocks": self._identifiers.fill(each["blocks"])} if "blocks" in each else each
            for each in content.attachments
        ]
        blocks = self._identifiers.fill(content.blocks)
        return replace(content, blocks=blocks, attachments=attachments)

    def _store(self, message: Message) -> Message:
        self._by_key[message.channel, message.ts] = message
        self._changes.tell()
        return message


def _plain(message: Message) -> JsonObject:
    wire: JsonObject = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
    }
    if message.bot:
        wire |= {"bot_id": message.bot.bot_id, "app_id": message.bot.app_id}
    if message.blocks:
        wire["blocks"] = message.blocks
    if message.content.attachments:
        wire["attachments"] = message.content.attachments
    if message.content.files:
        wire["files"] = message.content.files
    if message.edited_ts:
        wire["edited"] = {"user": message.edited_by, "ts": message.edited_ts}
    if message.broadcast:
        wire["subtype"] = "thread_broadcast"
    return wire
