"""Every store commits each change exactly once, whatever the order and however often it is told."""

import asyncio
from itertools import permutations
from random import Random

import pytest

from core.adjustments import Adjustment
from core.changes import Change, Outcome, Status
from core.errors import NotEnoughStock
from core.orders.change import OrderChange
from core.ports import Store
from tests.core.stores.places import START
from tests.core.stores.samples import (
    added,
    commit,
    commit_all,
    counted,
    facts,
    ledger,
    ordered,
    physical,
    refunded,
    returned,
    stock,
    try_commit,
)

LATER = START + 60
# moto takes seconds where the others take none.
QUICK = pytest.mark.parametrize("place", ["sqlite", "ministack", "local"], indirect=True)


async def test_an_unknown_sku_is_an_unmanaged_level_of_zeros(store: Store) -> None:
    level = (await store.levels(["NEW"]))["NEW"]

    assert (level.stock.physical, level.stock.version, level.stock.managed) == (0, 0, False)
    assert (level.told, level.own, level.links, level.sold) == ({}, {}, {}, {})


async def test_a_first_count_makes_the_sku_managed(store: Store) -> None:
    (outcome,) = await commit(store, counted("A", 50, START))

    now = await stock(store, "A")
    assert outcome.status is Status.APPLIED
    assert (now.physical, now.version, now.counted_at, now.low_at) == (50, 1, START, 5)


async def test_an_order_takes_its_units_and_says_what_is_left(store: Store) -> None:
    await commit(store, counted("A", 50, START))

    (outcome,) = await commit(store, ordered("1", {"A": 3}, LATER))

    assert (outcome.status, outcome.key, outcome.more) == (Status.APPLIED, "shopify#1", False)
    assert outcome.after["A"].physical == 47
    assert (await stock(store, "A")).version == 2


async def test_a_replay_is_accepted_and_changes_nothing(store: Store) -> None:
    order = ordered("1", {"A": 3}, LATER)
    await commit(store, counted("A", 50, START), order)

    (outcome,) = await commit(store, order)

    assert outcome.status is Status.DUPLICATE
    assert outcome.after["A"].physical == 47
    assert (await stock(store, "A")).version == 2


async def test_replays_at_once_are_applied_once(store: Store) -> None:
    await commit(store, counted("A", 50, START))

    found = await asyncio.gather(*(try_commit(store, ordered("1", {"A": 3}, LATER)) for _ in range(12)))

    statuses = sorted(result.status for (result,) in found if isinstance(result, Outcome))
    assert statuses == [Status.APPLIED] + [Status.DUPLICATE] * 11
    assert await physical(store, "A") == [47]


async def test_a_group_may_hold_duplicates(store: Store) -> None:
    await commit(store, counted("A", 50, START), ordered("old", {"A": 1}, LATER))

    order = ordered("1", {"A": 3}, LATER)
    outcomes = await commit(store, order, ordered("old", {"A": 1}, LATER), order, ordered("2", {"A": 4}, LATER), order)

    assert [outcome.status for outcome in outcomes] == ["applied", "duplicate", "duplicate", "applied", "duplicate"]
    assert await physical(store, "A") == [42]


@QUICK
async def test_a_group_counts_every_order_of_one_sku(store: Store) -> None:
    await commit(store, counted("A", 500, START))

    orders = [ordered(str(number), {"A": 2}, LATER) for number in range(120)]
    outcomes = await commit(store, *orders)

    now = await stock(store, "A")
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert (now.physical, now.version) == (260, 121)
    assert len(await ledger(store, "A")) == 121


def _story(number: int) -> list[Change]:
    """An order of 5, edited to 2, of which 1 came back."""
    order_id, sku = str(number), f"A{number}"
    return [
        ordered(order_id, {sku: 5, "B": 1}, LATER),
        OrderChange(facts(order_id, {sku: 2, "B": 1}, LATER + 10, created=LATER), LATER + 10),
        refunded(order_id, sku, 1, LATER + 20),
    ]


@QUICK
@pytest.mark.parametrize("together", [True, False])
async def test_messages_converge_in_any_order(store: Store, together: bool) -> None:
    await commit(store, counted("B", 50, START), *(counted(f"A{number}", 50, START) for number in range(6)))

    for number, order in enumerate(permutations(range(3))):
        told = [_story(number)[index] for index in order]
        for group in [told + told] if together else [[message, message] for message in told]:
            await commit(store, *group)

    assert await physical(store, "B", *(f"A{number}" for number in range(6))) == [44] + [49] * 6
    assert sum(entry.delta for entry in await ledger(store, "A3")) == 49


async def test_a_cancelled_order_gives_everything_back(store: Store) -> None:
    await commit(store, counted("A", 50, START), ordered("1", {"A": 5}, LATER))

    gone = facts("1", {"A": 5}, LATER + 9, created=LATER, cancelled=LATER + 9)
    await commit(store, OrderChange(gone, LATER + 9))

    assert await physical(store, "A") == [50]


async def test_a_refusal_harms_no_other(store: Store) -> None:
    await commit(store, counted("A", 10, START))

    first, refusal, last = await try_commit(
        store, ordered("1", {"A": 3}, LATER), added("A", -9, LATER, "take"), ordered("2", {"A": 1}, LATER)
    )

    assert isinstance(first, Outcome)
    assert isinstance(last, Outcome)
    assert isinstance(refusal, NotEnoughStock)
    assert (refusal.physical, refusal.asked) == (7, 9)
    assert await physical(store, "A") == [6]


async def test_a_take_that_was_done_is_not_refused_when_asked_again(store: Store) -> None:
    await commit(store, counted("A", 10, START), added("A", -8, LATER, "take"))

    (outcome,) = await commit(store, added("A", -8, LATER, "take"))

    assert outcome.status is Status.DUPLICATE
    assert await physical(store, "A") == [2]


