"""A process killed at one labelled step after the other, under every kind of event, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from playground.shopify.orders import Order, RestockType
from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.fleet import ARM, AT, AUTHORISED, Fleet
from tests.faults.mail import Letter, Mail
from tests.faults.model import on_hand
from tests.faults.outside import Outside, go_on, outside
from tests.faults.places import SQLITE
from tests.faults.senders import Senders
from tests.faults.steps import ARMED
from tests.flows.instance import until

SKU, OPENING, BUFFER, SOLD, COUNTED = "TEE", 10, 2, 6, 4
_AT_ONCE, _SETTLED = 3, 40.0


@dataclass(slots=True)
class Story:
    """What has happened to the SKU so far; `mail` makes what the shops do not send by themselves."""

    world: Outside
    mail: Mail
    counted: int = OPENING

    def expected(self) -> int:
        """What must be on hand."""
        if self.counted != OPENING:
            return self.counted
        return on_hand({SKU: OPENING}, self.world.shop.orders.values(), self.mail.returns)[SKU]

    def told(self) -> list[Letter]:
        """What the shop has to say by now, each letter twice; of its listings last, for what explains them comes first.

        The other way round it takes the product its ten minutes to believe that nobody edited the listing.
        """
        sent = sorted(self.world.shop.outbox.take_all(), key=lambda each: each.topic.startswith("inventory"))
        return [Letter(each.url, each.headers, each.body) for each in sent for _ in range(2)]

    def sold(self) -> Order:
        """The one order."""
        (order,) = self.world.shop.orders.values()
        return order


def _buy(story: Story) -> list[Letter]:
    story.world.shop.buy([(SKU, SOLD)])
    return story.told()


def _edit(story: Story) -> list[Letter]:
    story.world.shop.edit(story.sold().id, story.sold().lines[0].id, 1)
    return story.told()


def _refund(story: Story) -> list[Letter]:
    story.world.shop.refund(story.sold().id, story.sold().lines[0].id, SOLD - 1, RestockType.CANCEL)
    return story.told()


def _cancel(story: Story) -> list[Letter]:
    story.world.shop.cancel(story.sold().id)
    return story.told()


def _give_back(story: Story) -> list[Letter]:
    return [story.mail.give_back(SKU, 3, "SELLABLE"), story.mail.give_back(SKU, 1, "WAREHOUSE_DAMAGED")] * 2


def _count(story: Story) -> list[Letter]:
    story.counted = COUNTED
    headers = {**AUTHORISED, "content-type": "application/json", "idempotency-key": "one-count"}
    return [Letter(f"/api/inventory/{SKU}", headers, orjson.dumps({"physical": COUNTED}), "PUT")] * 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: what it sends, whether an order has to be there before, and whether an alert is open after."""

    send: Callable[[Story], list[Letter]]
    ordered: bool = False
    alert: str = ""


KINDS = {
    "order": Kind(_buy, alert="stock_low"),
    "edit": Kind(_edit, ordered=True),
    "refund": Kind(_refund, ordered=True),
    "cancel": Kind(_cancel, ordered=True),
    "return": Kind(_give_back, alert="return_damaged"),
    "count": Kind(_count, alert="stock_low"),
}
LABELS = (
    "after verify",
    "before commit",
    "after commit",
    "before reply",
    "after reply",
    "push arrives",
    "push applied",
    "before settle",
    "after settle",
    "before save_alert",
    "after save_alert",
    "post arrives",
    "post applied",
    "before finish",
    "after finish",
    "after claim_job",
    "before finish_job",
)
_UNPROVEN = ("return", "count")  # they come in by a bearer token, not by a signature
SHORT = (
    ("after verify", "order"),
    ("before commit", "edit"),
    ("after commit", "refund"),
    ("after reply", "cancel"),
    ("push arrives", "return"),
    ("push applied", "order"),
    ("before settle", "count"),
    ("before finish", "return"),
)


def _all() -> tuple[tuple[str, str], ...]:
    return tuple((at, kind) for at in LABELS for kind in KINDS if at != LABELS[0] or kind not in _UNPROVEN)


