"""Taking what a channel's listings show as the first stock of SKUs that nobody has set; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
class Plan:
    """What an adoption would do: what is set, what a person must decide, and how many SKUs are set already."""

    adopted: tuple[Adopted, ...] = ()
    conflicts: tuple[Unclear, ...] = ()
    troubled: tuple[Unclear, ...] = ()
    managed: int = 0


def decide(channel: str, shown: Mapping[str, Mapping[str, Shelf]], rule: Conflicts) -> Plan:
    """Which of the SKUs that the channel shows are set to what, by what all channels show of each."""
    adopted: list[Adopted] = []
    conflicts: list[Unclear] = []
    troubled: list[Unclear] = []
    for sku, by_channel in sorted(shown.items()):
        if channel not in by_channel:
            continue
        numbers = {each.quantity for each in by_channel.values()}
        quantity = min(numbers) if rule is Conflicts.LOWEST else by_channel[channel].quantity
        if len(numbers) > 1 and rule is Conflicts.SKIP:
            conflicts.append(Unclear(sku, _numbers(by_channel)))
        elif not 0 <= quantity <= MAX_QUANTITY:
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


def _numbers(by_channel: Mapping[str, Shelf]) -> str:
    return ", ".join(f"{channel} shows {each.quantity:,}" for channel, each in sorted(by_channel.items()))
