"""What goes wrong while trade goes on: one trouble after another, each for a few seconds, drawn from a seed."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from playground.faults import Fault
from tests.faults.fleet import Fleet
from tests.faults.outside import Outside
from tests.faults.places import Place
from tests.faults.proxy import COMMIT, TROUBLES, lose_reply, none, of, sometimes

_SHORTEST, _LONGEST = 1.0, 4.0
_REFUSED, _LOST = 0.3, 0.2


@dataclass(frozen=True, slots=True)
class Scene:
    """What can be hindered."""

    where: Place
    members: Fleet
    beside: Outside
    rng: random.Random


Trouble = Callable[[Scene, float], Awaitable[None]]


@dataclass(slots=True)
class Weather:
    """Troubles on the scene until it is told to end; `seen` counts them by their names.

    None begins while somebody holds `calm`.
    """

    scene: Scene
    say: Callable[[str], None]
    seen: Counter[str] = field(default_factory=Counter)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    calm: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def blow(self) -> None:
        """One trouble after another; each one begun is over when it returns."""
        names = list(TABLE)
        while not self.ended.is_set():
            if not self.seen:
                self.scene.rng.shuffle(names)
            name = names[self.seen.total() % len(names)]
            async with self.calm:
                self.seen[name] += 1
                self.say(name)
                await TABLE[name](self.scene, self.scene.rng.uniform(_SHORTEST, _LONGEST))
            await self._wait(self.scene.rng.uniform(_SHORTEST, _LONGEST))

    async def _wait(self, seconds: float) -> None:
        await asyncio.wait([asyncio.ensure_future(self.ended.wait())], timeout=seconds)


async def _kill(scene: Scene, _: float) -> None:
    await scene.members.members[-1].kill()
    await scene.members.members[-1].start()


async def _restart(scene: Scene, _: float) -> None:
    await scene.members.members[-1].end(signal.SIGTERM)
    await scene.members.members[-1].start()


async def _freeze(scene: Scene, seconds: float) -> None:
    member = scene.rng.choice(scene.members.members)
    member.signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    member.signal(signal.SIGCONT)


async def _refuse(scene: Scene, seconds: float) -> None:
    scene.where.line.fault = sometimes(scene.rng, _REFUSED, *TROUBLES)
    await asyncio.sleep(seconds)
    scene.where.line.fault = none


async def _lose(scene: Scene, seconds: float) -> None:
    scene.where.line.fault = of(COMMIT, sometimes(scene.rng, _LOST, lose_reply))
    await asyncio.sleep(seconds)
    scene.where.line.fault = none


async def _take_store_away(scene: Scene, seconds: float) -> None:
    await scene.where.line.close()
    await asyncio.sleep(seconds)
    await scene.where.line.open()


async def _hinder_slack(scene: Scene, seconds: float) -> None:
    scene.beside.slack.faults.down = True
    await asyncio.sleep(seconds)
    scene.beside.slack.faults.down = False


async def _hang_slack(scene: Scene, seconds: float) -> None:
    scene.beside.slack.faults.hang()
    await asyncio.sleep(seconds)
    scene.beside.slack.faults.release()


async def _limit_slack(scene: Scene, _: float) -> None:
    scene.beside.slack.faults.rate_limit(3, retry_after=2)


def _shop(fault: Fault) -> Trouble:
    async def trouble(scene: Scene, seconds: float) -> None:
        scene.beside.site.faults.switch_on(fault)
        await asyncio.sleep(seconds)
        scene.beside.site.faults.switch_off(fault)

    return trouble


TABLE: Mapping[str, Trouble] = {
    "one instance is killed": _kill,
    "one instance is stopped and started": _restart,
    "one instance is frozen": _freeze,
    "the store refuses": _refuse,
    "the store's replies are lost": _lose,
    "the store is away": _take_store_away,
    "Slack is down": _hinder_slack,
    "Slack hangs": _hang_slack,
    "Slack limits": _limit_slack,
    "the shop is offline": _shop(Fault.OFFLINE),
    "the shop throttles": _shop(Fault.THROTTLED),
    "the shop's replies are lost": _shop(Fault.LOST_REPLY),
}
