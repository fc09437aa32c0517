"""Response URLs: up to five answers within thirty minutes to one command or click."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.slack.errors import SlackError
from playground.slack.identifiers import Identifiers

_USES = 5
_SECONDS_VALID = 30 * 60.0


@dataclass(slots=True)
class Ticket:
    """Whom and what a response URL answers; `message_ts` is the message that was clicked, if any."""

    user: str
    channel: str
    message_ts: str
    issued: float
    uses: int = 0


class ResponseUrls:
    """Every ticket that was given out, by the token in its URL."""

    def __init__(self, identifiers: Identifiers, clock: Callable[[], float]) -> None:
        self._identifiers = identifiers
        self._clock = clock
        self._tickets: dict[str, Ticket] = {}

    def issue(self, user: str, channel: str, message_ts: str = "") -> str:
        """A new token."""
        token = self._identifiers.new("r")
        self._tickets[token] = Ticket(user, channel, message_ts, self._clock())
        return token

    def use(self, token: str) -> Ticket:
        """The ticket, one use poorer; raises invalid_url, expired_url or used_url."""
        ticket = self._tickets.get(token)
        if ticket is None:
            raise SlackError("invalid_url")
        if self._clock() - ticket.issued > _SECONDS_VALID:
            raise SlackError("expired_url")
        if ticket.uses >= _USES:
            raise SlackError("used_url")
        ticket.uses += 1
        return ticket