async def test_an_order_may_take_more_than_there_is(store: Store) -> None:
    await commit(store, counted("A", 1, START), ordered("1", {"A": 3}, LATER))

    now = await stock(store, "A")
    assert (now.physical, now.broadcast) == (-2, 0)


async def test_takes_at_once_never_take_more_than_there_is(store: Store) -> None:
    await commit(store, counted("A", 5, START))

    takes = [added("A", -1, LATER, f"take {number}") for number in range(9)]
    results = [
        result for found in await asyncio.gather(*(try_commit(store, take) for take in takes)) for result in found
    ]

    assert sum(isinstance(result, Outcome) for result in results) == 5
    assert sum(isinstance(result, NotEnoughStock) for result in results) == 4
    assert await physical(store, "A") == [0]


async def test_the_lines_of_an_order_are_taken_together(store: Store) -> None:
    await commit(store, *(counted(sku, 10, START) for sku in "ABC"))

    (outcome,) = await commit(store, ordered("1", {"A": 1, "B": 2, "C": 3}, LATER))

    assert {sku: after.physical for sku, after in outcome.after.items()} == {"A": 9, "B": 8, "C": 7}
    assert [(await ledger(store, sku))[0].delta for sku in "ABC"] == [-1, -2, -3]


@QUICK
async def test_an_order_larger_than_a_transaction_goes_on_where_it_stopped(store: Store) -> None:
    skus = [f"SKU-{number:03}" for number in range(90)]
    await commit(store, *(counted(sku, 10, START) for sku in skus))

    order = ordered("1", dict.fromkeys(skus, 2), LATER)
    taken = await commit_all(store, order)
    again = await commit_all(store, order)

    assert (taken, again) == (2, 1)
    assert await physical(store, *skus) == [8] * 90
    assert [entry.delta for entry in await ledger(store, skus[89])] == [-2, 10]


@QUICK
async def test_orders_of_skus_that_nobody_counted_are_recorded_and_take_nothing(store: Store) -> None:
    skus = [f"SKU-{number:03}" for number in range(120)]
    order = ordered("1", dict.fromkeys(skus, 1), START)

    committed = await store.commit([order])
    assert committed.mark is not None
    assert {notice.kind for notice in committed.mark.notices} == {"unlisted_sku"}
    await store.finish(committed.mark)
    await commit_all(store, order)

    assert await physical(store, *skus) == [0] * 120
    assert [len(await ledger(store, sku)) for sku in (skus[0], skus[119])] == [1, 1]
    assert (await commit(store, order))[0].status is Status.DUPLICATE


async def test_a_first_count_may_race_with_orders(store: Store) -> None:
    for sku in "ABC":
        changes: list[Change] = [ordered(f"{sku}{number}", {sku: 1}, LATER) for number in range(6)]
        changes.insert(Random(sku).randrange(7), counted(sku, 50, START))

        await asyncio.gather(*(commit(store, change) for change in changes))

        entries = await ledger(store, sku)
        taken = sum(entry.delta for entry in entries if entry.action != "set")
        assert len(entries) == 7
        assert await physical(store, sku) == [50 + taken]


async def test_a_change_of_buffer_and_threshold_moves_no_units(store: Store) -> None:
    await commit(store, counted("A", 10, START))

    await commit(store, Adjustment("b", "A", LATER, "U1", buffer=4, low_at=7))
    await commit(store, ordered("1", {"A": 1}, LATER))

    now = await stock(store, "A")
    assert (now.physical, now.buffer, now.low_at, now.broadcast, now.version) == (9, 4, 7, 5, 3)


async def test_a_buffer_may_come_before_the_first_count(store: Store) -> None:
    await commit(store, Adjustment("b", "A", START, "U1", buffer=4))
    assert not (await stock(store, "A")).managed

    await commit(store, counted("A", 10, LATER))

    now = await stock(store, "A")
    assert (now.physical, now.buffer, now.managed) == (10, 4, True)


async def test_a_return_is_put_back_and_recorded_once(store: Store) -> None:
    back = returned("A", 2, LATER, "r1")
    await commit(store, counted("A", 10, START), back, back)
    await commit(store, back, returned("A", 1, LATER, "r2", "CUSTOMER_DAMAGED"))

    rows = (await store.returns("A", "", 10)).items
    assert await physical(store, "A") == [12]
    assert sorted((row.return_id, row.quantity, row.decision) for row in rows) == [
        ("r1", 2, "sync"),
        ("r2", 1, "alert_only"),
    ]


_ODD = [
    "a/b",
    "🦊 fox",
    "x" * 200,
    "🦊" * 200,
    "payload",
    'it\'s "quoted"',
    "<b>&amp;</b>",
    "a#b:c|d",
    " x ",
    "%2F",
    "ä",
    "Ä",
]


@QUICK
async def test_a_sku_may_be_any_text(store: Store) -> None:
    for number, sku in enumerate(_ODD):
        back = returned(sku, 2, LATER, f"r{number}")
        await commit(store, counted(sku, 10 + number, START), ordered(str(number), {sku: 1}, LATER), back)
        await store.link(sku, {"amazon": f"B{number}"})

    levels = await store.levels(_ODD)
    assert [levels[sku].stock.physical for sku in _ODD] == [11 + number for number in range(len(_ODD))]
    assert [levels[sku].links for sku in _ODD] == [{"amazon": f"B{number}"} for number in range(len(_ODD))]
    assert [len(await ledger(store, sku)) for sku in _ODD] == [3] * len(_ODD)
    assert sorted(level.sku for level in (await store.list_levels("", 50)).items) == sorted(_ODD)
