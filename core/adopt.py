"""Taking what a channel's listings show as the first stock of SKUs that nobody has set; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

import orjson

from core.changes import Decision, Entry, Notice, Status
from core.stock import MAX_QUANTITY, Move, Stock


class Conflicts(StrEnum):
    """What becomes of a SKU that another channel shows with another number."""

    SKIP = "skip"
    THIS = "this"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one channel shows of a SKU: so many, read at `at` (epoch s)."""

    quantity: int
    at: float


@dataclass(frozen=True, slots=True)
class Adopted:
    """A SKU to be set to `quantity`; `shown` is what each channel shows of it."""

    sku: str
    quantity: int
    shown: Mapping[str, Shelf]

    @property
    def at(self) -> float:
        """The moment that the number was true at (epoch s): orders from then on count."""
        return min(each.at for each in self.shown.values())


@dataclass(frozen=True, slots=True)
class Unclear:
    """A SKU that is not set, and why."""

    sku: str
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A SKU that channels show with different numbers: `shown` is what each shows."""

    sku: str
    shown: Mapping[str, int]

    @property
    def reason(self) -> str:
        """The numbers in words, by the channels' names."""
        return ", ".join(f"{channel} shows {number:,}" for channel, number in sorted(self.shown.items()))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided of a conflict: the number (None: leave it unset), out of what each channel then showed."""

    quantity: int | None
    shown: Mapping[str, int]


Choices: TypeAlias = Mapping[str, Choice]
NO_CHOICES: Choices = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an adoption would do: what is set, what a person must decide, and how many SKUs are set already."""

    adopted: tuple[Adopted, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    troubled: tuple[Unclear, ...] = ()
    managed: int = 0


def decide(
    channel: str, shown: Mapping[str, Mapping[str, Shelf]], rule: Conflicts, choices: Choices = NO_CHOICES
) -> Plan:
    """Which of the SKUs that the channel shows are set to what, by what all channels show of each.

    A choice counts for as long as the channels show what it was made from.
    """
    adopted: list[Adopted] = []
    conflicts: list[Conflict] = []
    troubled: list[Unclear] = []
    for sku, by_channel in sorted(shown.items()):
        if channel not in by_channel:
            continue
        numbers = {name: each.quantity for name, each in by_channel.items()}
        quantity = _settled(channel, numbers, rule, choices.get(sku))
        if quantity is None:
            conflicts.append(Conflict(sku, numbers))
        elif not is_quantity(quantity):
            troubled.append(Unclear(sku, f"shows {quantity:,}: count it"))
        else:
            adopted.append(Adopted(sku, quantity, by_channel))
    return Plan(tuple(adopted), tuple(conflicts), tuple(troubled))


@dataclass(frozen=True, slots=True)
class Adoption:
    """Set a SKU that nobody has set to what `channel` shows; one that somebody has set meanwhile is left alone."""

    adopted: Adopted
    channel: str
    actor: str
    key: str

    @property
    def exact(self) -> bool:
        """The count is compared with what is on hand."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.adopted.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Move to the count."""
        sku, now = self.adopted.sku, stock[self.adopted.sku]
        if known is not None or now.managed:
            return Decision(Status.DUPLICATE)
        delta = self.adopted.quantity - now.physical
        note = f"adopted from {self.channel}"
        text = f"The stock of {sku} is set; channels are told from now on."
        return Decision(
            status=Status.APPLIED,
            known=orjson.dumps(1),
            moves=(Move(sku, delta=delta, counted_at=self.adopted.at, counts=True),),
            entries=(Entry(self.key, sku, "set", delta, self.adopted.at, actor=self.actor, note=note),),
            notices=(Notice(f"{self.key}#listed", "unlisted_sku", sku, text, clears=True),),
        )


def adopted_note(channel: str) -> str:
    """The note of when (epoch s) what the channel showed was last taken as stock."""
    return f"adopted#{channel}"


def is_quantity(number: int) -> bool:
    """Whether stock can be set to the number."""
    return 0 <= number <= MAX_QUANTITY


def _settled(channel: str, numbers: Mapping[str, int], rule: Conflicts, choice: Choice | None) -> int | None:
    """The number to set, or None where that is for a person to decide."""
    if len(set(numbers.values())) == 1:
        return numbers[channel]
    if choice is not None:
        return choice.quantity if choice.shown == numbers else None
    match rule:
        case Conflicts.SKIP:
            return None
        case Conflicts.THIS:
            return numbers[channel]
        case Conflicts.LOWEST:
            return min(numbers.values())
        case _:
            assert_never(rule)
