"""The one object that the webhooks and the bot ask."""

from __future__ import annotations

import asyncio

import pytest

from core.adjustments import Adjustment
from core.changes import Status
from core.errors import AlreadyHandled, BadInput, NotEnoughStock, NotFound, Unavailable
from core.house import House
from core.messages import Ignored, Message, Refused
from core.orders.facts import LineFact, OrderFacts
from core.returns.change import ReturnChange
from core.stock import Stock
from tests.core.stand_ins import DAY, NOON, Gate, HandClock, SteppedStore, go_on, until


def order(order_id: str, units: int, sku: str = "A", *, at: float = NOON) -> OrderFacts:
    return OrderFacts("shopify", order_id, "order", at, at, lines=(LineFact("1", sku, units),))


def back(key: str, units: int) -> ReturnChange:
    return ReturnChange(key, "A", units, "SELLABLE", "amazon", NOON + 60)


async def test_a_receipt_says_what_became_of_the_message(house: House) -> None:
    await house.service.adjust("A", "ann", physical=10)
    first = await house.service.receive("shopify", [order("1", 3)])
    again = await house.service.receive("shopify", [order("1", 3)])
    assert (first.status, first.after["A"].physical) == (Status.APPLIED, 7)
    assert (again.status, again.after["A"].physical) == (Status.DUPLICATE, 7)


@pytest.mark.parametrize(
    ("messages", "status", "reason"),
    [
        ([], Status.IGNORED, ""),
        ([Ignored("a gift card"), Ignored("a gift card")], Status.IGNORED, "a gift card"),
        ([Ignored("a gift card"), order("1", 3)], Status.APPLIED, "a gift card"),
        ([Refused("k", "it has no id")], Status.PARKED, ""),
        ([Refused("k", "it has no id"), order("1", 3)], Status.APPLIED, ""),
    ],
)
async def test_of_several_messages_the_weightiest_status_counts(
    house: House, messages: list[Message], status: Status, reason: str
) -> None:
    receipt = await house.service.receive("shopify", messages)
    assert (receipt.status, receipt.reason) == (status, reason)


async def test_one_key_changes_stock_once(house: House) -> None:
    for _ in range(3):
        outcome = await house.service.adjust("A", "ann", delta=5, key="k1")
    assert outcome.status is Status.DUPLICATE
    assert outcome.after["A"].physical == 5


async def test_without_a_key_every_change_is_one_of_its_own(house: House) -> None:
    for _ in range(3):
        outcome = await house.service.adjust("A", "ann", delta=5)
    assert outcome.after["A"].physical == 15


