"""What is read over many SKUs: the digest, and what sells most today."""

from __future__ import annotations

import asyncio

import pytest

from core.changes import Entry
from core.digest import biggest_movers, movement_of
from core.house import House
from core.orders.facts import LineFact, OrderFacts
from core.stock import Level, Stock
from tests.core.stand_ins import DAY, NOON, HandClock, SteppedStore, until


def order(order_id: str, units: int, sku: str = "A", *, at: float = NOON) -> OrderFacts:
    return OrderFacts("shopify", order_id, "order", at, at, lines=(LineFact("1", sku, units),))


@pytest.mark.parametrize(
    ("action", "delta", "sold", "returned", "cancelled"),
    [
        ("order", -2, 2, 0, 0),
        ("order", 1, 0, 0, 1),
        ("cancel", 2, 0, 0, 2),
        ("refund", 1, 0, 1, 0),
        ("return", 3, 0, 3, 0),
    ],
)
def test_what_came_back_is_told_apart_from_what_was_cancelled(
    action: str, delta: int, sold: int, returned: int, cancelled: int
) -> None:
    movement = movement_of("A", [Entry("t", "A", action, delta, 1.0, channel="shopify")])

    assert (movement.sold, movement.returned, movement.cancelled) == (sold, returned, cancelled)


def test_what_a_person_changes_is_neither_sold_nor_returned() -> None:
    movement = movement_of("A", [Entry("t", "A", "adjust", -5, 1.0, actor="U1")])

    assert (movement.sold, movement.returned, movement.cancelled) == (0, 0, 0)


def test_the_biggest_movers_are_those_of_the_day() -> None:
    levels = [Level(Stock(f"S{n}", 9), sold={10: n, 11: 8 - n}) for n in range(8)]

    found = biggest_movers(levels, 11)

    assert [(mover.sku, mover.sold) for mover in found] == [("S0", 8), ("S1", 7), ("S2", 6), ("S3", 5), ("S4", 4)]


async def test_a_slow_seller_that_did_not_sell_today_is_still_among_what_runs_out(
    house: House, store: SteppedStore, clock: HandClock
) -> None:
    await house.service.adjust("SLOW", "ann", physical=9)
    await house.service.receive("shopify", [order("1", 8, "SLOW")])
    clock.advance(5 * DAY)
    await house.service.adjust("FAST", "ann", physical=100)
    await house.service.receive("shopify", [order("2", 3, "FAST", at=NOON + 5 * DAY)])
    await until(store.is_done)

    facts = await house.service.digest(NOON + 4.5 * DAY, NOON + 5.4 * DAY)

    assert [move.sku for move in facts.movements] == ["FAST"]
    assert [row.sku for row in facts.soonest] == ["SLOW", "FAST"]
    assert facts.pace[-6:] == (8, 0, 0, 0, 0, 3)
    assert len(facts.pace) == 14


async def test_the_movers_are_read_once_a_minute(house: House, store: SteppedStore, clock: HandClock) -> None:
    await house.service.adjust("A", "ann", physical=9)
    await house.service.receive("shopify", [order("1", 2)])
    first = await house.service.movers()
    await house.service.receive("shopify", [order("2", 1)])

    assert await house.service.movers() == first
    clock.advance(61)
    assert [(mover.sku, mover.sold, mover.broadcast) for mover in await house.service.movers()] == [("A", 3, 6)]
    await until(store.is_done)


async def test_many_skus_are_all_counted(house: House, store: SteppedStore) -> None:
    skus = [f"S{n:03}" for n in range(230)]
    await asyncio.gather(*[house.service.adjust(sku, "ann", physical=9) for sku in skus])
    orders = [order(str(n), 1, sku) for n, sku in enumerate(skus)]
    await asyncio.gather(*[house.service.receive("shopify", [each]) for each in orders])
    await until(store.is_done)

    facts = await house.service.digest(NOON - 60, NOON + 60)

    assert facts.sold == 230
    assert facts.pace[-1] == 230


async def test_an_acknowledged_alert_comes_after_what_nobody_has(house: House, store: SteppedStore) -> None:
    for sku, physical in (("A", 0), ("B", 3), ("C", 0)):
        await house.service.adjust(sku, "ann", physical=physical)
    await until(store.is_done)
    alerts = {alert.sku: alert for alert in (await house.service.alerts()).items}
    await house.service.acknowledge(alerts["A"].alert_id, "ann")

    facts = await house.service.digest(NOON - 60, NOON + 60)

    assert [alert.sku for alert in facts.alerts] == ["C", "B", "A"]
