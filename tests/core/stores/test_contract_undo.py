"""On every store a change is undone once, whoever asks, and what was stated is kept with the numbers."""

import asyncio

import pytest

from core.changes import Status
from core.deeds import load
from core.errors import AlreadyHandled, CannotUndo
from core.ports import Store
from core.requests import Made, Once, Remember, recent
from core.returns.case import Verdict
from core.returns.verdict import Appeal, Judge
from core.stock import Stated
from core.undo import Undo
from tests.core.stores.places import START, Place
from tests.core.stores.samples import added, commit, counted, ledger, ordered, physical, returned, stock, try_commit

LATER = START + 60
pytestmark = pytest.mark.parametrize("place", ["sqlite", "ministack", "local"], indirect=True)


def undo(key: str) -> Undo:
    return Undo(key, "A", "U1", LATER + 1)


def judge(key: str) -> Judge:
    return Judge(key, "A", "U2", LATER, Verdict.WRITTEN_OFF)


async def test_an_undo_is_the_inverse_in_the_ledger_and_stays_after_a_restart(place: Place) -> None:
    first = await place.instance()
    await commit(first, counted("A", 50, START), added("A", 12, START, "k"), ordered("1", {"A": 3}, LATER))

    (outcome,) = await commit(first, undo("k"))
    await first.close()
    again = await place.instance()

    assert outcome.after["A"].physical == 47
    assert await physical(again, "A") == [47]
    newest = (await ledger(again, "A"))[0]
    assert (newest.tx_id, newest.action, newest.delta, newest.actor) == ("k#undo", "undo", -12, "U1")
    (refused,) = await try_commit(again, undo("k"))
    assert isinstance(refused, CannotUndo)
    known = load((await again.knowledge(["k"]))["k"])
    assert known is not None
    assert known.undone_by == "U1"


async def test_of_many_undos_at_once_one_is_done(store: Store) -> None:
    await commit(store, counted("A", 50, START), added("A", 12, START, "k"))

    results = [await try_commit(store, *[undo("k")] * 3) for _ in range(2)]

    found = [isinstance(result, CannotUndo) for group in results for result in group]
    assert found.count(False) == 1
    assert await physical(store, "A") == [50]


async def test_what_was_stated_is_stored_and_given_back(store: Store) -> None:
    await commit(store, counted("A", 50, START, "first"))
    await commit(store, counted("A", 60, LATER, "second"), ordered("1", {"A": 1}, LATER))
    assert (await stock(store, "A")).stated == Stated(physical=2)

    await commit(store, undo("second"))

    now = await stock(store, "A")
    assert (now.physical, now.version, now.stated) == (49, 4, Stated(physical=1))
    assert (await store.glance("A")).stock.stated == now.stated


async def test_a_first_count_undone_leaves_the_sku_unset_until_it_is_counted_again(store: Store) -> None:
    await commit(store, counted("A", 50, START, "k"))

    await commit(store, undo("k"))
    await commit(store, ordered("1", {"A": 3}, LATER + 1))

    now = await stock(store, "A")
    assert (now.physical, now.managed) == (0, False)
    await commit(store, counted("A", 7, LATER + 2, "again"))
    now = await stock(store, "A")
    assert (now.physical, now.counted_at) == (7, LATER + 2)


async def test_a_request_and_a_persons_changes_are_kept_without_any_stock(store: Store) -> None:
    (first,) = await commit(store, Once("r"))
    (again,) = await commit(store, Once("r"))
    await commit(store, counted("A", 50, START, "k"), Remember("U1", Made("k", "A", START)))
    await commit(store, Remember("U1", Made("l", "B", LATER)))

    assert (first.status, again.status) == (Status.APPLIED, Status.DUPLICATE)
    assert [made.key for made in recent((await store.knowledge(["recent#U1"]))["recent#U1"])] == ["k", "l"]
    assert not await store.unfinished(LATER + 1000, 10)


async def test_two_instances_remember_every_change_of_a_person(place: Place) -> None:
    one = await place.instance("one")
    pair = [one, await place.instance("two")] if one.shared else [one, one]

    changes = [Remember("U1", Made(str(number), "A", START)) for number in range(8)]
    await asyncio.gather(*(commit(pair[index % 2], change) for index, change in enumerate(changes)))

    kept = recent((await one.knowledge(["recent#U1"]))["recent#U1"])
    assert sorted(made.key for made in kept) == [str(number) for number in range(8)]


async def test_what_is_decided_about_a_return_is_on_its_row_once(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 50, START), returned("A", 2, START, "r1", "CARRIER_DAMAGED"))
    await commit(store, returned("A", 1, START, "r2", "WHATEVER"))

    results = await try_commit(store, Judge("r1", "A", "U1", LATER, Verdict.RESTOCKED), judge("r1"), judge("r2"))
    await store.close()
    again = await place.instance()

    assert [isinstance(result, AlreadyHandled) for result in results] == [False, True, False]
    rows = {row.return_id: row for row in (await again.returns("A", "", 10)).items}
    assert {each: row.decision for each, row in rows.items()} == {"r1": "restocked", "r2": "written_off"}
    assert (rows["r1"].quantity, rows["r1"].at, rows["r1"].disposition) == (2, START, "CARRIER_DAMAGED")
    assert await physical(again, "A") == [52]
    assert [(entry.action, entry.delta) for entry in await ledger(again, "A")][:1] in (
        [("restocked", 2)],
        [("written_off", 0)],
    )
    await commit(again, Appeal("r1", "A", "U1", LATER + 1))
    assert await physical(again, "A") == [50]
    assert sorted(row.decision for row in (await again.returns("A", "", 10)).items) == ["quarantine", "written_off"]
    assert (await again.knowledge(["r1"])).keys() == {"r1"}
