"""Far more callers than there is room for: what is let in is served in time, the rest is sent away at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import aiohttp

from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import LATE, Member
from tests.faults.mail import Letter, Mail
from tests.faults.model import on_hand, wrong
from tests.faults.places import SQLITE
from tests.faults.senders import Reply, Senders, percentile

SKUS = tuple(f"SKU-{number:02}" for number in range(20))
OPENING = dict.fromkeys(SKUS, 50_000)
_CALLERS, _GATHER = 400, 4.0
_SERVED, _REFUSED, _GROWN = 1.0, 0.1, 50.0
_SLOWLY = {LATE: "0.04"}  # at most 250 orders a second, on any machine
_BUSY = 5.0  # a test runs beside others, which take the processors as they like
_OK, _UNAVAILABLE, _HEALTH = 200, 503, ("/healthz", "/readyz")


async def overload(effort: Effort) -> list[Figure]:
    """21: four hundred callers, gathering over some seconds, on an instance that can serve a part of them in time."""
    rng = effort.rng("overload")
    async with effort.running(1, SQLITE, **_SLOWLY) as (_, members):
        await members.one.set_stock(OPENING)
        mail = Mail(rng, SKUS, time.time() + 1)
        senders = Senders(members.ports, rng, limit=30.0)
        before = members.one.resident()
        over = asyncio.Event()
        asking = asyncio.create_task(_unwell(members.one, over))
        await _storm(senders, [mail.first(mail.order()) for _ in range(effort.pick(700, 5_000))])
        over.set()
        unwell = await asking
        grown = members.one.resident() - before
        differ = wrong(on_hand(OPENING, mail.orders.values()), await members.one.on_hand())
    slack = effort.pick(_BUSY, 1.0)
    return [
        *_answers(senders.replies, slack),
        figures.exact(21, "health routes meanwhile", unwell, len(unwell) or 1, "always 200"),
        figures.at_most(21, "memory grown", grown, _GROWN, "MB"),
        figures.exact(21, "SKUs afterwards", differ, len(SKUS)),
    ]


def _answers(replies: Sequence[Reply], slack: float) -> list[Figure]:
    served = [reply.seconds for reply in replies if reply.status == _OK]
    refused = [reply for reply in replies if reply.status == _UNAVAILABLE]
    others = [str(reply.status) for reply in replies if reply.status not in (_OK, _UNAVAILABLE)]
    rude = [reply.text for reply in refused if not reply.retry_after]
    quick = percentile((reply.seconds for reply in refused), 0.99)
    return [
        figures.at_least(21, f"{len(served):,} served: refused beside them", len(refused), 1, ""),
        figures.at_most(21, "served, p99", percentile(served, 0.99), _SERVED * slack, "s"),
        figures.at_most(21, "refused, p99", quick, _REFUSED * slack, "s"),
        figures.exact(21, "refusals with Retry-After", rude, len(refused)),
        figures.exact(21, "answers of 200 or 503", others, len(replies)),
    ]


async def _storm(senders: Senders, letters: Sequence[Letter]) -> None:
    """All callers at once, each coming back when it is told to, until every letter is taken."""
    waiting = iter(letters)
    async with senders.session() as session, asyncio.TaskGroup() as tasks:
        for number in range(_CALLERS):
            tasks.create_task(_call(senders, session, waiting, _GATHER * number / _CALLERS))


async def _call(senders: Senders, session: aiohttp.ClientSession, waiting: Iterable[Letter], after: float) -> None:
    await asyncio.sleep(after)
    for letter in waiting:
        while not (reply := await senders.try_once(session, letter)).good:  # noqa: ASYNC110 - as it was told to
            await asyncio.sleep(float(reply.retry_after or 1) * senders.rng.uniform(0.8, 1.2))


async def _unwell(member: Member, over: asyncio.Event) -> list[str]:
    """What the health routes said that was not 200, asked ten times a second until it is over."""
    found: list[str] = []
    while not over.is_set():
        for path in _HEALTH:
            status = await member.status(path)
            if status != _OK:
                found.append(f"{path}: {status}")
        await asyncio.sleep(0.1)
    return found
