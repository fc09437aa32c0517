"""Every store keeps, from the commit on, what is left to do until it is finished."""

from core.changes import Mark
from core.orders.change import OrderChange
from core.ports import Store
from tests.core.stores.places import START, Place
from tests.core.stores.samples import commit, counted, facts, ledger, ordered, returned

LATER = START + 60
FOREVER = START + 10_000


async def test_a_crash_after_the_commit_leaves_the_mark_to_be_found(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 10, START), counted("B", 10, START))
    await store.commit([ordered("1", {"A": 1, "B": 2, "NEW": 1}, LATER), returned("A", 1, LATER, "r1", "DEFECTIVE")])
    await store.close()

    after = await place.instance("two")
    (mark,) = await after.unfinished(FOREVER, 10)

    assert set(mark.skus) == {"A", "B"}
    assert sorted(notice.kind for notice in mark.notices) == ["return_damaged", "unlisted_sku"]
    assert mark.at == START
    assert {notice.sku for notice in mark.notices} == {"A", "NEW"}


async def test_a_sweep_after_a_crash_completes_the_history(place: Place) -> None:
    store = await place.instance()
    await commit(store, *(counted(sku, 10, START) for sku in "ABC"))
    await store.commit([ordered("1", {"A": 1, "B": 2, "C": 3}, LATER), ordered("2", {"C": 1}, LATER)])
    await store.close()

    after = await place.instance("two")
    for mark in await after.unfinished(FOREVER, 10):
        await after.finish(mark)

    assert [[entry.delta for entry in await ledger(after, sku)] for sku in "AB"] == [[-1, 10], [-2, 10]]
    assert sorted(entry.delta for entry in await ledger(after, "C")) == [-3, -1, 10]
    assert {entry.status for sku in "ABC" for entry in await ledger(after, sku)} == {"completed"}
    assert await after.unfinished(FOREVER, 10) == []


async def test_a_group_has_one_mark_for_all_its_changes(store: Store) -> None:
    await commit(store, counted("A", 10, START), counted("B", 10, START))

    committed = await store.commit([ordered("1", {"A": 1}, LATER), ordered("2", {"B": 1}, LATER)])

    assert committed.mark is not None
    assert set(committed.mark.skus) == {"A", "B"}
    assert len(await store.unfinished(FOREVER, 10)) == 1


async def test_a_duplicate_leaves_nothing_to_do(store: Store) -> None:
    order = ordered("1", {"A": 1}, LATER)
    await commit(store, counted("A", 10, START), order)

    committed = await store.commit([order])

    assert committed.mark is None
    assert await store.unfinished(FOREVER, 10) == []


async def test_marks_come_oldest_first_and_only_those_made_before(place: Place) -> None:
    store = await place.instance()
    marks: list[Mark | None] = []
    for number in range(5):
        place.clock.turn(10)
        marks.append((await store.commit([counted(f"A{number}", 1, place.clock())])).mark)

    before = START + 40
    assert [mark.skus for mark in await store.unfinished(before, 10)] == [("A0",), ("A1",), ("A2",)]
    assert [mark.skus for mark in await store.unfinished(FOREVER, 2)] == [("A0",), ("A1",)]
    assert [mark.at for mark in await store.unfinished(before, 10)] == [START + 10, START + 20, START + 30]


async def test_finishing_twice_is_harmless(store: Store) -> None:
    committed = await store.commit([counted("A", 10, START)])

    assert committed.mark is not None
    await store.finish(committed.mark)
    await store.finish(committed.mark)

    assert await store.unfinished(FOREVER, 10) == []


async def test_finishing_an_old_mark_keeps_what_came_since(store: Store) -> None:
    await commit(store, counted("A", 10, START))
    first = await store.commit([ordered("1", {"A": 1}, LATER)])
    second = await store.commit([OrderChange(facts("1", {"A": 4}, LATER + 9, created=LATER), LATER + 9)])

    assert first.mark is not None
    assert second.mark is not None
    await store.finish(first.mark)
    left = await store.unfinished(FOREVER, 10)
    await store.finish(second.mark)

    assert [mark.skus for mark in left] == [("A",)]
    assert await store.unfinished(FOREVER, 10) == []
    assert [entry.delta for entry in await ledger(store, "A")] == [-3, -1, 10]


async def test_a_mark_that_was_read_back_can_be_finished(store: Store) -> None:
    committed = await store.commit([ordered("1", {"A": 1, "B": 1}, LATER)])

    assert committed.mark is not None
    mark = committed.mark
    await store.finish(Mark(mark.mark_id, mark.skus, mark.notices, mark.at))

    assert await store.unfinished(FOREVER, 10) == []
    assert [entry.action for sku in "AB" for entry in await ledger(store, sku)] == ["orders/updated"] * 2
