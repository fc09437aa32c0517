"""Levels that a commit hands on are looked at in place of a reading, while they are the newest that is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.adjustments import Adjustment
from core.changes import Committed
from core.errors import Unavailable
from core.house import House
from core.stock import Push, Told
from core.sweeper import Sweeper
from tests.core.stand_ins import FOREVER, NOON, HandClock, StandInChannel, SteppedStore, numbered, until


class Forgetful(SteppedStore):
    """A store that cannot say for a while what was noted."""

    fails = False
    failed = 0

    async def note(self, name: str) -> bytes | None:
        if self.fails:
            self.failed += 1
            raise Unavailable("the disk is full")
        return await super().note(name)

    async def change(self, key: str, *, physical: int | None = None, low_at: int | None = None) -> Committed:
        """What a commit hands on where the store reads the levels anyway."""
        committed = await self.commit([Adjustment(key, "A", NOON, "ann", physical=physical, low_at=low_at)])
        return replace(committed, levels=await self.levels(["A"]))


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Forgetful]:
    store = Forgetful(tmp_path / "stock.db", clock)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def house(store: Forgetful, clock: HandClock, shopify: StandInChannel) -> AsyncIterator[House]:
    ways = [shopify]
    house = House(
        store, marketplaces=ways, tellable=ways, clock=clock, sleep=clock.sleep, fresh_id=numbered(), owner="one"
    )
    yield house
    await house.follow_up.drain()


async def test_a_look_that_failed_is_made_up_for_with_what_is_known_by_then(
    house: House, store: Forgetful, shopify: StandInChannel
) -> None:
    store.fails = True
    house.follow_up.begin(await store.change("1", physical=9))
    await until(lambda: store.failed > 0 and not house.follow_up.under_way)
    store.fails = False
    await store.change("another instance's", physical=3)
    await store.settle("A", 2, {"shopify": Told(3, 2, NOON, Push.CONFIRMED)}, {})

    await Sweeper(store, house.follow_up).sweep(FOREVER)

    assert await store.is_done()
    assert shopify.told == []


async def test_of_two_commits_that_are_heard_of_in_the_wrong_order_the_newer_one_counts(
    house: House, store: Forgetful, shopify: StandInChannel
) -> None:
    house.follow_up.begin(await store.change("1", physical=10))
    await until(store.is_done)
    older = await store.change("2", low_at=2)
    newer = await store.change("3", physical=5)

    for committed in (newer, older):
        house.follow_up.begin(committed)

    await until(store.is_done)
    assert shopify.shows == {"A": 5}
