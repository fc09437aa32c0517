"""One manual change through the service, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.call import Call, Reply
from bot.views.change import Announced, change_known, change_made
from core.changes import Status
from core.service import Service
from core.stock import Stock

_ALIKE = 3


class Kind(StrEnum):
    """What can be changed by hand."""

    SET = "set"
    ADD = "add"
    TAKE = "take"
    BUFFER = "buffer"
    LOW_AT = "low_at"


@dataclass(frozen=True, slots=True)
class Wish:
    """A change as it is asked for; `verb` says it in the past, such as `added 3 to`."""

    verb: str
    physical: int | None = None
    delta: int = 0
    buffer: int | None = None
    low_at: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks in which `request`; `key` is what it is known by when it is asked again ("": the request itself)."""

    actor: str
    request: str
    key: str = ""
    note: str = ""


def wish(kind: Kind, units: int) -> Wish:
    """The change of that kind by, or to, so many units."""
    match kind:
        case Kind.SET:
            return Wish("set", physical=units)
        case Kind.ADD:
            return Wish(f"added {units:,} to", delta=units)
        case Kind.TAKE:
            return Wish(f"took {units:,} from", delta=-units)
        case Kind.BUFFER:
            return Wish("set the buffer of", buffer=units)
        case Kind.LOW_AT:
            return Wish("set the low-stock threshold of", low_at=units)
        case _:
            assert_never(kind)


async def change(call: Call, sku: str, wished: Wish) -> Reply:
    """Make the change of a command."""
    before = (await call.service.level(sku, fresh=True)).stock
    return await make(call.service, before, wished, Asked(call.person.user_id, call.key))


async def make(service: Service, before: Stock, wished: Wish, asked: Asked) -> Reply:
    """Make the change once for this request; everybody in the channel is told who did what."""
    twin = "" if before.managed else await _twin(service, before.sku)
    outcome = await service.adjust(
        before.sku,
        asked.actor,
        physical=wished.physical,
        delta=wished.delta,
        buffer=wished.buffer,
        low_at=wished.low_at,
        key=asked.key,
        note=asked.note,
        request=asked.request,
    )
    after = outcome.after[before.sku]
    if outcome.status is not Status.APPLIED:
        return Reply(change_known(after))
    known = before if _is_all(before, after, wished) else None
    deed = Announced(asked.actor, wished.verb, known, after, outcome.key, asked.note, twin)
    return Reply(change_made(deed), public=True)


async def _twin(service: Service, sku: str) -> str:
    """A SKU that is known and differs from this one in capitals only, or ""."""
    return next((each for each in await service.find(sku, _ALIKE) if _same(each, sku) and each != sku), "")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _is_all(before: Stock, after: Stock, wished: Wish) -> bool:
    expected = before.physical + wished.delta if wished.physical is None else wished.physical
    return after.version == before.version + 1 and after.physical == expected
