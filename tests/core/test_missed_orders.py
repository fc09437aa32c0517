"""Orders whose webhooks never came are found again, once, and no webhook is needed for anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from core.errors import ChannelError, NotConfigured, Unavailable
from core.house import House
from core.messages import Message
from core.missed_orders import MissedOrders
from core.orders.facts import LineFact, OrderFacts
from core.service import Receipt
from playground.faults import Fault
from playground.shopify.orders import RestockType
from tests.core.shop_house import ShopHouse, open_shop_house
from tests.core.stand_ins import NOON, HandClock, StandInChannel, SteppedStore


async def deliver(here: ShopHouse, topic: str) -> None:
    """Post the shop's webhooks of that topic to the house."""
    for sent in here.shop.outbox.take_all():
        if sent.topic == topic:
            headers = {name.lower(): value for name, value in sent.headers.items()}
            said = here.world.shopify.parse(headers, sent.body, here.world.time.at)
            await here.house.service.receive("shopify", said)


async def test_an_order_that_no_webhook_told_of_is_found_and_counted_once(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 50)
        await here.job("orders")
        here.world.time.at += 60
        here.shop.buy([("A", 3)])
        for _ in range(3):
            await here.job("orders", later=300)
            assert await here.on_hand("A") == 47


async def test_what_a_webhook_told_already_changes_nothing(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 50)
        here.world.time.at += 60
        here.shop.buy([("A", 3)])
        await deliver(here, "orders/create")
        await here.job("orders")
        assert await here.on_hand("A") == 47
        rows = (await here.house.service.history("A")).items
        assert [(row.action, row.delta) for row in rows] == [("order", -3), ("set", 50)]


async def test_a_refund_and_a_cancel_that_nobody_told_of_are_found_too(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 50)
        here.world.time.at += 60
        one, two = here.shop.buy([("A", 3)]), here.shop.buy([("A", 4)])
        await deliver(here, "orders/create")
        here.world.time.at += 600
        here.shop.refund(one.id, one.lines[0].id, 1, RestockType.CANCEL)
        here.shop.cancel(two.id)
        await here.job("orders")
        assert await here.on_hand("A") == 48


async def test_each_look_begins_two_minutes_before_the_newest_order_that_was_seen(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 50)
        first = here.world.time.at
        await here.job("orders")
        here.world.time.at += 3_600
        here.shop.buy([("A", 3)])
        sold = here.world.time.at
        for _ in range(3):
            await here.job("orders", later=300)
        queries = [str(sent["query"]) for sent in here.world.sent("ListOrders")]
        asked = [datetime.fromisoformat(query.split("'")[1]).timestamp() for query in queries]
        assert asked == [first - 120, first - 120, sold - 120, sold - 120]


async def test_after_a_long_night_all_that_changed_meanwhile_is_found(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 500)
        here.world.time.at += 60
        here.shop.buy([("A", 1)])
        await here.job("orders")
        for _ in range(80):
            here.world.time.at += 600
            here.shop.buy([("A", 2)])
        await here.job("orders")
        assert await here.on_hand("A") == 500 - 1 - 160


async def test_orders_that_cannot_be_read_for_an_hour_are_an_alert_until_they_can(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.stock("A", 50)
        await here.job("orders")
        here.shop.faults.switch_on(Fault.OFFLINE)
        here.world.time.at += 60
        here.shop.buy([("A", 3)])
        for _ in range(3):
            await here.job("orders", later=1_000)
            assert await here.alerts() == []
        for _ in range(3):
            await here.job("orders", later=1_000)
        (alert,) = await here.alerts()
        assert (alert.kind, alert.count) == ("sync_failed", 1)
        assert "orders could not be read" in alert.message
        here.shop.faults.switch_off(Fault.OFFLINE)
        await here.job("orders", later=300)
        assert await here.alerts() == []
        assert await here.on_hand("A") == 47


class Recalling(StandInChannel):
    """A channel whose orders can be asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked: list[float] = []
        self.error: Exception | None = None

    async def orders_since(self, since: float) -> AsyncIterator[Sequence[Message]]:
        self.asked.append(since)
        yield [message for message in self.orders.values() if message.updated_at >= since]
        if self.error is not None:
            raise self.error


def order(number: int, at: float, channel: str = "shopify") -> OrderFacts:
    line = LineFact("1", "A", 2)
    return OrderFacts(channel, str(number), "order", created_at=at, updated_at=at, lines=(line,))


@pytest.fixture
def recalling() -> tuple[Recalling, Recalling]:
    return Recalling("shopify"), Recalling("amazon")


@pytest.fixture
def missed(house: House, store: SteppedStore, clock: HandClock, recalling: Sequence[Recalling]) -> MissedOrders:
    return MissedOrders(store, recalling, house.service.receive, house.desk, clock)


async def test_a_channel_that_fails_stops_no_other_and_is_asked_from_the_same_time_again(
    missed: MissedOrders, recalling: tuple[Recalling, Recalling], house: House, clock: HandClock
) -> None:
    broken, sound = recalling
    await house.service.adjust("A", "tests", physical=50)
    await missed.find()
    clock.advance(60)
    broken.error = ChannelError("shopify", "it is not available (503)")
    broken.orders["1"], sound.orders["2"] = order(1, clock.at), order(2, clock.at, "amazon")
    clock.advance(300)
    await missed.find()
    broken.error = None
    await missed.find()
    assert (await house.service.level("A", fresh=True)).stock.physical == 46
    assert broken.asked[1] == broken.asked[2] == NOON - 120
    assert sound.asked[1:] == [NOON - 120, NOON + 60 - 120]


async def test_a_channel_that_is_not_configured_is_passed_over_and_begins_when_it_is(
    missed: MissedOrders, recalling: tuple[Recalling, Recalling], clock: HandClock
) -> None:
    later, _ = recalling
    later.error = NotConfigured("SHOPIFY_SHOP")
    await missed.find()
    clock.advance(86_400)
    later.error = None
    await missed.find()
    assert later.asked[-1] == clock.at - 120


async def test_no_look_goes_back_further_than_the_ledger_does(
    missed: MissedOrders, recalling: tuple[Recalling, Recalling], clock: HandClock
) -> None:
    await missed.find()
    clock.advance(100 * 86_400)
    await missed.find()
    assert recalling[0].asked[-1] == clock.at - 30 * 86_400


async def test_what_the_store_cannot_take_is_asked_for_again(
    store: SteppedStore, clock: HandClock, house: House, recalling: tuple[Recalling, Recalling]
) -> None:
    async def full(channel: str, messages: Sequence[Message]) -> Receipt:
        raise Unavailable("the disk is full")

    recalling[0].orders["1"] = order(1, clock.at)
    with pytest.raises(Unavailable):
        await MissedOrders(store, recalling, full, house.desk, clock).find()
    assert await store.note("orders-seen-shopify") is None
