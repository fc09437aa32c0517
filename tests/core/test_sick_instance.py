"""An instance that cannot reach a channel does not keep another one from telling it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from core.house import House
from core.ports import Pushed, Store
from core.stock import Push
from tests.core.stand_ins import Gate, StandInChannel, numbered, until
from tests.core.stores.engines import ministack
from tests.core.stores.places import Clock, Place, table_place

_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Instance:
    """One of two over the same tables, with its own way to the shop."""

    house: House
    store: Store
    way: StandInChannel
    other: StandInChannel

    async def told(self) -> Push:
        """How the newest word to the shop ended."""
        return (await self.store.levels(["A"]))["A"].told["shopify"].status

    async def has_told(self, sku: str, **ends: Push) -> bool:
        """Whether the newest words to the channels ended like this, with nothing else on its way."""
        level = (await self.store.levels([sku]))[sku]
        said = {name: told.status for name, told in level.told.items()}
        return said == ends and not level.claimed | level.ours

    async def is_owed(self) -> bool:
        """Whether it is written down that the shop is owed the SKU."""
        return bool((await self.store.owed("shopify", "", 1)).items)


async def _instance(place: Place, name: str, way: StandInChannel) -> Instance:
    store = await place.instance(name)
    other = StandInChannel("amazon")
    house = House(
        store,
        marketplaces=[way, other],
        tellable=[way, other],
        clock=place.clock,
        sleep=_no_time,
        fresh_id=numbered(name),
        owner=name,
    )
    return Instance(house, store, way, other)


async def _no_time(_: float) -> None:
    """Nothing is waited for."""


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    made = table_place(ministack().connect())
    made.clock = Clock()
    yield made
    await made.close()


@pytest.fixture
async def sick(place: Place) -> AsyncIterator[Instance]:
    """One that has just found that it does not reach the shop, with a count that the shop is owed."""
    made = await _instance(place, "one", StandInChannel(down="no route", retry_after=_PATIENCE))
    await made.house.service.adjust("A", "ann", physical=10)
    await until(made.is_owed)
    yield made
    await _leave(made)


@pytest.fixture
async def well(place: Place) -> AsyncIterator[Instance]:
    made = await _instance(place, "two", StandInChannel())
    yield made
    await _leave(made)


async def _leave(instance: Instance) -> None:
    await instance.house.commits.drain()
    await instance.house.follow_up.drain()


async def test_what_it_looks_at_again_stays_free_for_the_other_to_tell(sick: Instance, well: Instance) -> None:
    await sick.house.follow_up.revisit(["A"])
    assert await well.house.follow_up.revisit(["A"]) == []

    assert (well.way.shows, len(sick.way.calls)) == ({"A": 10}, 1)
    assert await well.told() is Push.CONFIRMED


async def test_it_leaves_the_round_of_what_is_owed_to_the_other(place: Place, sick: Instance, well: Instance) -> None:
    runners = [instance.house.runner() for instance in (sick, well)]

    for seconds in (60.0, 25.0):
        place.clock.turn(seconds)
        for runner in runners:
            await runner.run_due()

    await until(lambda: well.way.shows == {"A": 10})
    for runner in runners:
        await runner.close()


async def test_what_is_committed_by_it_is_told_by_the_other(sick: Instance, well: Instance) -> None:
    await sick.house.service.adjust("A", "ann", physical=8)
    await until(sick.is_owed)
    await until(lambda: not sick.house.follow_up.is_telling("shopify", "A"))

    await well.house.follow_up.revisit(["A"])

    assert well.way.shows == {"A": 8}


async def test_it_asks_to_be_the_teller_again_before_it_sends(place: Place, sick: Instance, well: Instance) -> None:
    await sick.house.follow_up.revisit(["A"])
    sick.way.down = ""
    place.clock.turn(_PATIENCE)
    await well.house.service.adjust("A", "ann", physical=7)
    await until(lambda: well.way.shows == {"A": 7})

    sick.house.follow_up.hurry("shopify")
    await sick.house.follow_up.revisit(["A"])

    assert sick.way.told in ([("A", 10)], [("A", 10), ("A", 7)])
    assert await well.told() is Push.CONFIRMED


async def test_what_it_reads_for_one_channel_keeps_no_other_channel_from_the_other(
    sick: Instance, well: Instance
) -> None:
    gate = sick.other.before_set = Gate()
    for units in (9, 8):  # the second one comes during the push of the first, which is followed by another
        await sick.house.service.adjust("A", "ann", physical=units)
        await gate.reached()
    gate.open()
    await until(lambda: sick.other.shows == {"A": 8})
    await until(lambda: not sick.house.follow_up.is_telling("amazon", "A"))

    assert await well.house.follow_up.revisit(["A"]) == []
    assert well.way.shows == {"A": 8}


async def test_what_it_knew_of_a_channel_never_replaces_what_the_other_has_told_it_since(
    sick: Instance, well: Instance
) -> None:
    ghost = Pushed("GHOST", ok=False, error="no such listing", final=True, unlisted=True)
    well.way.refused["GHOST"] = ghost
    await well.house.service.adjust("GHOST", "ann", physical=10)
    await until(lambda: well.has_told("GHOST", shopify=Push.UNLISTED, amazon=Push.CONFIRMED))
    gate = sick.other.before_set = Gate()
    await sick.house.service.adjust("GHOST", "ann", physical=9)
    await gate.reached()  # of Shopify it has nothing to say, and waits with that for Amazon

    well.way.refused.clear()
    await well.house.follow_up.revisit(["GHOST"], again=True)
    gate.open()
    await until(lambda: well.has_told("GHOST", shopify=Push.CONFIRMED, amazon=Push.CONFIRMED))

    await well.house.service.adjust("GHOST", "ann", physical=3)
    await until(lambda: well.way.shows.get("GHOST") == 3)
