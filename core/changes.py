"""What can be asked of the ledger, what it decides, and what is left to follow up; plain data and one protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from core.stock import Level, Move, Stock


class Status(StrEnum):
    """What became of a change."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    PARKED = "parked"


class Progress(StrEnum):
    """How far a ledger row is: pending until all that follows from it has been done."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger: `delta` units of `sku` moved at `at` (epoch s) by `action`, by a channel or an actor."""

    tx_id: str
    sku: str
    action: str
    delta: int
    at: float
    status: Progress = Progress.COMPLETED
    channel: str = ""
    order_id: str = ""
    actor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people must be told: raised as an alert after the commit, once for each `notice_id`.

    `scope` names what there is one open alert of, where that is not the SKU (a whole channel, say). `clears`: what it
    is about is over, and the open alert is resolved.
    """

    notice_id: str
    kind: str
    sku: str
    message: str
    severity: str = ""
    scope: str = ""
    clears: bool = False


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One return as it is recorded: `at` epoch seconds, `return_id` unique among the SKU's returns."""

    sku: str
    at: float
    return_id: str
    quantity: int
    disposition: str
    order_id: str
    channel: str
    decision: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a change comes to: `known` is what is stored under its key from now on (None: nothing new).

    `more`: it was too large for one transaction; ask for the same change again and it goes on where it stopped.
    `also`: SKUs to look at after the commit though they do not move.
    """

    status: Status
    known: bytes | None = None
    moves: tuple[Move, ...] = ()
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    returns: tuple[ReturnRow, ...] = ()
    more: bool = False
    also: tuple[str, ...] = ()


class Change(Protocol):
    """Something to commit once: a pure decision over what is known under `key` and the stock of the SKUs it needs."""

    @property
    def key(self) -> str:
        """The idempotency key; what is known about it is stored under this in Transactions."""
        ...

    @property
    def exact(self) -> bool:
        """Whether the decision reads the numbers on hand, rather than only since when the SKU is managed."""
        ...

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The SKUs whose stock the decision needs, each once."""
        ...

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """What follows; raises NotEnoughStock or BadInput to be refused. An unknown SKU comes as Stock(sku)."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What a commit left to do: SKUs to look at and notices to raise; found again by a sweep after a crash."""

    mark_id: str
    skus: tuple[str, ...]
    notices: tuple[Notice, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change, with the stock of its SKUs right after its commit where it is known."""

    status: Status
    key: str
    after: Mapping[str, Stock] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True, slots=True)
class Committed:
    """One durable group: an outcome or a refusal for each change in order, and the mark of what is left to do.

    `levels`: those of the mark's SKUs that the store has read after the commit anyway, claimed as by `Store.claim`.
    """

    results: tuple[Outcome | Exception, ...]
    mark: Mark | None
    levels: Mapping[str, Level] = field(default_factory=dict)
