"""A mention as it was heard: what an event says about it, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from bot.envelope import Payload


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
