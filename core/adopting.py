"""How far an adoption that people asked for is, and what has become of the offer that its dry run made; pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import assert_never

import orjson

from core.adopt import Plan
from core.errors import Ended

OFFER_LASTS = 1_800.0
DEAD_AFTER = 600.0  # Amazon may take minutes to make the report that a large catalogue is read from


class Phase(StrEnum):
    """What has become of an offer."""

    OPEN = "open"
    SETTING = "setting"
    SET = "set"
    BROKEN = "broken"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Offer:
    """The last dry run of a channel, which a person may take up: `by` whom it came to its phase, `at` what time.

    Times are epoch seconds; `alive` is when a run last gave a sign, `count` how many SKUs it has set.
    """

    ticket: str
    phase: Phase
    by: str
    at: float
    alive: float
    count: int = 0


@dataclass(frozen=True, slots=True)
class Adopting:
    """How far it is: `read` listings, `count` of the plan's SKUs durable. `ended` is 0 while it runs (epoch s).

    `sets`: it is no dry run. `ticket` is what a dry run is taken up by. `trouble`: why it was broken off ("": it was
    not).
    """

    channel: str
    by: str
    started: float
    sets: bool = False
    read: int = 0
    count: int = 0
    plan: Plan | None = None
    ticket: str = ""
    ended: float = 0.0
    trouble: str = ""


def hindrance(offer: Offer, ticket: str, now: float) -> Ended | None:
    """Why the offer with this ticket cannot be taken up any more; None: it can."""
    if offer.ticket != ticket:
        return Ended.REPLACED
    match offer.phase:
        case Phase.OPEN:
            return Ended.TOO_OLD if now - offer.at > OFFER_LASTS else None
        case Phase.SETTING:
            return Ended.UNDER_WAY if is_under_way(offer, now) else Ended.BROKEN_OFF
        case Phase.SET:
            return Ended.DONE
        case Phase.BROKEN:
            return Ended.BROKEN_OFF
        case Phase.CANCELLED:
            return Ended.CANCELLED
        case _:
            assert_never(offer.phase)


def is_under_way(offer: Offer, now: float) -> bool:
    """Whether somebody sets what was offered, and still gives signs of life."""
    return offer.phase is Phase.SETTING and now - offer.alive < DEAD_AFTER


def dump(offer: Offer) -> bytes:
    """The offer as JSON that `load` reads back equal."""
    return orjson.dumps(asdict(offer))


def load(body: bytes | None) -> Offer | None:
    """What `dump` wrote; None for nothing."""
    if body is None:
        return None
    fields = orjson.loads(body)
    return Offer(**{**fields, "phase": Phase(fields["phase"])})
