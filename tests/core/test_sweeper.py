"""What instances left undone is found and done, whatever else waits meanwhile."""

from __future__ import annotations

import asyncio

from core.adjustments import Adjustment
from core.errors import Unavailable
from core.house import House
from core.sweeper import Sweeper
from tests.core.stand_ins import FOREVER, NOON, Gate, HandClock, StandInChannel, SteppedStore, go_on, until


async def leave_marks(store: SteppedStore, *skus: str) -> None:
    for sku in skus:
        await store.commit([Adjustment(f"left {sku}", sku, NOON, "ann", physical=30)])


async def test_a_sweep_does_what_a_dead_instance_left(
    house: House, store: SteppedStore, clock: HandClock, shopify: StandInChannel
) -> None:
    await leave_marks(store, "A", "B")
    await Sweeper(store, house.follow_up).sweep(clock() - 15)
    assert shopify.shows == {}
    await Sweeper(store, house.follow_up).sweep(FOREVER)
    assert shopify.shows == {"A": 30, "B": 30}
    assert await store.is_done()


async def test_a_sweep_is_not_held_up_by_a_channel_that_is_down(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    shopify.down, shopify.retry_after = "429", 300.0
    await leave_marks(store, *(f"S{n}" for n in range(30)))
    async with asyncio.timeout(5):
        await Sweeper(store, house.follow_up).sweep(FOREVER)
    assert len(amazon.shows) == 30
    assert await store.is_done()


async def test_marks_that_wait_for_a_channel_hide_none_that_nobody_is_at(
    house: House, store: SteppedStore, clock: HandClock, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    gate = shopify.before_set = Gate()
    for n in range(210):
        await house.commits.submit(Adjustment(f"k{n}", f"S{n}", NOON, "ann", physical=30))
    await leave_marks(store, "LEFT")

    await house.jobs()[0].run(clock.at)  # what it began itself is young yet
    clock.advance(60)
    await house.jobs()[0].run(clock.at)

    assert amazon.shows["LEFT"] == 30
    gate.open()


async def test_marks_of_another_instance_hide_none_that_nobody_is_at(
    house: House, store: SteppedStore, amazon: StandInChannel
) -> None:
    await leave_marks(store, *(f"S{n}" for n in range(210)), "LEFT")

    async def fail(name: str) -> None:
        if name == "finish":
            raise Unavailable("another instance tells them")

    store.step = fail
    sweeper = Sweeper(store, house.follow_up)
    for _ in range(3):
        await sweeper.sweep(FOREVER)

    assert amazon.shows["LEFT"] == 30
    store.step = go_on
    await sweeper.sweep(FOREVER)
    await sweeper.sweep(FOREVER)
    assert await store.is_done()


async def test_a_sweep_waits_a_moment_for_a_channel_that_hangs_and_no_longer(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    gate = shopify.before_set = Gate()
    await leave_marks(store, "A")
    async with asyncio.timeout(8):
        await Sweeper(store, house.follow_up).sweep(FOREVER)
    assert (amazon.shows, await store.is_done()) == ({"A": 30}, False)
    gate.open()
    await until(store.is_done)
