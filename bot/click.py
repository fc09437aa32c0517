"""One click as a handler sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.call import Command
from bot.people import Person
from core.service import Service


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button with this value, or a search for it.

    `message_ts` is that of the message it is on, `now` is epoch s, `zone` that of the workspace.
    """

    service: Service
    person: Person
    value: str
    message_ts: str
    now: float
    commands: Sequence[Command] = ()
    zone: ZoneInfo = ZoneInfo("UTC")  # noqa: RUF009 - frozen
