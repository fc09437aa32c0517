"""One SKU's stock: what is on hand, what is held back, what every channel may be told."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import BadInput

MAX_QUANTITY = 1_000_000
MAX_BUFFER = 1_000_000
MAX_SKU = 200
LOW_AT = 5
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Stated:
    """The version at which somebody last said what each number is, rather than moved it (0: not that we know)."""

    physical: int = 0
    buffer: int = 0
    low_at: int = 0


NEVER = Stated()


@dataclass(frozen=True, slots=True)
class Stock:
    """The numbers that decide: `physical` may be negative, `counted_at` (epoch s) is None until it is first set."""

    sku: str
    physical: int = 0
    buffer: int = 0
    version: int = 0
    low_at: int = LOW_AT
    counted_at: float | None = None
    stated: Stated = NEVER

    @property
    def managed(self) -> bool:
        """Whether somebody has set this SKU's stock, so that channels may be told."""
        return self.counted_at is not None

    @property
    def broadcast(self) -> int:
        """What every channel may show: `max(0, physical - buffer)`."""
        return max(0, self.physical - self.buffer)


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of a SKU in one of a bundle."""

    sku: str
    units: int


Parts = tuple[Part, ...]


class Push(StrEnum):
    """How a channel stands towards what it was last sent; UNLISTED: it does not sell the SKU, and never did."""

    CONFIRMED = "confirmed"
    OWED = "owed"
    REFUSED = "refused"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was last told: the quantity it confirmed, for which version, when (epoch s), and what is wrong.

    `blind`: what it showed before it was told is not known, so some own sales may be older than this word.
    `ahead`: units of own orders that it had sold before and that are yet to be heard of.
    `low`: what it was found to show, fewer than expected, since `low_since` (epoch s). `tried`: quantities that were
    sent and never answered, of which it may show any.
    """

    quantity: int | None
    version: int
    at: float
    status: Push
    error: str = ""
    owed_since: float = 0.0
    blind: bool = False
    ahead: int = 0
    low: int | None = None
    low_since: float = 0.0
    tried: tuple[int, ...] = ()

    @property
    def is_owed(self) -> bool:
        """Whether the channel has still to be told, by us or once a person has acted."""
        return self.status in (Push.OWED, Push.REFUSED)


def write_tried(tried: tuple[int, ...]) -> str:
    """`Told.tried` as short text that `read_tried` reads back."""
    return " ".join(map(str, tried))


def read_tried(text: str) -> tuple[int, ...]:
    """What `write_tried` wrote."""
    return tuple(map(int, text.split()))


@dataclass(frozen=True, slots=True)
class Level:
    """A SKU's stock with all that is known around it.

    `told`: per channel what it was last told. `own`: per channel the units of its own orders since then, and `made`
    when the last one of them was made (epoch s). `links`: per channel the id of the listing. `terms`: what is special
    for this SKU, as core.terms reads it. `sold`: units sold by day (UTC day ordinal -> units). `claimed`: channels that
    another instance is telling just now, `ours` those that this one is. `alert`: the kind of its open stock alert, or
    "". `made_of`: its parts, where it is a bundle; `part_of`: the bundles that it is a part of.
    """

    stock: Stock
    updated_at: float = 0.0
    told: Mapping[str, Told] = field(default_factory=dict)
    own: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[str, float] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    sold: Mapping[int, int] = field(default_factory=dict)
    claimed: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    alert: str = ""
    made_of: Parts = ()
    part_of: tuple[str, ...] = ()

    @property
    def sku(self) -> str:
        """The SKU this is the level of."""
        return self.stock.sku


@dataclass(frozen=True, slots=True)
class Move:
    """How one commit changes one SKU: `delta` units on hand, and the fields that are set (None: left as they are).

    `sold` counts towards the day's sales; `channel` is the marketplace whose own listing already fell by `own` units,
    for an order made at `made_at` (epoch s; 0: not known). `terms`: names and texts to keep with the SKU ("": forget).
    `counts`: the number on hand is what somebody says it is. An undo gives `stated` back, and `unset`: nobody has set
    the SKU any more. `parts`: what the SKU was made of when it was sold, if it is no longer that.
    """

    sku: str
    delta: int = 0
    sold: int = 0
    channel: str = ""
    own: int = 0
    made_at: float = 0.0
    buffer: int | None = None
    low_at: int | None = None
    counted_at: float | None = None
    terms: tuple[tuple[str, str], ...] = ()
    counts: bool = False
    stated: Stated | None = None
    unset: bool = False
    parts: Parts = ()


def check_sku(value: object) -> str:
    """The SKU as it is; BadInput when it is not 1 to 200 characters of text without control characters."""
    if not isinstance(value, str) or not value.strip():
        raise BadInput("sku", "is missing")
    if len(value) > MAX_SKU:
        raise BadInput("sku", f"is longer than {MAX_SKU} characters")
    if not value.isprintable() and any(unicodedata.category(c) in _REFUSED or c in _BIDI for c in value):
        raise BadInput("sku", "has a control character")
    return value


def check_whole(value: object, name: str, least: int, most: int) -> int:
    """The whole number as it is; BadInput when it is none, or not from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(name, "must be a whole number")
    if not least <= value <= most:
        raise BadInput(name, f"must be from {least:,} to {most:,}")
    return value


def check_quantity(value: object) -> int:
    """A quantity that moves stock: a whole number from 1 to 1,000,000, else BadInput."""
    return check_whole(value, "quantity", 1, MAX_QUANTITY)


def moved(stock: Stock, move: Move) -> Stock:
    """The stock after the move, one version on."""
    return Stock(
        sku=stock.sku,
        physical=stock.physical + move.delta,
        buffer=stock.buffer if move.buffer is None else move.buffer,
        version=stock.version + 1,
        low_at=stock.low_at if move.low_at is None else move.low_at,
        counted_at=_counted_at(stock, move),
        stated=_stated(stock, move) if move.stated is None else move.stated,
    )


def _counted_at(stock: Stock, move: Move) -> float | None:
    if move.unset:
        return None
    return stock.counted_at if stock.counted_at is not None else move.counted_at


def _stated(stock: Stock, move: Move) -> Stated:
    before, version = stock.stated, stock.version + 1
    if not move.counts and move.buffer is None and move.low_at is None:
        return before
    return Stated(
        physical=version if move.counts else before.physical,
        buffer=before.buffer if move.buffer is None else version,
        low_at=before.low_at if move.low_at is None else version,
    )
