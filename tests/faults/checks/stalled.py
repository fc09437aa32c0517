"""An instance that stands still in the middle of a push, longer than its claim holds, and then goes on."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import Member
from tests.faults.outside import AMAZON, PUSH, SHOPIFY, Outside, go_on, outside
from tests.flows.instance import until

_SKU = "TEE"
_OPENING, _STALE, _LEFT = 100, 95, 85
_ANSWER_LATE = 1.0
_TAKEN_OVER, _AT_ONCE, _PERIOD = 60.0, 5.0, 60.0


async def stalled(effort: Effort) -> list[Figure]:
    """14: SIGSTOP for longer than the lease while a push is on its way, SIGCONT, and the old push lands last.

    It lands when the instance that took over has long written down what it told, or right before that.
    """
    found: list[Figure] = []
    for shop, before in effort.pick(
        ((AMAZON, True),), ((SHOPIFY, False), (SHOPIFY, True), (AMAZON, False), (AMAZON, True))
    ):
        there = replace(effort, folder=effort.folder / f"{shop}-{before}")
        async with outside(effort.rng(shop)) as world, there.running(2, **world.variables) as (_, members):
            one, two = members.members
            found += await _Stall(shop, world, one, two).judge(before=before)
        effort.say(f"{shop}: stalled and gone on")
    return found


@dataclass(slots=True)
class _Stall:
    """One push to the shop held up, with the instance `one` that sent it, while `two` goes on."""

    shop: str
    world: Outside
    one: Member
    two: Member
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    landing: asyncio.Event = field(default_factory=asyncio.Event)

    async def judge(self, *, before: bool) -> list[Figure]:
        """What comes of it; the old push lands `before` the new one is written down."""
        self.world.offer({_SKU: 0})
        await self.one.set_stock({_SKU: _OPENING})
        await until(lambda: self._show(_OPENING), 30.0)
        self.world.hear = self._hold
        telling = asyncio.create_task(self.one.set_stock({_SKU: _STALE}))
        await asyncio.wait_for(self.arrived.wait(), 30.0)
        began = time.monotonic()
        self.world.hear = self._land if before else go_on
        await self.two.set_stock({_SKU: _LEFT})
        await until(self.landing.is_set if before else lambda: self._show(_LEFT), _TAKEN_OVER)
        taken_over = time.monotonic() - began
        if not before:
            await until(self._is_written_down, 30.0)
            self._go_on()
        await telling
        righted = await _righted(lambda: self._show(_LEFT))
        when = "before" if before else "after"
        what = f"{self.shop}: the old push lands {when} the new one is written down: right again"
        return [
            figures.at_most(14, f"{self.shop}: told by the other instance", taken_over, 30.0, "s"),
            figures.at_most(14, what, righted, _AT_ONCE if self.shop == SHOPIFY else _PERIOD, "s"),
        ]

    def _show(self, units: int) -> bool:
        return self.world.shows(_SKU) == (units, units)

    async def _is_written_down(self) -> bool:
        told = (await self.two.ask(f"/api/inventory/{_SKU}?fresh=1"))["lastBroadcast"]
        return (told[self.shop]["status"], told[self.shop]["quantity"]) == ("confirmed", _LEFT)

    async def _hold(self, said: str, where: str) -> None:
        if (said, where) == (f"{PUSH} arrives", self.shop):
            self.world.hear = go_on
            self.one.signal(signal.SIGSTOP)
            self.arrived.set()
            await self.landing.wait()

    async def _land(self, said: str, where: str) -> None:
        if (said, where) == (f"{PUSH} applied", self.shop):
            self.world.hear = go_on
            self._go_on()
            await asyncio.sleep(_ANSWER_LATE)

    def _go_on(self) -> None:
        self.landing.set()
        self.one.signal(signal.SIGCONT)


async def _righted(is_right: Callable[[], bool]) -> float:
    """When (s from now) it was wrong for the last time within a period; a whole period and more where it stays so."""
    began, wrong = time.monotonic(), 0.0
    while (now := time.monotonic() - began) < wrong + 10.0 and now < _PERIOD + 10.0:
        wrong = wrong if is_right() else now
        await asyncio.sleep(0.05)
    return wrong
