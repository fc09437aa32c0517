"""Every store remembers what each channel was told, what it is owed, and who is telling it."""

from collections.abc import Mapping

import pytest

from core.ports import Store
from core.stock import Push, Told
from tests.core.stores.places import CHANNELS, START, Place
from tests.core.stores.samples import commit, counted, ordered

LATER = START + 60
LEASE = 15


def _confirmed(quantity: int, version: int) -> Told:
    return Told(quantity, version, LATER, Push.CONFIRMED)


def _owed(version: int, quantity: int | None = None) -> Told:
    return Told(quantity, version, LATER, Push.OWED, "the channel is down", owed_since=START)


async def _settle(store: Store, sku: str, told: Mapping[str, Told], own: Mapping[str, int] | None = None) -> bool:
    version = next(iter(told.values())).version
    return await store.settle(sku, version, told, own or {})


async def test_what_a_channel_was_told_is_remembered(store: Store) -> None:
    await commit(store, counted("A", 50, START))
    await store.claim(["A"], CHANNELS)
    told = {"shopify": _confirmed(50, 1), "amazon": _owed(1)}

    assert await _settle(store, "A", told)

    level = await store.glance("A")
    assert level.told == told
    assert level.stock.version == 1


async def test_telling_one_channel_keeps_what_another_was_told(store: Store) -> None:
    await commit(store, counted("A", 50, START))
    refused = Told(None, 1, LATER, Push.REFUSED, "no such listing")

    await store.claim(["A"], CHANNELS)
    await _settle(store, "A", {"shopify": _confirmed(50, 1)})
    await _settle(store, "A", {"amazon": refused})

    assert (await store.glance("A")).told == {"shopify": _confirmed(50, 1), "amazon": refused}


async def test_a_channels_own_sales_count_until_they_are_accounted_for(store: Store) -> None:
    await commit(store, counted("A", 50, START), ordered("1", {"A": 3}, LATER), ordered("2", {"A": 4}, LATER, "amazon"))
    before = (await store.claim(["A"], CHANNELS))["A"]

    assert before.own == {"shopify": 3, "amazon": 4}
    assert await _settle(store, "A", {"shopify": _confirmed(43, 3)}, {"shopify": 3})

    assert (await store.glance("A")).own == {"amazon": 4}


async def test_a_level_that_moved_on_must_be_looked_at_again(store: Store) -> None:
    await commit(store, counted("A", 50, START), ordered("1", {"A": 3}, LATER))
    await store.claim(["A"], CHANNELS)
    await commit(store, ordered("2", {"A": 5}, LATER))

    told = {"shopify": _confirmed(47, 2)}
    assert not await _settle(store, "A", told, {"shopify": 3})

    level = await store.glance("A")
    assert level.told == told
    assert level.own == {"shopify": 5}
    assert await _settle(store, "A", {"shopify": _confirmed(42, 3)}, {"shopify": 5})
    assert (await store.glance("A")).own == {}


async def test_owed_skus_are_listed_by_channel(store: Store) -> None:
    await commit(store, *(counted(f"A{number}", 9, START) for number in range(9)))
    for number in range(9):
        sku = f"A{number}"
        await store.claim([sku], CHANNELS)
        told = {
            "shopify": _owed(1) if number % 2 else _confirmed(9, 1),
            "amazon": _owed(1) if number > 5 else _confirmed(9, 1),
        }
        assert await _settle(store, sku, told)

    assert sorted((await store.owed("shopify", "", 50)).items) == ["A1", "A3", "A5", "A7"]
    assert sorted((await store.owed("amazon", "", 50)).items) == ["A6", "A7", "A8"]
    assert (await store.owed("other", "", 50)).items == ()


async def test_owed_skus_come_page_by_page_each_once(store: Store) -> None:
    skus = [f"A{number}" for number in range(10)]
    await commit(store, *(counted(sku, 9, START) for sku in skus))
    for sku in skus:
        await store.claim([sku], CHANNELS)
        await _settle(store, sku, {"amazon": _owed(1)})

    seen: list[str] = []
    cursor = ""
    for _ in range(8):
        page = await store.owed("amazon", cursor, 3)
        seen += page.items
        cursor = page.cursor
        if not cursor:
            break

    assert sorted(seen) == skus


async def test_a_confirmed_channel_is_owed_nothing_while_another_still_is(store: Store) -> None:
    await commit(store, counted("A", 9, START))
    await store.claim(["A"], CHANNELS)
    await _settle(store, "A", {"shopify": _owed(1), "amazon": _owed(1)})
    await store.claim(["A"], CHANNELS)
    await _settle(store, "A", {"shopify": _confirmed(9, 1)})

    assert (await store.owed("shopify", "", 10)).items == ()
    assert (await store.owed("amazon", "", 10)).items == ("A",)

    await _settle(store, "A", {"amazon": _confirmed(9, 1)})
    assert (await store.owed("amazon", "", 10)).items == ()
    assert set((await store.glance("A")).told) == {"shopify", "amazon"}


