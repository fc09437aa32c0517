"""A store that is busy, and a store that is gone: refused in order, and exact once all was sent again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from playground.slack.client import SlackClient
from playground.slack.seed import SIGNING_SECRET
from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Fleet
from tests.faults.mail import Letter, Mail
from tests.faults.model import on_hand, wrong
from tests.faults.outside import SLACK, Outside, outside
from tests.faults.proxy import TROUBLES, none, sometimes
from tests.faults.senders import Reply, Senders
from tests.flows.instance import until

SKUS = tuple(f"SKU-{number:02}" for number in range(20))
OPENING = dict.fromkeys(SKUS, 50_000)
_SHARE = 0.3
_WEBHOOK, _SLACK = 4.5, 2.5
_NOTICED, _SERVING = 5.0, 5.0
_OK, _UNAVAILABLE = 200, 503


async def storm(effort: Effort) -> list[Figure]:
    """6: three of ten calls to the store are refused in one of eight ways."""
    rng = effort.rng("storm")
    async with outside(rng) as world, effort.running(2, **world.of(SLACK)) as (where, members):
        mail, letters = await _opened(effort, members, effort.pick(150, 2_000))
        senders = Senders(members.ports, rng, limit=20.0)
        where.line.fault = sometimes(rng, _SHARE, *TROUBLES)
        over = asyncio.Event()
        asking = asyncio.create_task(_ask(world, members, over))
        await senders.send(letters, 600.0)
        over.set()
        slowest, late = await asking
        struck = dict(where.line.struck)
        where.line.fault = none
        judged = await _judged(6, members, mail)
    worst = max(reply.seconds for reply in senders.replies)
    return [
        figures.at_least(6, f"kinds of trouble in {sum(struck.values()):,} refusals", len(struck), len(TROUBLES), ""),
        *judged,
        figures.at_most(
            6, f"slowest of {len(senders.replies):,} webhook replies", worst, effort.pick(2, 1) * _WEBHOOK, "s"
        ),
        figures.at_most(6, "slowest reply to Slack", slowest, effort.pick(2, 1) * _SLACK, "s"),
        figures.exact(6, "replies to Slack in time", late, len(late) or 1),
        *_in_order(6, senders.replies),
    ]


async def store_gone(effort: Effort) -> list[Figure]:
    """7: nobody listens where the store was, for half a minute."""
    rng = effort.rng("gone")
    away = effort.pick(8.0, 30.0)
    async with effort.running(2) as (where, members):
        mail, letters = await _opened(effort, members, effort.pick(100, 1_000))
        senders = Senders(members.ports, rng, at_once=8, limit=20.0)
        half = len(letters) // 2
        await senders.send(letters[:half])
        before = len(senders.replies)
        await where.line.close()
        closed = time.monotonic()
        sending = asyncio.create_task(senders.send(letters[half:], 300.0))
        noticed, alive = await _unready(members, away)
        await asyncio.sleep(max(0.0, closed + away - time.monotonic()))
        meanwhile = senders.replies[before:]
        await where.line.open()
        opened = time.monotonic()
        await sending
        judged = await _judged(7, members, mail)
    good = [reply for reply in meanwhile if reply.good]
    first = min(reply.began + reply.seconds for reply in senders.replies[before:] if reply.good) - opened
    return [
        figures.at_most(7, f"2xx among {len(meanwhile):,} replies meanwhile", len(good), 0, ""),
        figures.at_most(7, "until /readyz says 503", noticed, effort.pick(3, 1) * _NOTICED, "s"),
        figures.exact(7, "/healthz meanwhile", alive, len(alive) or 1, "200"),
        figures.at_most(7, "serving again after", first, effort.pick(3, 1) * _SERVING, "s"),
        *judged,
        *_in_order(7, senders.replies),
    ]


async def _opened(effort: Effort, members: Fleet, events: int) -> tuple[Mail, Sequence[Letter]]:
    await members.one.set_stock(OPENING)
    mail = Mail(effort.rng("mail"), SKUS, time.time() + 1)
    letters: list[Letter] = []
    while len(letters) < events:
        letters += mail.life()
    return mail, letters


async def _judged(number: int, members: Fleet, mail: Mail) -> list[Figure]:
    differ = wrong(on_hand(OPENING, mail.orders.values()), await members.one.on_hand())
    audit = await members.audit()
    return [
        figures.exact(number, "SKUs afterwards", differ, len(SKUS)),
        figures.holds(number, "audit", audit or "no fault", "no fault", passed=not audit),
    ]


def _in_order(number: int, replies: Sequence[Reply]) -> list[Figure]:
    refused = [reply for reply in replies if not reply.good]
    rude = [f"{each.status}" for each in refused if each.status != _UNAVAILABLE or not each.retry_after]
    return [figures.exact(number, "refusals are 503 with Retry-After", rude, len(refused))]


async def _ask(world: Outside, members: Fleet, over: asyncio.Event) -> tuple[float, list[str]]:
    """Use Slack until it is over: the slowest reply (s), and what came too late or was no success."""
    people = [SlackClient(world.slack, member.http, SIGNING_SECRET) for member in members.members]
    slowest, late = 0.0, []
    while not over.is_set():
        for person in people:
            for text in (SKUS[0], f"buffer {SKUS[1]} 3", "low"):
                reply = await person.command("operator", "stock", text)
                slowest = max(slowest, reply.seconds)
                if not reply.ok:
                    late.append(f"{text}: {reply.error or reply.status}")
    for person in people:
        await person.settle()
    return slowest, late


async def _unready(members: Fleet, within: float) -> tuple[float, list[str]]:
    """How long (s) until both say that they are not ready, and what /healthz said that was not 200."""
    began = time.monotonic()
    unwell: list[str] = []

    async def all_unready() -> bool:
        alive = [await member.status("/healthz") for member in members.members]
        unwell.extend(f"{status}" for status in alive if status != _OK)
        return all([await member.status("/readyz") == _UNAVAILABLE for member in members.members])

    await until(all_unready, within)
    return time.monotonic() - began, unwell
