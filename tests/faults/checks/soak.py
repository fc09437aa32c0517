"""22: steady trade under whatever may go wrong, in which ledger and stock agree all the time and memory stays."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import linear_regression

from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Fleet
from tests.faults.mail import Letter, Mail
from tests.faults.model import on_hand, wrong
from tests.faults.outside import SLACK, WOOCOMMERCE, Outside, outside
from tests.faults.senders import Senders
from tests.faults.weather import Scene, Weather
from tests.flows.instance import until

KIT = "KIT"
MANY = {f"SKU-{number:03}": 20_000 for number in range(190)}
FEW = {f"LOW-{number}": 6 for number in range(10)}
STOCK = {**MANY, **FEW}
MADE_OF = {KIT: {"SKU-000": 2, "SKU-001": 1}}
_COPIES = 0.1
_SETTLED = 90.0
_PATIENCE = 660.0  # a listing that was lowered without our knowledge is left so for ten minutes
_LEAST, _SAMPLED = 120.0, 5.0
_SLOPE = 1.0
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the trade goes on (s), how many messages come in a second, and how often it is audited (s)."""

    seconds: float = 600.0
    a_second: float = 30.0
    audited: float = 60.0


@dataclass(slots=True)
class Log:
    """What each audit found, and the memory (MB) every few seconds of the instance that is never killed."""

    faults: list[str] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)

    async def watch(self, members: Fleet) -> None:
        """Note the memory until cancelled."""
        while True:
            self.resident.append(members.one.resident())
            await asyncio.sleep(_SAMPLED)


async def soak(effort: Effort, pace: Pace | None = None) -> list[Figure]:
    """Ten seconds in the short form, a minute in the whole one; `make soak` gives the pace of ten minutes."""
    pace = pace or effort.pick(Pace(10.0, 20.0, 5.0), Pace(60.0, 30.0, 20.0))
    rng = effort.rng("soak")
    skus = [*STOCK, KIT]
    async with (
        outside(effort.rng("shops")) as beside,
        effort.running(2, **beside.of(WOOCOMMERCE, SLACK)) as (where, members),
    ):
        beside.offer(dict.fromkeys(skus, 0))
        await members.one.set_stock(STOCK)
        await _bundle(members)
        mail = Mail(rng, skus, time.time() + 1)
        weather = Weather(Scene(where, members, beside, rng), effort.say)
        log = await _trade(effort, pace, members, mail, weather)
        expected = on_hand(STOCK, mail.orders.values(), mail.returns, MADE_OF)
        stock = {**expected, KIT: min(expected[part] // units for part, units in MADE_OF[KIT].items())}
        shown = {sku: max(0, units) for sku, units in stock.items()}
        await _come_to_rest(beside, shown, effort.pick(_SETTLED, _PATIENCE))
        found = await members.one.on_hand()
        last = await members.audit()
        alerts = {str(alert["sku"]) for alert in await members.one.alerts()}
        silent = await _untold(alerts, beside)
    what = f"{pace.seconds / 60:.3g} min at {pace.a_second:g}/s, {weather.seen.total()} troubles"
    return [
        figures.exact(22, f"{what}: stock", wrong(stock, found), len(stock)),
        figures.exact(22, "listings of the shop", wrong(shown, _listed(beside, shown)), len(shown)),
        figures.exact(22, "audits meanwhile", [each for each in log.faults if each], len(log.faults)),
        figures.holds(22, "audit at the end", last or "no fault", "no fault", passed=not last),
        figures.exact(22, "SKUs with an alert that Slack shows", silent, len(alerts)),
        *_memory(log),
    ]


async def _bundle(members: Fleet) -> None:
    parts = [{"sku": sku, "units": units} for sku, units in MADE_OF[KIT].items()]
    answer = await members.one.http.put(f"/api/bundles/{KIT}", json={"parts": parts})
    assert answer.is_success, answer.text

    async def is_founded() -> bool:
        return bool((await members.one.ask(f"/api/bundles/{KIT}"))["founded"])

    await until(is_founded, 60.0)


async def _trade(effort: Effort, pace: Pace, members: Fleet, mail: Mail, weather: Weather) -> Log:
    """Messages at a steady pace, each sent until it is taken; troubles meanwhile, and an audit every so often."""
    log = Log()
    senders = Senders(members.ports, effort.rng("senders"))
    blowing = asyncio.create_task(weather.blow())
    lives = Lives(mail, effort.rng("copies"))
    sending = asyncio.create_task(senders.send_steadily(iter(lives), pace.a_second, pace.seconds))
    watching = asyncio.create_task(log.watch(members))
    began = time.monotonic()
    while (left := began + pace.seconds - time.monotonic()) > 0:
        await asyncio.wait({sending}, timeout=min(left, pace.audited))
        async with weather.calm:
            log.faults.append((await members.audit()).strip())
        effort.say(f"{(time.monotonic() - began) / 60:.1f} min, {senders.taken:,} taken, {log.resident[-1]:.0f} MB")
    watching.cancel()
    weather.ended.set()
    await blowing
    await sending
    await senders.send(lives.begun)
    return log


@dataclass(slots=True)
class Lives:
    """Letters of orders without an end, a tenth of them twice; `begun` are the last order's, still to be sent."""

    mail: Mail
    rng: random.Random
    begun: list[Letter] = field(default_factory=list)
    sent: list[Letter] = field(default_factory=list)

    def __iter__(self) -> Iterator[Letter]:
        while True:
            self.begun = self.mail.life()
            while self.begun:
                self.sent.append(self.begun.pop(0))
                yield self.sent[-1]
                if self.rng.random() < _COPIES:
                    yield self.rng.choice(self.sent[-500:])


async def _come_to_rest(beside: Outside, shown: dict[str, int], within: float) -> None:
    try:
        await until(lambda: not wrong(shown, _listed(beside, shown)), within)
    except TimeoutError:
        return


def _listed(beside: Outside, shown: dict[str, int]) -> dict[str, int]:
    return {sku: beside.site.quantity(sku) for sku in shown}


async def _untold(alerts: set[str], beside: Outside) -> list[str]:
    """The SKUs with an open alert that Slack never comes to show."""
    try:
        await until(lambda: all(sku in beside.posted() for sku in alerts), _SETTLED)
    except TimeoutError:
        posted = beside.posted()
        return sorted(sku for sku in alerts if sku not in posted)
    return []


def _memory(log: Log) -> list[Figure]:
    """How memory grew in the second half, when all that remembers so many things and no more is full of them."""
    warm = log.resident[len(log.resident) // 2 :]
    if len(warm) * _SAMPLED < _LEAST:
        return []
    minutes = [number * _SAMPLED / _MINUTE for number in range(len(warm))]
    slope = linear_regression(minutes, warm).slope
    return [figures.at_most(22, f"memory of {warm[-1]:.0f} MB grows by", slope, _SLOPE, "MB/min")]
