"""The contract of a sub-command: what it is given, what it answers, what it says about itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from bot.people import Person
from bot.views.blocks import Block, Content
from core.service import Service


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said: to the caller only, or to the whole channel; `replace` puts it in place of what was clicked.

    `quiet`: it need not be said where what it is about is shown anyway, as on the Home tab. `form` is a modal to fill
    in that is opened instead. `later` goes on to tell the caller more, in up to four replies within half an hour.
    """

    content: Content
    public: bool = False
    replace: bool = False
    quiet: bool = False
    form: Block | None = None
    later: Callable[[Say], Awaitable[None]] | None = None


Say: TypeAlias = Callable[[Reply], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a sub-command: `words` are those after its name, `key` identifies the request, `now` is epoch s.

    `operator`: the person is among those who are named as such. `refusal`: why they may not change anything, or "".
    """

    service: Service
    person: Person
    words: tuple[str, ...]
    key: str
    now: float
    manual: Sequence[Command]
    operator: bool = False
    refusal: str = ""


@runtime_checkable
class Command(Protocol):
    """A module of bot/commands.

    SLASH is its slash command and NAME its word there; BARE: it also answers the slash command without a sub-command;
    CHANGES: it needs a person who may change stock. USAGE, EXAMPLE and HELP are for people.
    """

    SLASH: str
    NAME: str
    BARE: bool
    CHANGES: bool
    USAGE: str
    EXAMPLE: str
    HELP: str

    async def run(self, call: Call) -> Reply:
        """Do it; BadInput answers with the usage, other errors of core.errors with a plain sentence."""
        ...
