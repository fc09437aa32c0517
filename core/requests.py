"""What people have asked for: a request that counts once, and a person's last changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from core.changes import Decision, Status
from core.stock import Stock

_KEPT_SECONDS = 660.0
_MOST = 20


@dataclass(frozen=True, slots=True)
class Once:
    """Note that the request `key` was answered: applied the first time, a duplicate ever after."""

    key: str

    @property
    def exact(self) -> bool:
        """It reads no stock, but must know what is stored."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """No SKU."""
        return ()

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Store that it was answered."""
        return Decision(Status.APPLIED, orjson.dumps(1)) if known is None else Decision(Status.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Made:
    """A change that somebody asked for: its key, its SKU and when (epoch s); whether it was made, the ledger knows."""

    key: str
    sku: str
    at: float


@dataclass(frozen=True, slots=True)
class Remember:
    """Add a change to the person's last ones."""

    actor: str
    made: Made

    @property
    def key(self) -> str:
        """Where the person's last changes are kept."""
        return recent_key(self.actor)

    @property
    def exact(self) -> bool:
        """It adds to what is stored."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """No SKU."""
        return ()

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Keep the last ones of the last minutes; one that is among them stays where it is."""
        kept = [each for each in recent(known) if each.at > self.made.at - _KEPT_SECONDS]
        if self.made.key in [each.key for each in kept]:
            return Decision(Status.DUPLICATE)
        return Decision(Status.APPLIED, orjson.dumps([*kept[1 - _MOST :], self.made]))


def recent_key(actor: str) -> str:
    """The key under which a person's last changes are known."""
    return f"recent#{actor}"


def recent(known: bytes | None) -> Sequence[Made]:
    """The person's last changes, the last one last."""
    return [Made(**fields) for fields in orjson.loads(known)] if known else []
