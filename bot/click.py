"""The contract of a button: what it is given when it is clicked, and what it says about itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.call import Command, Reply
from bot.people import Person
from core.service import Service


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button with this value, or a search for it.

    `message_ts` is that of the message it is on, and `private` whether only this person sees that; `now` is epoch s,
    `zone` that of the workspace.
    `key` identifies the request, `response_url` is where it can be answered for half an hour. `operator`: the person
    is among those who are named as such.
    """

    service: Service
    person: Person
    value: str
    message_ts: str
    now: float
    commands: Sequence[Command] = ()
    zone: ZoneInfo = ZoneInfo("UTC")  # noqa: RUF009 - frozen
    key: str = ""
    private: bool = False
    response_url: str = ""
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does; `changes` needs a person who may change stock.

    `look_at`: where to look when it is not known whether it was done.
    """

    run: Callable[[Click], Awaitable[Reply | None]]
    changes: bool = False
    look_at: str = "Look at the alert before you try again."
