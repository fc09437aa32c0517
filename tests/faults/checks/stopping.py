"""An instance told to stop in the middle of its work: all of it is done, by itself or by the one beside it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from playground.faults import Fault
from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Fleet, Member
from tests.faults.mail import Letter, Mail
from tests.faults.model import on_hand, wrong
from tests.faults.outside import Outside, outside
from tests.faults.proxy import COMMIT, Proxy, hang, late, none, of
from tests.faults.senders import Reply, Senders
from tests.flows.instance import until

SKUS = tuple(f"SKU-{number}" for number in range(6))
OPENING = dict.fromkeys(SKUS, 500)
_IN_FLIGHT, _EXIT, _DRAINED = 30, 10.0, 30.0
_OK, _UNAVAILABLE = 200, 503


@dataclass(slots=True)
class Watch:
    """What an instance said of itself until it was gone: `unready` and `gone` in seconds from the signal."""

    unready: float = 0.0
    served_after: bool = False
    gone: float = 0.0


async def stopping(effort: Effort) -> list[Figure]:
    """20: SIGTERM with thirty requests in flight while a channel hangs, and while the store does."""
    found: list[Figure] = []
    for number in range(effort.pick(1, 5)):
        found += await _stop(effort, number)
        effort.say(f"stopped {number + 1} times")
    return found


async def _stop(effort: Effort, number: int) -> list[Figure]:
    rng = effort.rng(f"stopping {number}")
    async with _open(replace(effort, folder=effort.folder / str(number))) as (world, way, members):
        mail = Mail(rng, SKUS, time.time() + 1)
        victim, other = members.members
        letters = [mail.first(mail.order()) for _ in range(_IN_FLIGHT)]
        world.seller.faults.switch_on(Fault.SLOW)
        way.fault = of(COMMIT, late(0.7))
        watch, replies = await _stopped(victim, way, Senders(lambda: [victim.port], rng), letters)
        way.fault = none
        world.seller.faults.switch_off(Fault.SLOW)
        await Senders(lambda: [other.port], rng).send(letters)
        left = on_hand(OPENING, mail.orders.values())
        drained = await _drained(world, left)
        differ = wrong(left, await other.on_hand())
        way.fault = hang(60.0)
        more = [mail.first(mail.order()) for _ in range(_IN_FLIGHT)]
        last, _ = await _stopped(other, way, Senders(lambda: [other.port], rng), more)
    answers = Counter(reply.status for reply in replies)
    return [
        figures.holds(20, "answers", str(dict(answers)), "all 200", passed=answers == {_OK: len(letters)}),
        figures.at_most(20, "until /readyz says so", watch.unready, effort.pick(3, 1), "s"),
        figures.holds(20, "served after that", str(watch.served_after), "True", passed=watch.served_after),
        figures.at_most(20, "gone, a channel hanging", watch.gone, effort.pick(2, 1) * _EXIT, "s"),
        figures.exact(20, "SKUs after all was sent once more", differ, len(SKUS)),
        figures.at_most(20, "all told by the other instance", drained, effort.pick(2, 1) * _DRAINED, "s"),
        figures.at_most(20, "gone, the store hanging", last.gone, effort.pick(2, 1) * _EXIT, "s"),
    ]


async def _stopped(
    victim: Member, way: Proxy, senders: Senders, letters: Sequence[Letter]
) -> tuple[Watch, Sequence[Reply]]:
    """Stop it once the letters are on their way; what was seen of it, and what they were answered."""
    seen = way.seen.total()
    async with senders.session() as session:
        sending = [asyncio.create_task(senders.try_once(session, letter)) for letter in letters]
        await until(lambda: way.seen.total() > seen, 10.0)
        victim.signal(signal.SIGTERM)
        watch = await _watched(victim)
        return watch, await asyncio.gather(*sending)


@asynccontextmanager
async def _open(effort: Effort) -> AsyncIterator[tuple[Outside, Proxy, Fleet]]:
    """Two instances with shops that show what they should."""
    async with outside(effort.rng("shops")) as world, effort.running(2, **world.variables) as (where, members):
        world.offer(dict.fromkeys(SKUS, 0))
        await members.one.set_stock(OPENING)
        await until(lambda: all(world.shows(sku) == (500, 500) for sku in SKUS), 30.0)
        yield world, where.line, members


async def _watched(victim: Member) -> Watch:
    """Ask it on until it is gone."""
    watch, began = Watch(), time.monotonic()
    while not await victim.has_died():
        if not watch.unready and await victim.status("/readyz") == _UNAVAILABLE:
            watch.unready = time.monotonic() - began
        elif watch.unready and await victim.status("/api/openapi.json") == _OK:
            watch.served_after = True
        await asyncio.sleep(0.05)
    watch.gone = time.monotonic() - began
    return watch


async def _drained(world: Outside, left: Mapping[str, int]) -> float:
    """How long (s) it takes until the shop that hung shows what is left."""
    began = time.monotonic()
    await until(lambda: all(world.seller.quantity(sku) == left[sku] for sku in SKUS), 2 * _DRAINED)
    return time.monotonic() - began
