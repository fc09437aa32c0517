"""One SKU that everybody wants, and one alert that everybody clicks on."""

from __future__ import annotations

import asyncio
import time

from playground.slack.client import SlackClient
from playground.slack.records import Message
from playground.slack.seed import SIGNING_SECRET
from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import BUILD, Fleet
from tests.faults.mail import Mail
from tests.faults.outside import SLACK, Outside, outside
from tests.faults.senders import Senders, percentile
from tests.flows.instance import until

_SKU = "HOT"
_CLICKS, _PEOPLE = 50, ("operator", "warehouse")
_ACKNOWLEDGE = "alert_acknowledge"
_UNGROUPED = "ungrouped"


async def hot_sku(effort: Effort) -> list[Figure]:
    """24: orders of one SKU at once end at the exact number, far faster and with far fewer writes than one by one."""
    orders = effort.pick(200, 1_200)
    alone_left, alone_rate, alone_writes = await _rush(effort, orders, _UNGROUPED)
    left, rate, writes = await _rush(effort, orders, "")
    return [
        figures.holds(
            24, f"{orders:,} orders of one SKU: left", f"{left}, {alone_left}", "0, 0", passed=left == alone_left == 0
        ),
        figures.at_least(24, "orders a second, against one by one", rate / alone_rate, 3, "x"),
        figures.at_most(24, "writes of the SKU's row, against one by one", writes / alone_writes, 0.2, "x"),
    ]


async def _rush(effort: Effort, orders: int, build: str) -> tuple[int, float, int]:
    """What is left of just enough units, the orders a second, and how often the SKU's row was written."""
    async with effort.running(1, **{BUILD: build}) as (where, members):
        await members.one.set_stock({_SKU: orders})
        mail = Mail(effort.rng("hot"), [_SKU], time.time() + 1)
        senders = Senders(members.ports, mail.rng, at_once=64)
        before, began = where.line.items["Inventory"], time.monotonic()
        await senders.send([mail.first(mail.order((_SKU, 1))) for _ in range(orders)])
        rate = orders / (time.monotonic() - began)
        left = (await members.one.on_hand())[_SKU]
        return left, rate, where.line.items["Inventory"] - before


async def clicks(effort: Effort) -> list[Figure]:
    """19: fifty clicks of two people at once, over two instances: one has the alert, also after a kill right then."""
    async with outside(effort.rng("people")) as beside, effort.running(2, **beside.of(SLACK)) as (_, members):
        await members.one.set_stock({_SKU: 2})
        await until(lambda: beside.slack.messages("alerts"), 60.0)
        (message,) = beside.slack.messages("alerts")
        took = await _click_all(beside, members, message)
        for member in members.members:
            await member.kill()
        await members.one.start()
        alerts = (await members.one.ask("/api/alerts/severity/warning"))["alerts"]
        told = [text for person in _PEOPLE for text in map(str, beside.slack.ephemerals(person))]
        winners = [str(alert["acknowledgedBy"]) for alert in alerts if alert["sku"] == _SKU]
    late = [text for text in told if "already ha" in text]
    names = [beside.slack.user(person).id for person in _PEOPLE]
    has_one = len(winners) == 1 and winners[0] in names
    return [
        figures.at_least(19, f"{_CLICKS} clicks of two people at once: told who was first", len(late), _CLICKS - 1, ""),
        figures.at_most(19, "clicks that took it", _CLICKS - len(late), 1, ""),
        figures.at_most(19, "p99 of an answer", percentile(took, 0.99), effort.pick(10, 0.5), "s"),
        figures.holds(19, "who has it after a kill", ", ".join(winners), "one of them", passed=has_one),
    ]


async def _click_all(beside: Outside, members: Fleet, message: Message) -> list[float]:
    hands = [SlackClient(beside.slack, member.http, SIGNING_SECRET) for member in members.members]

    async def click(number: int) -> float:
        began = time.monotonic()
        person = _PEOPLE[number // 2 % len(_PEOPLE)]
        delivery = await hands[number % len(hands)].click(person, message, _ACKNOWLEDGE)
        assert delivery.ok, delivery
        return time.monotonic() - began

    return await asyncio.gather(*[click(number) for number in range(_CLICKS)])
