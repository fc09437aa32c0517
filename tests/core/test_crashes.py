"""An instance dies at any step; the next one on the same file does what was left, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.house import House
from core.jobs import broadcast
from core.orders.facts import LineFact, OrderFacts
from core.ports import Want
from core.returns.change import ReturnChange
from core.stock import Push
from core.sweeper import Sweeper
from tests.core.stand_ins import FOREVER, NOON, HandClock, StandInChannel, SteppedStore, numbered, until

DAMAGED = ReturnChange("amazon#return#1", "A", 1, "WAREHOUSE_DAMAGED", "amazon", NOON)


class World:
    """The file and the channels, which outlive every instance."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "stock.db"
        self.clock = HandClock()
        self.channels = (StandInChannel("shopify"), StandInChannel("amazon"))
        self.sold_at = 0.0

    def order(self) -> OrderFacts:
        """An order of 7: made once, on Shopify, whose own listing falls by it."""
        if not self.sold_at:
            self.clock.advance(5)
            self.sold_at = self.clock()
            shows = self.channels[0].shows
            shows.update({sku: units - 7 for sku, units in shows.items() if sku == "A"})
        lines = (LineFact("1", "A", 7), LineFact("2", "New", 1))
        return OrderFacts("shopify", "1", "order", self.sold_at, self.sold_at, lines=lines)

    async def start(self, owner: str) -> tuple[House, SteppedStore]:
        store = SteppedStore(self.file, self.clock)
        await store.open()
        house = House(
            store,
            marketplaces=self.channels,
            tellable=self.channels,
            clock=self.clock,
            sleep=self.clock.sleep,
            fresh_id=numbered(owner),
            owner=owner,
        )
        return house, store


async def do_all(world: World, house: House) -> None:
    """What the senders send, again for as long as they have no answer."""
    await house.service.adjust("A", "ann", physical=10, key="count")
    await house.service.receive("shopify", [world.order()])
    await house.service.receive("amazon", [DAMAGED])


async def die_at(world: World, last: int) -> bool:
    """Run an instance until its step of that number, and kill it there; false when it ended before."""
    house, store = await world.start(f"one-{last}-")
    steps = 0
    reached = asyncio.Event()

    async def step(_: str) -> None:
        nonlocal steps
        steps += 1
        if steps > last:
            reached.set()
            await asyncio.Event().wait()

    async def landed(_: Sequence[Want]) -> None:
        await step("push")

    store.step = step
    for channel in world.channels:
        channel.before_set = channel.after_set = landed
    work = asyncio.ensure_future(_work(world, house, store))
    death = asyncio.ensure_future(reached.wait())
    await asyncio.wait({work, death}, return_when=asyncio.FIRST_COMPLETED)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await store.close()
    for channel in world.channels:
        channel.before_set = channel.after_set = None
    return reached.is_set()


async def _work(world: World, house: House, store: SteppedStore) -> None:
    await do_all(world, house)
    await until(store.is_done)


async def test_whichever_step_is_the_last_one_the_next_instance_finishes(tmp_path: Path) -> None:
    last = 0
    while await _survives(World(tmp_path / str(last)), last):
        last += 1
    assert last > 30


async def _survives(world: World, last: int) -> bool:
    died = await die_at(world, last)
    world.clock.advance(60)
    house, store = await world.start(f"two-{last}-")
    await do_all(world, house)

    async def tick() -> bool:
        world.clock.advance(60)
        await Sweeper(store, house.follow_up).sweep(FOREVER)
        await broadcast(store, house.follow_up, 0)
        return await store.is_done()

    await until(tick)
    level = (await store.levels(["A"]))["A"]
    alerts = {alert.kind: (alert.sku, alert.count) for alert in await store.all_alerts()}
    rows = [(entry.action, entry.delta, entry.status.value) for entry in await store.entries("A")]
    shows = [channel.shows for channel in world.channels]
    await house.close()
    assert level.stock.physical == 3, last
    assert level.own == {}, last
    assert {told.status for told in level.told.values()} == {Push.CONFIRMED}, last
    assert shows == [{"A": 3}, {"A": 3}], last
    assert alerts == {"stock_low": ("A", 1), "unlisted_sku": ("New", 1), "return_damaged": ("A", 1)}, last
    assert rows == [("return", 0, "completed"), ("order", -7, "completed"), ("set", 10, "completed")], last
    return died
