"""Deciding about returns: one winner each, units on the shelf or written off, and taken back for ten minutes."""

from __future__ import annotations

import asyncio

import pytest

from core.adjustments import Adjustment
from core.alerts import State
from core.changes import Status
from core.errors import AlreadyHandled, BadInput, CannotUndo, Hindrance, NotFound
from core.house import House
from core.returns.case import Case, Verdict, dump, load
from core.returns.change import ReturnChange
from core.returns.verdict import Appeal, Judge
from core.stock import Move, moved
from tests.core.stand_ins import DAY, NOON, Books, HandClock, SteppedStore, until

KEY = "amazon#return#1"
RESTOCKED, WRITTEN_OFF = Verdict.RESTOCKED, Verdict.WRITTEN_OFF


def came_back(disposition: str = "CARRIER_DAMAGED", *, key: str = KEY, fulfilled_by: str = "") -> ReturnChange:
    return ReturnChange(key, "A", 3, disposition, "amazon", NOON, order_id="9", fulfilled_by=fulfilled_by)


def judge(verdict: Verdict = RESTOCKED, by: str = "ann", *, key: str = KEY, sku: str = "A") -> Judge:
    return Judge(key, sku, by, NOON + 60, verdict)


def appeal(by: str = "ann", *, at: float = NOON + 120, operator: bool = False) -> Appeal:
    return Appeal(KEY, "A", by, at, operator=operator)


@pytest.fixture
def waiting(books: Books) -> Books:
    books.commit(Adjustment("count", "A", NOON - DAY, "ann", physical=10))
    books.commit(came_back())
    return books


@pytest.mark.parametrize(("verdict", "units"), [(RESTOCKED, 3), (WRITTEN_OFF, 0)])
def test_a_decision_moves_the_units_and_is_in_the_ledger_and_on_the_return(
    waiting: Books, verdict: Verdict, units: int
) -> None:
    assert waiting.commit(judge(verdict)).status is Status.APPLIED

    assert waiting.on_hand("A") == 10 + units
    assert waiting.entries()[-1] == ("A", verdict.value, units)
    assert waiting.decisions() == [verdict.value]


def test_the_first_decision_wins_and_is_named(waiting: Books) -> None:
    waiting.commit(judge(WRITTEN_OFF))

    results = waiting.commit_all([judge(RESTOCKED, "bob"), judge(WRITTEN_OFF, "bob")])

    assert [type(result) for result in results] == [AlreadyHandled, AlreadyHandled]
    first = results[0]
    assert isinstance(first, AlreadyHandled)
    assert (first.by, first.at, first.state) == ("ann", NOON + 60, "written_off")
    assert waiting.on_hand("A") == 10


def test_the_same_return_told_again_changes_nothing_that_was_decided(waiting: Books) -> None:
    waiting.commit(judge())

    assert waiting.commit(came_back()).status is Status.DUPLICATE
    assert (waiting.on_hand("A"), waiting.decisions()) == (13, ["restocked"])


@pytest.mark.parametrize("disposition", ["CARRIER_DAMAGED", "WAREHOUSE_DAMAGED", "WHATEVER"])
def test_what_amazon_fulfilled_never_comes_to_our_shelf(waiting: Books, disposition: str) -> None:
    waiting.commit(came_back(disposition, key="fba", fulfilled_by="AFN"))

    waiting.commit(judge(key="fba"))

    assert waiting.on_hand("A") == 10
    assert waiting.alerts[-1].notice_id == "fba#returned"


@pytest.mark.parametrize("disposition", ["SELLABLE", "DAMAGED", "UNSELLABLE"])
def test_what_its_disposition_decides_is_not_decided_again(waiting: Books, disposition: str) -> None:
    waiting.commit(came_back(disposition, key="other"))

    (refused,) = waiting.commit_all([judge(key="other")])

    assert isinstance(refused, NotFound)


def test_units_of_a_sku_that_nobody_has_set_are_not_restocked(books: Books) -> None:
    books.commit(came_back())

    (refused,) = books.commit_all([judge()])
    assert isinstance(refused, BadInput)
    assert books.commit(judge(WRITTEN_OFF)).status is Status.APPLIED


def test_a_return_of_another_sku_or_an_older_version_is_not_found() -> None:
    case = Case("A", NOON, KEY, 3, "CARRIER_DAMAGED", "9", "amazon", "quarantine", "")

    for known in (None, b"1", dump(case)):
        with pytest.raises(NotFound):
            judge(sku="B").decide(known, {})
    assert load(dump(case)) == case