async def test_a_move_leaves_owed_what_was_owed(store: Store) -> None:
    await commit(store, counted("A", 9, START))
    await store.claim(["A"], CHANNELS)
    await _settle(store, "A", {"amazon": _owed(1)})

    await commit(store, ordered("1", {"A": 1}, LATER))

    assert (await store.owed("amazon", "", 10)).items == ("A",)


async def test_a_claim_on_an_unknown_sku_makes_no_row(store: Store) -> None:
    levels = await store.claim(["NEW", "NEW"], CHANNELS)

    assert levels["NEW"].stock.managed is False
    assert (await store.list_levels("", 10)).items == ()


async def test_a_commit_claims_the_channels_for_its_instance(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")

    committed = await one.commit([counted("A", 50, START)])

    assert committed.levels["A"].claimed == frozenset()
    assert (await two.levels(["A"]))["A"].claimed == set(CHANNELS)
    assert (await two.claim(["A"], CHANNELS))["A"].claimed == set(CHANNELS)
    assert (await one.levels(["A"]))["A"].claimed == frozenset()


async def test_a_commit_beside_a_teller_leaves_the_channel_to_it(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")
    await commit(one, counted("A", 50, START))

    committed = await two.commit([ordered("1", {"A": 1}, LATER)])

    assert committed.levels["A"].claimed == set(CHANNELS)
    assert not await one.settle("A", 1, {"shopify": _confirmed(50, 1)}, {})


@pytest.mark.parametrize("push", [Push.CONFIRMED, Push.OWED])
async def test_a_settled_channel_is_free_for_another_instance(shared_place: Place, push: Push) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")
    await commit(one, counted("A", 50, START))

    assert await one.settle("A", 1, {"shopify": Told(50, 1, LATER, push)}, {})

    assert (await two.levels(["A"]))["A"].claimed == {"amazon"}
    assert (await two.claim(["A"], CHANNELS))["A"].claimed == {"amazon"}
    assert (await one.levels(["A"]))["A"].claimed == {"shopify"}


async def test_the_claim_of_a_dead_instance_lapses(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")
    await commit(one, counted("A", 50, START), counted("B", 50, START))
    shared_place.clock.turn(LEASE + 1)

    committed = await two.commit([ordered("1", {"A": 1}, LATER)])
    claimed = await two.claim(["B"], CHANNELS)

    assert committed.levels["A"].claimed == frozenset()
    assert claimed["B"].claimed == frozenset()
    assert {sku: level.claimed for sku, level in (await one.levels("AB")).items()} == {
        sku: set(CHANNELS) for sku in "AB"
    }


async def test_a_claim_for_longer_outlives_its_holder_so_much_longer(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")
    await commit(one, counted("A", 50, START))
    await one.claim(["A"], CHANNELS, 20 * LEASE)
    shared_place.clock.turn(19 * LEASE)

    assert (await two.claim(["A"], CHANNELS))["A"].claimed == set(CHANNELS)
    shared_place.clock.turn(LEASE + 1)
    assert (await two.claim(["A"], CHANNELS))["A"].claimed == frozenset()


@pytest.mark.parametrize("moved_on", [False, True])
async def test_sales_that_are_accounted_for_are_not_accounted_for_again(store: Store, moved_on: bool) -> None:
    await commit(store, counted("A", 50, START), ordered("1", {"A": 3}, LATER))
    assert await store.settle("A", 2, {"shopify": _confirmed(47, 2)}, {"shopify": 3})
    if moved_on:
        await commit(store, counted("A", 40, LATER))
    await store.claim(["A"], CHANNELS)

    late = Told(46, 2, LATER + 60, Push.CONFIRMED)
    assert not await store.settle("A", 2, {"shopify": late}, {"shopify": 3})

    level = (await store.levels(["A"]))["A"]
    assert (level.own, level.told["shopify"].quantity) == ({}, 47)


async def test_who_lost_the_claim_cannot_settle(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")
    await commit(one, counted("A", 50, START), ordered("1", {"A": 3}, LATER))
    shared_place.clock.turn(LEASE + 1)
    await two.claim(["A"], CHANNELS)

    assert not await one.settle("A", 2, {"shopify": _confirmed(99, 2)}, {"shopify": 3})
    assert await two.settle("A", 2, {"shopify": _confirmed(47, 2)}, {"shopify": 3})
    assert not await one.settle("A", 2, {"shopify": _confirmed(99, 2)}, {"shopify": 3})

    level = await one.glance("A")
    assert level.told == {"shopify": _confirmed(47, 2)}
    assert level.own == {}


async def test_nobody_claims_an_unmanaged_sku(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")

    await commit(one, ordered("1", {"A": 1}, LATER))

    assert (await two.levels(["A"]))["A"].claimed == frozenset()