async def kill_points(effort: Effort) -> list[Figure]:
    """3: killed at each labelled step of each kind of event, started again, told again: as the model says."""
    points = effort.pick(SHORT, _all())
    few = asyncio.Semaphore(_AT_ONCE)
    wrong: list[str] = []

    async def one(at: str, kind: str) -> None:
        async with few:
            name = f"{at}, {kind}"
            found = await _survives(replace(effort, folder=effort.folder / name.replace(" ", "-")), at, kind)
            effort.say(f"{name}: {found or 'right'}")
            if found:
                wrong.append(f"{name}: {found}")

    async with asyncio.TaskGroup() as tasks:
        for point in points:
            tasks.create_task(one(*point))
    labels, kinds = ({point[number] for point in points} for number in (0, 1))
    what = f"killed at {len(labels)} steps, {len(kinds)} kinds of events"
    return [
        figures.exact(3, what, wrong, len(points), "the model, shelves, alerts and books"),
        figures.at_least(3, "labelled steps", len(labels), 8, ""),
    ]


async def _survives(effort: Effort, at: str, kind: str) -> str:
    """What is wrong in the end; "" when nothing is."""
    rng = effort.rng(f"{at} {kind}")
    effort.folder.mkdir(parents=True)
    async with outside(rng) as world, effort.running(1, SQLITE, **world.variables) as (_, members):
        world.offer({SKU: 0})
        senders = Senders(members.ports, rng, at_once=2)
        story = Story(world, Mail(rng, [SKU], 0.0))
        await _open(members, story, senders, KINDS[kind])
        await _restart(members, effort.folder, at)
        if not await _dies(members, story, senders, at, KINDS[kind]):
            return "it never got there"
        try:
            await until(lambda: _is_settled(members, story, KINDS[kind]), _SETTLED)
        except TimeoutError:
            return await _state(members, story)
        said = await members.audit()
        return said or ("" if await _is_settled(members, story, KINDS[kind]) else await _state(members, story))


async def _open(members: Fleet, story: Story, senders: Senders, kind: Kind) -> None:
    answer = await members.one.http.put(f"/api/inventory/{SKU}", json={"physical": OPENING, "buffer": BUFFER})
    answer.raise_for_status()
    await _is_shown(story)
    await senders.send(story.told(), 30.0)
    if kind.ordered:
        await senders.send(_buy(story), 30.0)
        await until(lambda: len(story.world.posts()) == 1, 30.0)
        await _is_shown(story)


async def _is_shown(story: Story) -> None:
    broadcast = story.expected() - BUFFER
    await until(lambda: story.world.shows(SKU) == (broadcast, broadcast), 30.0)


async def _restart(members: Fleet, folder: Path, at: str) -> None:
    await members.one.end(signal.SIGINT)
    await members.one.start(**{AT: f"{at}:1:KILL", ARM: str(folder)})


async def _dies(members: Fleet, story: Story, senders: Senders, at: str, kind: Kind) -> bool:
    """Whether it dies at the step; then it is started again, and what nobody took is sent again."""
    victim = members.one.pid

    async def hear(said: str, _: str) -> None:
        if said == at:
            story.world.hear = go_on
            os.kill(victim, signal.SIGKILL)

    letters = kind.send(story)
    story.world.hear = hear
    (members.one.folder / ARMED).touch()
    sending = asyncio.create_task(senders.send(letters, 120.0))
    try:
        await until(members.one.has_died, 30.0)
    except TimeoutError:
        sending.cancel()
        return False
    await members.one.start()
    await sending
    await senders.send(letters, 60.0)
    return True


async def _is_settled(members: Fleet, story: Story, kind: Kind) -> bool:
    broadcast = story.expected() - BUFFER
    posts = story.world.posts()
    open_now = [alert["type"] for alert in await members.one.alerts()]
    return (
        await members.one.on_hand() == {SKU: story.expected()}
        and story.world.shows(SKU) == (broadcast, broadcast)
        and open_now == ([kind.alert] if kind.alert else [])
        and [post.startswith("Resolved") for post in posts] == [not kind.alert]
    )


async def _state(members: Fleet, story: Story) -> str:
    shown, posts = story.world.shows(SKU), story.world.posts()
    alerts = [alert["type"] for alert in await members.one.alerts()]
    return f"{await members.one.on_hand()} of {story.expected()}, shops show {shown}, alerts {alerts}, posts {posts}"