def test_taken_back_it_waits_again_and_can_be_decided_otherwise(waiting: Books) -> None:
    waiting.commit(judge())

    waiting.commit(appeal())
    assert (waiting.on_hand("A"), waiting.decisions()) == (10, ["quarantine"])
    assert waiting.alerts[-1].notice_id == f"{KEY}#undecided"
    waiting.commit(judge(WRITTEN_OFF))

    assert (waiting.on_hand("A"), waiting.decisions()) == (10, ["written_off"])
    assert [action for _, action, _ in waiting.entries()] == ["set", "return", "restocked", "undo", "written_off"]


def test_taking_it_back_has_the_limits_of_every_undo() -> None:
    case = Case("A", NOON, KEY, 3, "X", "", "amazon", "alert_only", "", True, "restocked", "ann", NOON + 60, 3, 5, 1)
    books = Books()
    with books:
        books.commit(Adjustment("count", "A", NOON - DAY, "ann", physical=10))
        stock = books.stock("A")
    sold_out = moved(stock, Move("A", -9))
    recounted = moved(moved(moved(stock, Move("A")), Move("A")), Move("A"))
    for _ in range(2):
        recounted = moved(recounted, Move("A", counts=True))
    tries = [
        (appeal("bob"), stock, Hindrance.NOT_YOURS),
        (appeal(at=NOON + 661), stock, Hindrance.TOO_LATE),
        (appeal(), sold_out, Hindrance.TOO_FEW),
        (appeal(), recounted, Hindrance.COUNTED_SINCE),
    ]
    for asked, now, why in tries:
        with pytest.raises(CannotUndo) as refused:
            asked.decide(dump(case), {"A": now})
        assert refused.value.why is why
    assert appeal("bob", operator=True).decide(dump(case), {"A": stock}).moves == (Move("A", -3),)


async def test_fifty_people_make_one_transition_and_the_alert_ends(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=10)
    await house.service.receive("amazon", [came_back()])
    await until(store.is_done)
    (alert,) = await store.all_alerts()

    tries = [house.service.judge(KEY, "A", f"U{number}", list(Verdict)[number % 2]) for number in range(50)]
    results = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(result, AlreadyHandled) for result in results) == 49
    ended = await store.alert(alert.alert_id)
    assert ended is not None
    assert ended.state is State.RESOLVED


async def test_an_alert_about_several_returns_ends_with_the_last_of_them(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=10)
    await house.service.receive("amazon", [came_back(), came_back(key="second")])
    await until(store.is_done)
    (alert,) = await store.all_alerts()
    assert alert.count == 2

    await house.service.judge(KEY, "A", "ann", WRITTEN_OFF)
    assert len(await store.all_alerts()) == 1
    await house.service.judge("second", "A", "ann", RESTOCKED)
    assert await store.all_alerts() == []


async def test_an_alert_that_also_counts_what_is_not_to_be_decided_stays(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=10)
    await house.service.receive("amazon", [came_back("DAMAGED", key="other"), came_back()])
    await until(store.is_done)

    await house.service.judge(KEY, "A", "ann", WRITTEN_OFF)

    assert len(await store.all_alerts()) == 1


async def test_taken_back_the_alert_is_there_again(house: House, store: SteppedStore, clock: HandClock) -> None:
    await house.service.adjust("A", "ann", physical=10)
    await house.service.receive("amazon", [came_back()])
    await until(store.is_done)
    await house.service.judge(KEY, "A", "ann", RESTOCKED)
    clock.advance(5)

    judged = await house.service.appeal(KEY, "A", "ann")
    await until(store.is_done)

    assert judged.case.verdict == ""
    assert [alert.kind for alert in await store.all_alerts()] == ["return_damaged"]


async def test_the_books_add_up_whatever_was_taken_back(house: House, store: SteppedStore, clock: HandClock) -> None:
    await house.service.adjust("B", "ann", physical=10, request="first")
    await house.service.undo("manual#first", "B", "ann")
    await house.service.adjust("A", "ann", physical=10)
    await house.service.adjust("A", "ann", delta=5, request="r")
    await house.service.receive("amazon", [came_back(), came_back(key="second")])
    await house.service.judge(KEY, "A", "ann", RESTOCKED)
    await house.service.judge("second", "A", "ann", RESTOCKED)
    await house.service.appeal(KEY, "A", "ann")
    await house.service.undo("manual#r", "A", "ann")
    await until(store.is_done)

    report = await house.auditor().audit()

    assert (report.skus, report.faults, report.unproved) == (2, [], [])
    assert (await store.levels(["A"]))["A"].stock.physical == 13
