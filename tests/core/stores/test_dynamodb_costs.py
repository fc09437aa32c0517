"""What an order, a flash sale and a question may cost, metered with all indexes."""

import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson
import pytest

from core.changes import Change
from core.orders.change import OrderChange
from core.requests import Made, Remember
from core.stock import Push, Told
from core.stores.dynamodb import DynamoStore
from core.stores.dynamodb.beliefs import Beliefs
from core.stores.dynamodb.context import Kept, Memory
from core.undo import Undo
from tests.core.stores.engines import Engine
from tests.core.stores.meter import Meter, item_bytes
from tests.core.stores.places import CHANNELS, START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import added, commit, counted, facts, ordered

DAY = 86_400
SKUS = ("TSHIRT-BLUE-XL", "TSHIRT-RED-M", "MUG-0,33-WHITE")
ITEM = "gid://shopify/InventoryItem/49148385886"


@dataclass(frozen=True, slots=True)
class Shop:
    """An instance whose SKUs have been counted, linked and told, with a meter on its client."""

    store: DynamoStore
    meter: Meter
    clock: Clock
    prefix: str

    async def carry_through(self, *changes: Change) -> None:
        """Commit, tell both channels of every SKU that moved, and finish."""
        committed = await self.store.commit(changes)
        assert committed.mark is not None
        for sku in committed.mark.skus:
            level = committed.levels[sku]
            now = Told(level.stock.broadcast, level.stock.version, self.clock(), Push.CONFIRMED)
            assert await self.store.settle(sku, level.stock.version, dict.fromkeys(CHANNELS, now), level.own)
        await self.store.finish(committed.mark)


@pytest.fixture
async def shop(ministack: Engine) -> AsyncIterator[Shop]:
    meter, clock, client, prefix = Meter(), Clock(), ministack.connect(), fresh_prefix()
    meter.watch(client)
    store = dynamo_store(client, clock, prefix, name="a1b2c3d4e5f6-12345-a1b2c3")
    await store.open()
    made = Shop(store, meter, clock, prefix)
    for sku in SKUS:
        await made.carry_through(counted(sku, 5_000, START))
        await store.link(sku, {"shopify": ITEM, "amazon": "B07XJ8C8F5"})
    meter.reset()
    yield made
    await store.close()


async def test_a_single_line_order_costs_at_most_ten_units(shop: Shop) -> None:
    await shop.carry_through(ordered("5678901234567", {SKUS[0]: 2}, shop.clock.turn(60)))

    assert shop.meter.written <= 10


async def test_the_first_order_of_a_day_costs_at_most_ten_units(shop: Shop) -> None:
    await shop.carry_through(ordered("5678901234567", {SKUS[0]: 2}, shop.clock.turn(DAY)))

    assert shop.meter.written <= 10


async def test_each_further_line_costs_at_most_five_units(shop: Shop) -> None:
    await shop.carry_through(ordered("5678901234567", dict.fromkeys(SKUS, 1), shop.clock.turn(60)))

    assert shop.meter.written <= 10 + 5 + 5


async def test_an_order_of_a_known_sku_is_one_write_and_one_read_before_it_is_answered(shop: Shop) -> None:
    await shop.store.commit([ordered("5678901234567", {SKUS[0]: 2}, shop.clock.turn(60))])

    assert shop.meter.calls == ["TransactWriteItems", "BatchGetItem"]


async def test_a_duplicate_costs_no_more_than_what_it_repeats(shop: Shop) -> None:
    order = ordered("5678901234567", {SKUS[0]: 2}, shop.clock.turn(60))
    await commit(shop.store, order)
    shop.meter.reset()

    await commit(shop.store, order)

    assert (shop.meter.calls, shop.meter.written) == (["BatchGetItem", "BatchGetItem"], 0)


