"""What follows a commit: alerts raised, channels told, the mark gone, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from core.changes import Notice
from core.errors import Unavailable
from core.house import House
from core.jobs import broadcast
from core.orders.facts import LineFact, OrderFacts
from core.ports import Want
from core.stock import Level, Push
from core.sweeper import Sweeper
from tests.core.stand_ins import FOREVER, NOON, Gate, HandClock, StandInChannel, SteppedStore, go_on, until


def order(order_id: str, units: int = 1, sku: str = "A") -> OrderFacts:
    return OrderFacts("shopify", order_id, "order", NOON, NOON, lines=(LineFact("1", sku, units),))


async def sell(house: House, order_id: str, units: int = 1, sku: str = "A") -> None:
    await house.service.receive("shopify", [order(order_id, units, sku)])


async def count(house: House, units: int, sku: str = "A") -> None:
    await house.service.adjust(sku, "ann", physical=units)


async def done(store: SteppedStore) -> None:
    await until(store.is_done)


async def recover(house: House, store: SteppedStore, clock: HandClock) -> None:
    """Let the periodic work run until nothing is left."""

    async def tick() -> bool:
        clock.advance(60)
        await Sweeper(store, house.follow_up).sweep(FOREVER)
        await broadcast(store, house.follow_up, 0)
        nothing_owed = not any([(await store.owed(name, "", 1)).items for name in house.follow_up.channels])
        return nothing_owed and await store.is_done()

    await until(tick)


async def level(store: SteppedStore, sku: str = "A") -> Level:
    return (await store.levels([sku]))[sku]


async def kinds(store: SteppedStore) -> list[str]:
    return sorted(alert.kind for alert in await store.all_alerts())


async def test_every_channel_is_told_and_the_mark_is_gone(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    await count(house, 10)
    await sell(house, "1", 3)
    await done(store)
    assert shopify.shows == amazon.shows == {"A": 7}
    assert {told.status for told in (await level(store)).told.values()} == {Push.CONFIRMED}
    assert {entry.status.value for entry in await store.entries("A")} == {"completed"}


async def test_nothing_is_told_of_an_unmanaged_sku_and_people_hear_of_it(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await sell(house, "1")
    await sell(house, "2")
    await done(store)
    assert shopify.calls == []
    assert await kinds(store) == ["unlisted_sku"]


async def test_a_channel_that_hangs_holds_up_no_other(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    gate = shopify.before_set = Gate()
    await asyncio.gather(*[count(house, 10 + n, f"S{n}") for n in range(20)])
    await until(lambda: amazon.shows == {f"S{n}": 10 + n for n in range(20)}, 3.0)
    for n in range(20):
        await count(house, 50 + n, f"S{n}")
    await until(lambda: amazon.shows == {f"S{n}": 50 + n for n in range(20)}, 3.0)
    assert not await store.is_done()
    waiting = {each.name: each.waiting for each in await house.service.channels()}
    assert waiting["shopify"] == 20
    gate.open()
    await done(store)
    assert shopify.shows == amazon.shows
    assert {each.waiting for each in await house.service.channels()} == {0}


async def test_a_channel_that_hangs_holds_up_none_that_sold_by_itself(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    shopify.at_once = 1
    await asyncio.gather(*[count(house, 10, sku) for sku in "AB"])
    await done(store)
    gate = amazon.before_set = Gate()
    await sell(house, "1")
    await count(house, 7, "B")
    await until(lambda: shopify.shows["B"] == 7, 3.0)
    await count(house, 5)
    await until(lambda: shopify.shows["A"] == 5, 3.0)  # not only once its own sale has waited five seconds for Amazon
    gate.open()
    await done(store)
    assert shopify.shows == amazon.shows == {"A": 5, "B": 7}


async def test_a_channel_that_is_down_is_owed_and_the_marks_do_not_wait_for_it(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel, clock: HandClock
) -> None:
    shopify.down = "503"
    for units in range(10, 30):
        await count(house, units)
        await count(house, units, f"S{units}")
    await done(store)
    assert len(shopify.calls) == 1
    assert len((await store.owed("shopify", "", 100)).items) == 21
    assert amazon.shows["A"] == 29
    shopify.down = ""
    clock.advance(60)
    await broadcast(store, house.follow_up, 0)
    await until(lambda: shopify.shows == amazon.shows)
    await until(lambda: house.follow_up.health()[0].owed == 0)
    assert (await store.owed("shopify", "", 100)).items == ()


async def test_the_channels_own_sales_are_expected_of_it(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    await count(house, 10)
    await done(store)
    await sell(house, "1", 3)
    await done(store)
    assert [(want.quantity, want.expected) for want in shopify.calls[-1]] == [(7, 7)]
    assert [(want.quantity, want.expected) for want in amazon.calls[-1]] == [(7, 10)]
    assert (await level(store)).own == {}


async def test_the_stock_alert_follows_the_level(house: House, store: SteppedStore) -> None:
    seen = []
    for step, units in enumerate((7, 4, 3, 2)):
        await (count(house, units) if step == 0 else sell(house, str(step), units))
        await done(store)
        seen.append(await kinds(store))
    await count(house, 50)
    await done(store)
    assert seen == [[], ["stock_low"], ["out_of_stock"], ["oversold"]]
    assert await kinds(store) == []


async def test_five_hundred_orders_of_one_hundred_end_at_minus_four_hundred(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await count(house, 100)
    await asyncio.gather(*[sell(house, str(n)) for n in range(500)])
    await done(store)
    assert (await level(store)).stock.physical == -400
    assert shopify.shows == {"A": 0}
    assert all(units >= 0 for _, units in shopify.told)
    assert await kinds(store) == ["oversold"]


@pytest.mark.parametrize(
    "step",
    [
        *("levels", "open_alert", "save_alert", "flag_alert", "link", "settle", "finish"),
        *("levels done", "save_alert done", "flag_alert done", "link done", "settle done", "finish done"),
    ],
)
async def test_while_the_store_fails_at_any_step_nothing_is_lost(
    house: House,
    store: SteppedStore,
    clock: HandClock,
    shopify: StandInChannel,
    step: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = 0

    async def fail(name: str) -> None:
        nonlocal failures
        if name == step:
            failures += 1
            raise Unavailable("the disk is full")

    store.step = fail
    await count(house, 10)
    await sell(house, "1", 7)
    await sell(house, "2", 1, "unlisted")
    await until(lambda: failures >= 1)
    clock.advance(5)
    await Sweeper(store, house.follow_up).sweep(FOREVER)
    store.step = go_on
    await recover(house, store, clock)
    await until(lambda: shopify.shows == {"A": 3})
    alerts = await store.all_alerts()
    assert sorted((alert.kind, alert.count) for alert in alerts) == [("stock_low", 1), ("unlisted_sku", 1)]
    assert (await store.owed("shopify", "", 9)).items == (await store.owed("amazon", "", 9)).items == ()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_bug_in_one_look_stops_no_other(
    house: House, store: SteppedStore, shopify: StandInChannel, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(name: str) -> None:
        if name == "levels":
            store.step = go_on
            raise ZeroDivisionError

    await count(house, 10)
    await done(store)
    store.step = stumble
    await count(house, 8)
    await until(lambda: any("nobody foresaw" in record.message for record in caplog.records))
    await count(house, 5, "B")
    await Sweeper(store, house.follow_up).sweep(FOREVER)
    await done(store)
    assert shopify.shows == {"A": 8, "B": 5}


async def test_notices_without_a_sku_are_raised(house: House, store: SteppedStore) -> None:
    await house.follow_up.report(Notice("n1", "sync_failed", "", "Shopify does not answer", scope="shopify"))
    await house.follow_up.clear("sync_failed", "shopify", "Shopify answers")
    assert await kinds(store) == []


async def test_an_order_that_comes_during_a_push_is_told_when_it_is_done(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await count(house, 10)
    await done(store)
    gate = shopify.after_set = Gate()
    await sell(house, "1")
    await gate.reached()
    for n in range(2, 6):
        await sell(house, str(n))
    gate.open()
    await done(store)
    assert shopify.told == [("A", 10), ("A", 9), ("A", 5)]


async def test_draining_ends_what_is_in_flight_and_leaves_nothing_untold_unmarked(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    gate = shopify.before_set = Gate()
    await count(house, 10)
    await gate.reached()
    await count(house, 9)
    await count(house, 5, "B")
    draining = asyncio.create_task(house.follow_up.drain())
    gate.open()
    await draining
    owed = set((await store.owed("shopify", "", 9)).items)
    marked = {sku for mark in await store.unfinished(FOREVER, 9) for sku in mark.skus}
    for sku, units in (("A", 9), ("B", 5)):
        assert shopify.shows.get(sku) == units or sku in owed | marked


async def test_what_was_told_is_announced(house: House, store: SteppedStore) -> None:
    heard: list[str] = []
    house.follow_up.on_told(heard.append)
    await count(house, 10)
    await done(store)
    assert set(heard) == {"A"}


async def test_a_push_of_many_is_settled_together_even_beside_a_channel_that_hangs(
    house: House, store: SteppedStore, shopify: StandInChannel, amazon: StandInChannel
) -> None:
    async def slow(_: Sequence[Want]) -> None:
        await asyncio.sleep(0)

    gate = amazon.before_set = Gate()
    shopify.before_set = slow
    shopify.batch = 250
    async with asyncio.timeout(5):
        await asyncio.gather(*[count(house, 10 + n, f"S{n}") for n in range(250)])
        await until(lambda: len(shopify.shows) == 250)
        await until(lambda: house.follow_up.health()[0].owed == 0)
    gate.open()
    await done(store)
