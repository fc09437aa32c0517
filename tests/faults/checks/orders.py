"""Orders under kills, copies and lost replies: every one counts once."""

from __future__ import annotations

import asyncio
import random
import time

from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Fleet
from tests.faults.mail import Letter, Mail
from tests.faults.model import on_hand, wrong
from tests.faults.proxy import COMMIT, lose_reply, of, sometimes
from tests.faults.senders import Senders
from tests.flows.instance import until

SKUS = tuple(f"SKU-{number:02}" for number in range(20))
OPENING = dict.fromkeys(SKUS, 50_000)


async def opened(members: Fleet, rng: random.Random) -> Mail:
    """The mail of a shop whose stock has just been set."""
    await members.one.set_stock(OPENING)
    return Mail(rng, SKUS, time.time() + 1)


async def judged(number: int, what: str, members: Fleet, mail: Mail) -> list[Figure]:
    """Whether stock is what the model says, and the books add up."""
    expected = on_hand(OPENING, mail.orders.values(), mail.returns)
    found = await members.one.on_hand()
    audit = await members.audit()
    return [
        figures.exact(number, what, wrong(expected, found), len(SKUS), f"{len(SKUS)} of {len(SKUS)} SKUs"),
        figures.holds(number, f"{what}: audit", audit or "no fault", "no fault", passed=not audit),
    ]


async def kills(effort: Effort) -> list[Figure]:
    """1: thousands of events and copies of them, shuffled, two instances, many senders, kills in the middle."""
    rng = effort.rng("kills")
    wanted, copies, deaths = effort.pick((300, 90, 2), (10_000, 3_000, 5))
    async with effort.running() as (_, members):
        mail = await opened(members, rng)
        letters = _lives(mail, wanted)
        sent = letters + rng.sample(letters, copies)
        rng.shuffle(sent)
        senders = Senders(members.ports, rng)
        began = time.monotonic()
        sending = asyncio.create_task(senders.send(sent, effort.pick(60.0, 600.0)))
        await _strike(effort, members, senders, len(sent), deaths)
        await sending
        took = time.monotonic() - began
        what = f"{len(letters):,} events, {copies:,} copies, {deaths} kills"
        found = await judged(1, what, members, mail)
    return [*found, figures.at_most(1, f"{what}: time", took, 180, "s")]


async def _strike(effort: Effort, members: Fleet, senders: Senders, total: int, deaths: int) -> None:
    for number in range(deaths):
        share = total * (number + 1) // (deaths + 2)
        await until(lambda share=share: senders.taken >= share, effort.pick(60.0, 300.0))
        victim = members.members[number % len(members.members)]
        await victim.kill()
        await victim.start()
        effort.say(f"killed {number + 1} of {deaths}")


async def copies_at_once(effort: Effort) -> list[Figure]:
    """4: a hundred copies of each event at the same time, over two instances."""
    rng = effort.rng("copies")
    events = effort.pick(6, 50)
    async with effort.running() as (_, members):
        mail = await opened(members, rng)
        senders = Senders(members.ports, rng)
        for number in range(events):
            order = mail.order()
            letter = mail.first(order)
            await senders.send_at_once([letter] * 100)
            effort.say(f"event {number + 1} of {events}")
        found = await judged(4, f"{events} events x 100 copies at once", members, mail)
    applied = sum('"applied"' in reply.text for reply in senders.replies)
    figure = figures.holds(4, "answered `applied`", f"{applied} of {events}", "<= 1 an event", passed=applied <= events)
    return [*found, figure]


async def lost_replies(effort: Effort) -> list[Figure]:
    """5: a fifth of the committed writes lose their reply."""
    rng = effort.rng("replies")
    wanted = effort.pick(200, 2_000)
    async with effort.running() as (where, members):
        mail = await opened(members, rng)
        letters = _lives(mail, wanted)
        where.line.fault = of(COMMIT, sometimes(rng, 0.2, lose_reply))
        await Senders(members.ports, rng).send(letters)
        where.line.fault = sometimes(rng, 0.0, lose_reply)
        lost = where.line.struck["lost"]
        found = await judged(5, f"{len(letters):,} events, {lost} replies lost", members, mail)
    return [*found, figures.at_least(5, "replies lost", lost, 1, "")]


async def poison(effort: Effort) -> list[Figure]:
    """9: authentic letters that can never be applied, among many good ones."""
    rng = effort.rng("poison")
    good, bad = effort.pick((180, 20), (980, 20))
    async with effort.running() as (_, members):
        mail = await opened(members, rng)
        letters: list[Letter] = [mail.first(mail.order()) for _ in range(good)]
        letters += [mail.poisoned(number) for number in range(bad)]
        rng.shuffle(letters)
        senders = Senders(members.ports, rng)
        await senders.send(letters)
        parked = sum('"parked"' in reply.text for reply in senders.replies)
        applied = sum('"applied"' in reply.text for reply in senders.replies)
        await until(lambda: _has_alert(members), 30.0)
        alerts = [alert for alert in await members.one.alerts() if alert["type"] == "webhook_refused"]
        ended = [member.port for member in members.members if await member.has_died()]
        found = await judged(9, f"{good} good and {bad} bad letters", members, mail)
    return [
        *found,
        figures.holds(
            9, "applied, parked", f"{applied}, {parked}", f"{good}, {bad}", passed=(applied, parked) == (good, bad)
        ),
        figures.at_most(9, "alerts of one cause", len(alerts), 1, ""),
        figures.at_most(9, "instances that ended", len(ended), 0, ""),
    ]


async def _has_alert(members: Fleet) -> bool:
    return any(alert["type"] == "webhook_refused" for alert in await members.one.alerts())


def _lives(mail: Mail, wanted: int) -> list[Letter]:
    letters: list[Letter] = []
    while len(letters) < wanted:
        letters += mail.life()
    return letters


async def oversold(effort: Effort) -> list[Figure]:
    """12: five hundred orders of one unit at once, of a hundred that there are."""
    rng = effort.rng("oversold")
    stock, wanted = effort.pick((20, 100), (100, 500))
    sku = SKUS[0]
    async with effort.running() as (_, members):
        await members.one.set_stock({sku: stock})
        mail = Mail(rng, [sku], time.time() + 1)
        senders = Senders(members.ports, rng)
        await senders.send_at_once([mail.first(mail.order((sku, 1))) for _ in range(wanted)])
        left = (await members.one.ask(f"/api/inventory/{sku}?fresh=1"))["physical"]
        rows = await _rows(members, sku)
        await until(lambda: _kinds(members, sku, ["oversold"]), 30.0)
        alerts = await members.one.alerts()
        audit = await members.audit()
    return [
        figures.holds(
            12, f"{wanted} orders of {stock} units", f"{left} left", f"{stock - wanted}", passed=left == stock - wanted
        ),
        figures.holds(12, "orders recorded", f"{rows}", f"{wanted}", passed=rows == wanted),
        figures.at_most(12, "open alerts of the SKU", len(alerts), 1, ""),
        figures.holds(12, "audit", audit or "no fault", "no fault", passed=not audit),
    ]


async def _rows(members: Fleet, sku: str) -> int:
    count, cursor = 0, ""
    while True:
        page = await members.one.ask(f"/api/transactions?sku={sku}&limit=200&cursor={cursor}")
        count += len([row for row in page["items"] if row["action"] == "order"])
        cursor = str(page["cursor"] or "")
        if not cursor:
            return count


async def _kinds(members: Fleet, sku: str, kinds: list[str]) -> bool:
    return [alert["type"] for alert in await members.one.alerts() if alert["sku"] == sku] == kinds
