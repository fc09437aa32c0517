"""What goes wrong with one neighbour harms no other: a marketplace in trouble, and Slack in trouble."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import count

import httpx2

from playground.faults import Fault
from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Fleet
from tests.faults.mail import Mail
from tests.faults.outside import AMAZON, SLACK, WOOCOMMERCE, Outside, outside
from tests.faults.places import SQLITE
from tests.faults.senders import Senders, percentile
from tests.flows.instance import until

_OPENING = 20
_A_SECOND = 3.0
_LIMITED = 429
_RETRY_AFTER = 1.0
_TROUBLES = (Fault.OFFLINE, Fault.THROTTLED, Fault.LOST_REPLY)
_LOW = 6
_LOST = 3
_WARM = [f"WARM-{number}" for number in range(9)]
_STEADY = 15.0
_NOTHING = 0.005


async def sick_channel(effort: Effort) -> list[Figure]:
    """15: one channel is offline, throttles and loses replies for a minute; the other is told as ever."""
    seconds = effort.pick(6.0, 60.0)
    skus = [f"SKU-{number:03}" for number in range(int(seconds * _A_SECOND))]
    async with (
        outside(effort.rng("shops")) as beside,
        effort.running(1, SQLITE, **beside.of(WOOCOMMERCE, AMAZON)) as (_, members),
    ):
        beside.offer(dict.fromkeys(skus, 0))
        await members.one.set_stock(dict.fromkeys(skus, _OPENING))
        await until(lambda: _all_show(beside, skus, _OPENING), 180.0)
        ailing = asyncio.create_task(_ail(beside, seconds))
        mail = Mail(effort.rng("sick"), skus, time.time())
        told = await _sell(members, mail, skus, lambda sku: beside.seller.quantity(sku) == _OPENING - 1)
        await ailing
        over = time.monotonic()
        await until(lambda: _all_show(beside, skus, _OPENING - 1), 60.0)
        converged = time.monotonic() - over
    hasty = _hasty(beside)
    return [
        figures.at_most(
            15, f"{seconds:.0f} s of trouble in one channel: p95 of the other", percentile(told, 0.95), 2, "s"
        ),
        figures.at_most(15, "calls within Retry-After", len(hasty), 0, ""),
        figures.at_most(15, "right again after it", converged, 10, "s"),
    ]


async def _ail(beside: Outside, seconds: float) -> None:
    for fault in _TROUBLES:
        beside.site.faults.switch_on(fault)
        await asyncio.sleep(seconds / len(_TROUBLES))
        beside.site.faults.switch_off(fault)


def _all_show(beside: Outside, skus: Sequence[str], units: int) -> bool:
    return all(beside.site.quantity(sku) == units == beside.seller.quantity(sku) for sku in skus)


def _hasty(beside: Outside) -> list[float]:
    """The calls that came within the time that a refusal had asked to be left alone."""
    refused = [call.answered_at for call in beside.site.calls if call.status == _LIMITED and call.answered_at]
    calls = [call.at for call in beside.site.calls]
    return [at for at in calls if any(0.02 < at - since < _RETRY_AFTER - 0.02 for since in refused)]


async def _sell(members: Fleet, mail: Mail, skus: Sequence[str], is_told: Callable[[str], bool]) -> list[float]:
    """One unit of each SKU, so many a second; how long (s) after its order was taken each was told."""
    senders = Senders(members.ports, mail.rng)
    found: list[float] = []

    async def follow(sku: str) -> None:
        await senders.send_at_once([mail.first(mail.order((sku, 1)))])
        since = time.monotonic()
        await until(lambda: is_told(sku), 60.0)
        found.append(time.monotonic() - since)

    async with asyncio.TaskGroup() as selling:
        for sku in skus:
            selling.create_task(follow(sku))
            await asyncio.sleep(1 / _A_SECOND)
    return found


async def sick_slack(effort: Effort) -> list[Figure]:
    """16: Slack is down, hangs, limits and loses replies; no alert is lost, and stock moves as fast as ever."""
    seconds = effort.pick(4.0, 60.0)
    number = effort.pick(8, 40)
    skus = [f"SKU-{each:03}" for each in range(number)]
    async with (
        outside(effort.rng("shops")) as beside,
        effort.running(1, SQLITE, **beside.of(SLACK)) as (_, members),
    ):
        await members.one.set_stock(dict.fromkeys(skus, 100) | dict.fromkeys(_WARM, 100_000))
        mail = Mail(effort.rng("slack"), skus, time.time())
        usual = await _latencies(mail, members, seconds)
        await members.one.set_stock(dict.fromkeys(skus, _LOW))
        harming = asyncio.create_task(_harm(beside, seconds))
        await Senders(members.ports, mail.rng).send([mail.first(mail.order((sku, 2))) for sku in skus])
        sick = await _latencies(mail, members, seconds)
        await harming
        await until(lambda: _is_told(beside, skus), 180.0)
        posted = beside.posted()
    doubled = sum(max(0, _posts(beside, sku) - 1) for sku in skus)
    slowed = percentile(sick, 0.99) / max(percentile(usual, 0.99), _NOTHING)
    lost = [sku for sku in skus if sku not in posted]
    return [
        figures.exact(16, f"{seconds:.0f} s of trouble in Slack: alerts posted", lost, len(skus)),
        figures.at_most(16, "posted twice", doubled, _LOST, ""),
        figures.at_most(16, "most posts to the channel in a second", _crowd(beside), 2, ""),
        figures.at_most(16, "p99 of orders, against before", slowed, effort.pick(5.0, 1.2), "x"),
    ]


async def _harm(beside: Outside, seconds: float) -> None:
    """Slack is down, then hangs, then limits, then applies what it does not answer."""
    faults, part = beside.slack.faults, seconds / 3
    faults.down = True
    await asyncio.sleep(part)
    faults.down = False
    faults.hang()
    await asyncio.sleep(part)
    faults.release()
    faults.rate_limit(3, retry_after=2)
    faults.lose_replies(_LOST)
    await asyncio.sleep(part)


async def _latencies(mail: Mail, members: Fleet, seconds: float) -> list[float]:
    """How long (s) orders take, at a steady pace for so long."""
    senders = Senders(members.ports, mail.rng)
    letters = (mail.first(mail.order((mail.rng.choice(_WARM), 1))) for _ in count())
    await senders.send_steadily(letters, _STEADY, seconds)
    return [reply.seconds for reply in senders.replies]


def _is_told(beside: Outside, skus: Sequence[str]) -> bool:
    posted = beside.posted()
    return all(sku in posted for sku in skus)


def _posts(beside: Outside, sku: str) -> int:
    """How many messages are about the SKU; one that only gathers others in its thread is not."""
    tops = beside.slack.messages("alerts")
    threads = {top.ts: beside.slack.thread(top) for top in tops}
    own = [top for top in tops if not threads[top.ts]] + [each for thread in threads.values() for each in thread]
    return sum(sku in str(message.content) for message in own)


def _crowd(beside: Outside) -> int:
    """The most posts that any second saw."""
    times = [call.at for call in beside.slack.calls_of("chat.postMessage") if call.status == httpx2.codes.OK]
    return max((sum(0 <= at - since < 1 for at in times) for since in times), default=0)
