"""Every store can be audited beside the shop that is open: what was committed adds up, what was not is named."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, cast

from core.audit import Wrong
from core.auditor import Auditor, Openings, Report
from core.changes import Entry, Mark
from core.ports import Page, Store
from tests.core.stores.places import START, Clock, Place, file_place
from tests.core.stores.samples import added, commit, counted, ordered, refunded, returned, try_commit

LATER = START + 60


async def audited(store: Store, clock: Clock, openings: Openings = Openings.LEAVE) -> Report:
    async def pass_by(_: float) -> None:
        await asyncio.sleep(0)

    return await Auditor(store, clock, pass_by, openings).audit()


async def test_whatever_was_committed_adds_up(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 50, START, key="k1"), counted("B", 9, START, key="k2"))
    await commit(store, ordered("1", {"A": 3, "B": 2}, LATER), ordered("2", {"A": 1}, LATER, channel="amazon"))
    await try_commit(store, ordered("1", {"A": 3, "B": 2}, LATER), refunded("1", "A", 2, LATER + 5))
    await commit(store, returned("A", 2, LATER, "r1"), returned("B", 1, LATER, "r2", "DEFECTIVE"))
    await commit(store, added("B", -4, LATER, "k3"))

    report = await audited(store, place.clock)

    assert (report.skus, report.found, report.faults, report.unproved) == (2, 0, [], [])


async def test_a_return_that_names_an_order_is_not_taken_for_a_part_of_it(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 50, START, key="k1"), ordered("order of r1", {"A": 3}, LATER, channel="amazon"))
    await commit(store, returned("A", 1, LATER + 1, "r1"))

    assert (await audited(store, place.clock)).faults == []


async def test_what_an_audit_proved_is_the_opening_of_the_next(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 50, START, key="k1"))
    for week in range(1, 7):
        place.clock.turn(7 * 86_400)
        await commit(store, ordered(str(week), {"A": 1}, place.clock()))
        assert (await audited(store, place.clock, Openings.ROLL)).found == 0

    opening = await store.note("opening#A")

    assert opening is not None
    assert opening.startswith(b"[46,")


async def test_what_is_known_is_given_by_key(store: Store) -> None:
    await commit(store, counted("A", 50, START, key="k1"))
    await commit(store, ordered("1", {"A": 3}, LATER))

    known = await store.knowledge(["shopify#1", "shopify#2"])

    assert list(known) == ["shopify#1"]
    assert await store.knowledge([]) == {}


async def test_what_is_finished_right_after_the_last_look_is_no_fault(shared_place: Place) -> None:
    store = await shared_place.instance()
    await commit(store, counted("A", 50, START, key="k1"), counted("B", 9, START, key="k2"))
    committed = await store.commit([ordered("1", {"A": 3, "B": 2}, LATER)])
    assert committed.mark is not None

    report = await audited(cast("Store", FinishesLate(store, committed.mark)), shared_place.clock)

    assert (report.faults, report.unproved) == ([], ["B"])


class FinishesLate:
    """A store in which a commit is finished when its last row has just been missed for the fifth time."""

    def __init__(self, store: Store, mark: Mark) -> None:
        self._store = store
        self._mark = mark
        self._missed = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def history(self, sku: str, cursor: str, limit: int) -> Page[Entry]:
        found = await self._store.history(sku, cursor, limit)
        self._missed += sku == "B"
        if self._missed == 5:
            await self._store.finish(self._mark)
        return found


async def test_a_row_that_vanished_is_missed_and_can_be_written_off(tmp_path: Path) -> None:
    place = file_place(tmp_path)
    store = await place.instance()
    await commit(store, counted("A", 50, START, key="k1"), counted("B", 9, START, key="k2"))
    await commit(store, ordered("1", {"A": 3}, LATER))
    with sqlite3.connect(tmp_path / "stock.db") as db:
        db.execute("DELETE FROM ledger WHERE tx_id = 'shopify#1'")
    db.close()

    report = await audited(store, place.clock)

    assert [(fault.sku, fault.wrong) for fault in report.faults] == [("A", Wrong.STOCK)]
    assert (await audited(store, place.clock, Openings.REBASE)).found == 0
    assert (await audited(store, place.clock)).found == 0
    await place.close()


async def test_work_left_undone_for_long_is_found(place: Place) -> None:
    store = await place.instance()
    await store.commit([counted("A", 50, START, key="k1")])

    assert (await audited(store, place.clock)).found == 0
    place.clock.turn(3_600)

    assert [fault.wrong for fault in (await audited(store, place.clock)).faults] == [Wrong.MARK]
