"""What a Pusher needs of the house around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from core.stock import Level
from core.terms import USUAL, Terms
from core.words import Word


@dataclass(frozen=True, slots=True)
class Ties:
    """What a Pusher needs of the house around it.

    `read` gives fresh levels, claimed for this instance for so long (s; 0: as usual); `settle` stores a word durably
    and returns the level when that has moved on meanwhile. `terms` are the channel's; `recall` has its orders since a
    time (epoch s) looked through.
    """

    read: Callable[[Sequence[str], float], Awaitable[Mapping[str, Level]]]
    settle: Callable[[str, Word], Awaitable[Level | None]]
    clock: Callable[[], float]
    terms: Callable[[], Terms] = lambda: USUAL
    recall: Callable[[float], None] = lambda _: None