async def test_news_of_a_known_order_costs_one_write_too(shop: Shop) -> None:
    await shop.carry_through(ordered("1", {SKUS[0]: 2}, shop.clock.turn(60)))
    shop.meter.reset()

    edited = OrderChange(facts("1", {SKUS[0]: 5}, shop.clock.turn(60), created=START + 60), shop.clock())
    await shop.store.commit([edited])

    assert shop.meter.calls == ["TransactWriteItems", "BatchGetItem"]
    assert (await shop.store.glance(SKUS[0])).stock.physical == 4995


async def test_a_thousand_orders_of_one_sku_cost_at_most_five_units_each(shop: Shop) -> None:
    at = shop.clock.turn(60)
    size = shop.store.group_size

    for start in range(0, 1000, size):
        orders = [ordered(str(5678901230000 + number), {SKUS[0]: 1}, at) for number in range(start, start + size)]
        await shop.carry_through(*orders)

    assert shop.meter.written <= 5 * 1000
    assert (await shop.store.glance(SKUS[0])).stock.physical == 4000


async def test_a_glance_with_ten_changes_costs_at_most_one_read_unit(shop: Shop) -> None:
    for number in range(12):
        await shop.carry_through(ordered(str(5678901230000 + number), {SKUS[0]: 1}, shop.clock.turn(60)))
    shop.meter.reset()

    await shop.store.glance(SKUS[0])
    page = await shop.store.history(SKUS[0], "", 10)

    assert len(page.items) == 10
    assert 0 < shop.meter.read <= 1
    assert shop.meter.calls == ["GetItem", "Query"]


async def test_ten_rows_of_history_fit_into_one_read(shop: Shop, ministack: Engine) -> None:
    for number in range(10):
        await shop.carry_through(ordered(str(5678901230000 + number), {SKUS[0]: 1}, shop.clock.turn(60)))

    found = ministack.connect().query(
        TableName=f"{shop.prefix}Transactions",
        IndexName="sku-timestamp",
        KeyConditionExpression="sku = :sku",
        ExpressionAttributeValues={":sku": {"S": SKUS[0]}},
        Limit=10,
    )

    assert sum(item_bytes(dict(item)) for item in found["Items"]) < 4096


async def test_rows_stay_below_a_kilobyte_after_a_month_of_sales(shop: Shop, ministack: Engine) -> None:
    for number in range(45):
        at = shop.clock.turn(DAY)
        order = ordered(str(5678901230000 + number), dict.fromkeys(SKUS, 20), at, CHANNELS[number % 2])
        await shop.carry_through(order)
        await shop.store.flag_alert(SKUS[0], "out_of_stock")

    client = ministack.connect()
    for table in ("Inventory", "Transactions"):
        items = client.scan(TableName=shop.prefix + table)["Items"]
        assert max(item_bytes(dict(item)) for item in items) < 1024
    assert len((await shop.store.glance(SKUS[0])).sold) == 30


async def test_the_list_of_skus_reads_the_directory_alone(shop: Shop) -> None:
    page = await shop.store.list_skus("", 100)

    assert sorted(page.items) == sorted(SKUS)
    assert set(shop.meter.calls) == {"Query"}
    assert shop.meter.read <= 8


async def test_a_change_by_a_person_and_its_undo_are_one_transaction_each(shop: Shop) -> None:
    at = shop.clock.turn(60)
    change = added(SKUS[0], 12, at, "k")
    await shop.store.commit([change, Remember("U1", Made("k", SKUS[0], at))])
    await shop.store.commit([Undo("k", SKUS[0], "U1", at)])

    assert shop.meter.calls.count("TransactWriteItems") == 2
    assert (await shop.store.glance(SKUS[0])).stock.physical == 5_000


def test_what_is_remembered_of_an_order_takes_no_more_than_its_own_length() -> None:
    beliefs = Beliefs(Memory())
    tracemalloc.start()
    try:
        for number in range(1_000):
            beliefs.keep_row(str(number), Kept(exists=True, known=orjson.dumps([number] * 20), mark=orjson.dumps([])))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1_000 * 1_000