@pytest.mark.parametrize(
    "wanted",
    [
        {"physical": -1},
        {"physical": 1_000_001},
        {"buffer": -1},
        {"low_at": -1},
        {"delta": 1_000_001},
        {"physical": True},
    ],
)
async def test_a_number_out_of_range_is_refused(house: House, store: SteppedStore, wanted: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        await house.service.adjust("A", "ann", **wanted)  # type: ignore[arg-type]
    assert store.commits == []


async def test_a_sku_that_is_none_is_refused(house: House) -> None:
    with pytest.raises(BadInput, match="sku"):
        await house.service.adjust("a\nb", "ann", physical=1)
    with pytest.raises(BadInput, match="sku"):
        await house.service.link("", {"amazon": "B01"})


async def test_a_take_of_more_than_there_is_changes_nothing(house: House) -> None:
    await house.service.adjust("A", "ann", physical=3)
    with pytest.raises(NotEnoughStock):
        await house.service.adjust("A", "ann", delta=-4)
    assert (await house.service.level("A")).stock.physical == 3


async def test_people_look_at_a_level_of_at_most_a_minute(house: House, store: SteppedStore, clock: HandClock) -> None:
    await house.service.adjust("A", "ann", physical=3)
    await until(store.is_done)
    await house.service.level("A")
    await store.commit([Adjustment("elsewhere", "A", NOON, "bob", physical=8)])
    assert (await house.service.level("A")).stock.physical == 3
    assert (await house.service.level("A", fresh=True)).stock.physical == 8
    await store.commit([Adjustment("elsewhere 2", "A", NOON, "bob", physical=9)])
    clock.advance(61)
    assert (await house.service.level("A")).stock.physical == 9


async def test_a_change_made_here_is_seen_at_once(house: House) -> None:
    for units in range(5):
        await house.service.adjust("A", "ann", physical=units)
        assert (await house.service.level("A")).stock.physical == units
    await house.service.receive("shopify", [order("1", 1)])
    assert (await house.service.level("A")).stock.physical == 3


async def test_a_look_that_began_before_a_change_is_not_kept(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=3)
    await until(store.is_done)
    gate = Gate()

    async def hold(step: str) -> None:
        if step == "levels done":
            await gate()

    store.step = hold
    look = asyncio.create_task(house.service.level("A"))
    await gate.reached()
    await house.service.adjust("A", "ann", physical=8)
    store.step = go_on
    gate.open()
    await look
    assert (await house.service.level("A")).stock.physical == 8


async def test_an_unknown_sku_is_a_level_of_zeros(house: House) -> None:
    assert (await house.service.level("A")).stock == Stock("A")


async def test_what_a_channel_was_told_is_seen_at_once(house: House, store: SteppedStore) -> None:
    house.follow_up.on_told(house.service.forget)
    await house.service.adjust("A", "ann", physical=3)
    await house.service.level("A")
    await until(store.is_done)
    assert (await house.service.level("A")).told["shopify"].quantity == 3


async def test_listings_are_linked(house: House) -> None:
    assert (await house.service.link("A", {"amazon": "B01", "shopify": "gid"})).links == {
        "amazon": "B01",
        "shopify": "gid",
    }
    assert (await house.service.link("A", {"amazon": ""})).links == {"shopify": "gid"}


async def test_history_and_returns_come_newest_first_and_page_by_page(house: House) -> None:
    await house.service.adjust("A", "ann", physical=10)
    for n in range(5):
        await house.service.receive("amazon", [back(f"r{n}", n + 1)])
    seen: list[int] = []
    cursor = ""
    while True:
        page = await house.service.returns("A", cursor, 2)
        seen += [row.quantity for row in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert seen == [5, 4, 3, 2, 1]
    assert [entry.delta for entry in (await house.service.history("A", limit=3)).items] == [5, 4, 3]


async def test_an_alert_is_found_taken_and_told_of(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=2)
    await until(store.is_done)
    (alert,) = (await house.service.alerts()).items
    assert await house.service.alert(alert.alert_id) == alert
    assert (await house.service.acknowledge(alert.alert_id, "ann")).acknowledged_by == "ann"
    with pytest.raises(AlreadyHandled):
        await house.service.acknowledge(alert.alert_id, "bob")
    with pytest.raises(NotFound):
        await house.service.alert("al_none")
    assert (await house.service.alerts("warning")).items != ()
    assert (await house.service.alerts("critical")).items == ()


async def test_the_digest_tells_what_moved_in_its_time(house: House, store: SteppedStore, clock: HandClock) -> None:
    await house.service.adjust("A", "ann", physical=28)
    await house.service.adjust("B", "ann", physical=100)
    clock.advance(60)
    await house.service.receive("shopify", [order("1", 14), order("2", 5, "B"), order("3", 1)])
    await house.service.receive("amazon", [back("r1", 2)])
    clock.advance(DAY)
    await house.service.receive("shopify", [order("4", 9, at=NOON + DAY)])
    await until(store.is_done)
    facts = await house.service.digest(NOON + 30, NOON + 3_600)
    assert [(move.sku, move.sold, move.returned) for move in facts.movements] == [("A", 15, 2), ("B", 5, 0)]
    assert (facts.sold, facts.returned) == (20, 2)
    assert [row.sku for row in facts.soonest] == ["A", "B"]
    assert [health.name for health in facts.channels] == ["shopify", "amazon"]


async def test_while_the_store_is_away_the_sender_is_told_to_come_back(house: House, store: SteppedStore) -> None:
    async def fail(_: str) -> None:
        raise Unavailable("the disk is full", 2)

    store.step = fail
    with pytest.raises(Unavailable):
        await house.service.receive("shopify", [order("1", 1)])
    store.step = go_on
    assert (await house.service.receive("shopify", [order("1", 1)])).status is Status.APPLIED


async def test_a_huge_order_that_the_store_cut_off_is_exact_once_it_is_sent_again(
    house: House, store: SteppedStore
) -> None:
    skus = [f"S{n}" for n in range(200)]
    await asyncio.gather(*[house.service.adjust(sku, "ann", physical=50) for sku in skus])
    huge = OrderFacts(
        "shopify", "1", "order", NOON, NOON, lines=tuple(LineFact(sku, sku, n % 9 + 1) for n, sku in enumerate(skus))
    )
    before = len(store.commits)

    async def fail(step: str) -> None:
        if step == "commit" and len(store.commits) == before + 2:
            raise Unavailable("the disk is full")

    store.step = fail
    with pytest.raises(Unavailable):
        await house.service.receive("shopify", [huge])
    store.step = go_on
    assert (await house.service.receive("shopify", [huge])).status is Status.APPLIED
    assert (await house.service.receive("shopify", [huge])).status is Status.DUPLICATE
    levels = await store.levels(skus)
    assert [50 - levels[sku].stock.physical for sku in skus] == [n % 9 + 1 for n in range(200)]
    await until(store.is_done)
