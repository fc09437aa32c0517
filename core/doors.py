"""The ways in that a channel has: a path, the proof that is asked there, and how what comes in is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from core.messages import Message


class Takes(StrEnum):
    """What comes in at a door, and so how its answer is put."""

    NOTICE = "notice"
    ORDER = "order"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: `path` is below `/webhook/`, `proof` names the header that proves who sends (lower case).

    `verify` and `parse` are as those of `Marketplace`. What takes orders or returns also takes their short forms,
    which in the playground may come without proof; `signs` are headers of those who want to be checked all the same.
    """

    path: str
    summary: str
    proof: str
    verify: Callable[[Mapping[str, str], bytes], None]
    parse: Callable[[Mapping[str, str], bytes, float], Sequence[Message]]
    takes: Takes = Takes.NOTICE
    signs: tuple[str, ...] = ()


@runtime_checkable
class HasDoors(Protocol):
    """A channel that says itself which ways in it has; any other has one, at its own name."""

    @property
    def doors(self) -> Sequence[Door]:
        """Every way in."""
        ...
