"""Instances whose clocks are a minute ahead and a minute behind: jobs once each, orders exact, signatures judged."""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections import Counter
from functools import partial

from core.jobs import Job, Runner
from core.schedule import Every
from core.stores.sqlite import SqliteStore
from playground.slack.delivery import Deliverer, DeliveryKind
from playground.slack.seed import SIGNING_SECRET
from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import SKEW, Fleet, Member
from tests.faults.mail import Mail
from tests.faults.model import on_hand, wrong
from tests.faults.outside import Outside, outside
from tests.faults.senders import Senders
from tests.flows.instance import until

SKUS = ("A", "B", "C")
OPENING = dict.fromkeys(SKUS, 5_000)
_SKEWS = (-60.0, 0.0, 60.0)
_TICKS, _TICK, _PERIOD = 200, 5.0, 30.0
_OK, _REFUSED = 200, 401
_OFFSETS = {-301.0: _REFUSED, -299.0: _OK, 299.0: _OK, 301.0: _REFUSED}
_DIGESTS = 4
_EVERY_MINUTE = {"SYNCSTATE_DIGEST_CRON": "* * * * *"}


async def clocks(effort: Effort) -> list[Figure]:
    """11: two instances two minutes apart on one store; two hundred ticks of three; signatures at the edge."""
    found = [await _ticks(effort)]
    async with (
        outside(effort.rng("clocks")) as world,
        effort.running(2, **{**world.variables, **_EVERY_MINUTE}) as (_, members),
    ):
        await members.one.set_stock(OPENING)
        for member, skew in zip(members.members, (_SKEWS[0], _SKEWS[-1]), strict=True):
            await member.end(signal.SIGINT)
            await member.start(**{SKEW: f"{skew}"})
            found.append(await _signatures(member, skew))
        found.append(await _orders(effort, members))
        if not effort.short:
            found.append(await _digests(world))
    return found


async def _ticks(effort: Effort) -> Figure:
    """Three runners on one store, a minute apart from each other, over the same ticks: each due time once."""
    ran: list[float] = []
    store = SqliteStore(effort.folder / "ticks.db", time.time)
    await store.open()

    async def run(due: float) -> None:
        await asyncio.sleep(0)
        ran.append(due)

    began = math.floor(time.time() / _PERIOD) * _PERIOD
    now = began

    def runner(skew: float) -> Runner:
        return Runner(store, [Job("count", Every(_PERIOD), run)], f"at {skew}", lambda: now + skew)

    runners = [runner(skew) for skew in _SKEWS]
    for tick in range(_TICKS):
        now = began + tick * _TICK
        await asyncio.gather(*[each.run_due() for each in runners])
    await store.close()
    wanted = [min(ran) + _PERIOD * number for number in range(round((max(ran) - min(ran)) / _PERIOD) + 1)]
    counted = Counter(ran)
    differ = [f"{due:.0f} ran {counted[due]} times" for due in wanted if counted[due] != 1]
    return figures.exact(11, f"due times in {_TICKS} ticks of three clocks", differ, len(wanted), "each once")


async def _signatures(member: Member, skew: float) -> Figure:
    """What Slack signed too long ago, or too far ahead, by the instance's own clock."""
    wrongly: list[str] = []
    for offset, wanted in _OFFSETS.items():
        stamp = math.ceil(time.time() + skew) + offset
        slack = Deliverer(member.http, "/slack/events", SIGNING_SECRET, partial(float, stamp))
        got = await slack.deliver(DeliveryKind.COMMAND, b"ssl_check=1")
        if got.status != wanted:
            wrongly.append(f"{offset:+.0f} s: {got.status}")
    return figures.exact(11, f"signatures, the clock {skew:+.0f} s", wrongly, len(_OFFSETS), "299 s in, 301 s out")


async def _orders(effort: Effort, members: Fleet) -> Figure:
    rng = effort.rng("skewed orders")
    mail = Mail(rng, SKUS, time.time() + 1)
    letters = [letter for _ in range(effort.pick(30, 300)) for letter in mail.life()]
    await Senders(members.ports, rng).send(rng.sample(letters * 2, len(letters) * 2))
    differ = wrong(on_hand(OPENING, mail.orders.values()), await members.one.on_hand())
    return figures.exact(11, "SKUs after orders to both, twice each", differ, len(SKUS))


async def _digests(world: Outside) -> Figure:
    """Some minutes of digests due every minute: one message for each."""

    def dues() -> Counter[float]:
        posts = world.slack.messages("digest")
        return Counter(float(post.metadata["event_payload"]["due"]) for post in posts if post.metadata)

    await until(lambda: len(dues()) >= _DIGESTS, 60.0 * (_DIGESTS + 2))
    found = dues()
    wanted = [min(found) + 60.0 * number for number in range(len(found))]
    differ = [f"{due:.0f}: {found[due]}" for due in wanted if found[due] != 1]
    return figures.exact(11, "digests of successive minutes", differ, len(wanted), "one each")
