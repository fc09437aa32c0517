"""Trigger ids: what lets the app open a modal for the person who has just clicked."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.slack.errors import SlackError
from playground.slack.identifiers import Identifiers

_SECONDS_VALID = 3.0


@dataclass(slots=True)
class _Trigger:
    user: str
    issued: float
    exchanged: bool = False


class Triggers:
    """Every trigger that was given out; each works once and for three seconds."""

    def __init__(self, identifiers: Identifiers, clock: Callable[[], float]) -> None:
        self._identifiers = identifiers
        self._clock = clock
        self._triggers: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """A new trigger_id for this person."""
        trigger_id = f"{self._identifiers.new('')}.{self._identifiers.timestamp()}"
        self._triggers[trigger_id] = _Trigger(user, self._clock())
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The person it stands for; raises invalid_, exchanged_ or expired_trigger_id."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.exchanged:
            raise SlackError("exchanged_trigger_id")
        if self._clock() - trigger.issued > _SECONDS_VALID:
            raise SlackError("expired_trigger_id")
        trigger.exchanged = True
        return trigger.user
