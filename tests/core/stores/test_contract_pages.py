"""Every store turns the pages of a SKU's history and returns, newest first, each row once."""

import pytest

from core.changes import Progress
from core.errors import BadInput
from core.orders.change import OrderChange
from core.orders.facts import LineFact, OrderFacts, RefusedLine
from core.ports import Store
from tests.core.stores.places import START
from tests.core.stores.samples import added, commit, counted, ledger, ordered, returned

LATER = START + 60


async def test_a_ledger_row_says_what_happened(store: Store) -> None:
    await commit(store, counted("A", 50, START, key="k1"))
    await commit(store, ordered("1", {"A": 3}, LATER))

    order, count = await ledger(store, "A")

    assert (order.tx_id, order.action, order.delta, order.at) == ("shopify#1", "orders/updated", -3, LATER)
    assert (order.channel, order.order_id, order.actor, order.status) == ("shopify", "1", "", "completed")
    assert (count.tx_id, count.action, count.delta, count.actor) == ("k1", "set", 50, "U1")


async def test_a_note_is_kept_with_its_row(store: Store) -> None:
    await commit(store, counted("A", 50, START), returned("A", 2, LATER, "r1", "DEFECTIVE"))

    entry = (await ledger(store, "A"))[0]

    assert (entry.action, entry.delta, entry.note) == ("return", 0, "2 DEFECTIVE: alert_only")


async def test_a_line_that_cannot_be_applied_is_recorded_as_failed(store: Store) -> None:
    facts = OrderFacts(
        channel="shopify",
        order_id="1",
        action="orders/create",
        created_at=LATER,
        updated_at=LATER,
        lines=(LineFact("l1", "A", 1),),
        refused=(
            RefusedLine("l2", "A", "quantity: must be from 1 to 1,000,000"),
            RefusedLine("l3", "", "sku: is missing"),
        ),
    )
    await commit(store, counted("A", 50, START), OrderChange(facts, LATER))

    entries = {entry.action: entry for entry in await ledger(store, "A")}

    assert (entries["parked"].status, entries["parked"].delta) == (Progress.FAILED, 0)
    assert entries["parked"].note == "quantity: must be from 1 to 1,000,000"
    assert (entries["orders/create"].status, entries["orders/create"].delta) == (Progress.COMPLETED, -1)


async def test_history_comes_page_by_page_each_row_once(store: Store) -> None:
    await commit(store, counted("A", 50, START))
    for number in range(9):
        at = LATER + number // 3
        await commit(store, added("A", number + 1, at, f"k{number}"), added("B", 1, at, f"b{number}"))

    deltas: list[int] = []
    times: list[float] = []
    cursor = ""
    for _ in range(9):
        page = await store.history("A", cursor, 3)
        deltas += [entry.delta for entry in page.items]
        times += [entry.at for entry in page.items]
        cursor = page.cursor
        if not cursor:
            break

    assert sorted(deltas) == [*range(1, 10), 50]
    assert times == sorted(times, reverse=True)


async def test_returns_come_page_by_page_newest_first(store: Store) -> None:
    for number in range(7):
        await commit(store, returned("A", number + 1, LATER + number // 2, f"r{number}"))

    first = await store.returns("A", "", 5)
    rest = await store.returns("A", first.cursor, 5)

    rows = [*first.items, *rest.items]
    assert sorted(row.quantity for row in rows) == [1, 2, 3, 4, 5, 6, 7]
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert rows[0].return_id == "r6"
    assert (rows[0].order_id, rows[0].channel, rows[0].disposition) == ("order of r6", "amazon", "SELLABLE")


async def test_two_returns_of_one_moment_are_both_kept(store: Store) -> None:
    await commit(
        store, returned("A", 1, LATER, "r1"), returned("A", 2, LATER, "r2"), returned("A", 3, LATER, "🦊" * 300)
    )

    assert sorted(row.quantity for row in (await store.returns("A", "", 10)).items) == [1, 2, 3]


async def test_there_is_no_history_of_an_unknown_sku(store: Store) -> None:
    assert await store.history("NEW", "", 10) == await store.history("NEW", "", 10)
    assert (await store.history("NEW", "", 10)).items == ()
    assert (await store.returns("NEW", "", 10)).items == ()


async def test_a_cursor_that_no_page_gave_is_refused(store: Store) -> None:
    for cursor in ("nonsense", "\x00", "WzFd", "W10", "eyJhIjoxfQ", "é"):
        with pytest.raises(BadInput):
            await store.history("A", cursor, 10)
        with pytest.raises(BadInput):
            await store.returns("A", cursor, 10)
        with pytest.raises(BadInput):
            await store.list_alerts("", cursor, 10)
