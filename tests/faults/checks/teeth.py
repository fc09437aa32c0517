"""The harness has teeth: two builds that are broken on purpose are caught."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace

from tests.faults import figures
from tests.faults.broken import BETWEEN, BUILDS
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import AT, BUILD, Fleet
from tests.faults.mail import Mail
from tests.faults.model import on_hand, wrong
from tests.faults.places import SQLITE
from tests.faults.senders import Senders
from tests.flows.instance import until

_SKUS = ("A", "B", "C")
_OPENING = dict.fromkeys(_SKUS, 1_000)


async def teeth(effort: Effort) -> list[Figure]:
    """2: what is killed between the two writes of a broken build is found wrong; the sound build is not."""
    rounds = effort.pick(1, 10)
    found: list[Figure] = []
    for build in BUILDS:
        caught = 0
        for number in range(rounds):
            caught += await _is_wrong(effort, f"{build}-{number}", {BUILD: build, AT: f"{BETWEEN}:4:KILL"})
            effort.say(f"{build}: {caught} of {number + 1} caught")
        found.append(figures.holds(2, f"{build} is caught", f"{caught} of {rounds}", "all", passed=caught == rounds))
    sound = await _is_wrong(effort, "sound", {AT: "after commit:8:KILL"})
    return [*found, figures.holds(2, "the sound build", "wrong" if sound else "right", "right", passed=not sound)]


async def _is_wrong(effort: Effort, name: str, env: dict[str, str]) -> bool:
    rng = effort.rng(name)
    async with replace(effort, folder=effort.folder / name).running(1, SQLITE) as (_, members):
        await members.one.set_stock(_OPENING)
        await members.one.kill()
        await members.one.start(**env)
        return await _ends_wrong(members, rng)


async def _ends_wrong(members: Fleet, rng: random.Random) -> bool:
    mail = Mail(rng, _SKUS, time.time() + 1)
    letters = [letter for _ in range(12) for letter in mail.life()]
    senders = Senders(members.ports, rng, at_once=4)
    sending = asyncio.create_task(senders.send(letters, 60.0))
    await until(members.one.has_died, 60.0)
    await members.one.start()
    await sending
    return bool(wrong(on_hand(_OPENING, mail.orders.values()), await members.one.on_hand()))
