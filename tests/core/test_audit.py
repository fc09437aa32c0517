"""The audit: books that were kept right add up, and whatever is changed behind the ledger's back is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.audit import PROVABLE, Books, Opening, Wrong, faults_of, forgotten, rebased, rolled
from core.changes import Entry, Mark, ReturnRow
from core.orders.codec import dump
from core.orders.known import Line, Order
from core.rules import Rule
from core.stock import Level, Push, Stock, Told
from core.terms import Terms
from tests.core.stand_ins import DAY, NOON

SOUND = Books(
    level=Level(
        Stock("A", physical=48, buffer=5, version=3, counted_at=NOON - DAY),
        updated_at=NOON - DAY,
        told={"shopify": Told(43, 3, NOON - DAY, Push.CONFIRMED), "amazon": Told(None, 0, 0.0, Push.OWED)},
    ),
    opening=Opening(),
    entries=(
        Entry("return#1", "A", "return", 1, NOON - 10, channel="amazon", order_id="9"),
        Entry("shopify#1", "A", "orders/create", -3, NOON - 20, channel="shopify", order_id="1"),
        Entry("count", "A", "set", 50, NOON - DAY, actor="U1"),
    ),
    returns=(ReturnRow("A", NOON - 10, "return#1", 1, "SELLABLE", "9", "amazon", "sync"),),
    orders={"shopify#1": dump(Order(NOON - 20, NOON - 20, lines={"l1": Line("A", NOON - 20, 3, applied=3)}))},
)


def found(books: Books) -> list[Wrong]:
    return [fault.wrong for fault in faults_of(books, NOON)]


def on_hand(books: Books, physical: int) -> Books:
    return replace(books, level=replace(books.level, stock=replace(books.level.stock, physical=physical)))


def test_books_that_were_kept_right_have_no_fault() -> None:
    assert faults_of(SOUND, NOON) == ()


def test_stock_that_was_changed_behind_the_ledgers_back_is_named_with_its_numbers() -> None:
    (fault, *_) = faults_of(on_hand(SOUND, 47), NOON)

    assert (fault.sku, fault.wrong) == ("A", Wrong.STOCK)
    assert fault.detail == "47 on hand, but 0 at the opening and +48 since make 48"


def test_an_order_that_the_ledger_took_twice_is_named() -> None:
    twice = replace(SOUND.entries[1], tx_id="shopify#1#1.0", at=NOON - 15)

    faults = faults_of(replace(on_hand(SOUND, 45), entries=(*SOUND.entries, twice)), NOON)

    assert [(fault.wrong, fault.row) for fault in faults if fault.wrong is not Wrong.OWED] == [
        (Wrong.ORDER, "shopify#1")
    ]


def test_a_line_that_took_more_than_it_holds_is_named() -> None:
    line = Line("A", NOON - 20, 3, applied=6)
    order = dump(Order(NOON - 20, NOON - 20, lines={"l1": line}))
    twice = replace(SOUND.entries[1], delta=-6)
    books = replace(
        on_hand(SOUND, 45), entries=(SOUND.entries[0], twice, SOUND.entries[2]), orders={"shopify#1": order}
    )

    rows = [fault.row for fault in faults_of(books, NOON) if fault.wrong is Wrong.ORDER]

    assert rows == ["shopify#1 line l1"]


def test_a_return_without_its_ledger_row_is_named() -> None:
    assert Wrong.RETURN in found(replace(on_hand(SOUND, 47), entries=SOUND.entries[1:]))


def test_a_channel_that_shows_something_else_and_is_owed_nothing_is_named() -> None:
    stale = {"shopify": replace(SOUND.level.told["shopify"], quantity=46)}

    assert found(replace(SOUND, level=replace(SOUND.level, told=stale))) == [Wrong.OWED]
    assert found(replace(SOUND, level=replace(SOUND.level, told=stale, own={"shopify": 3}))) == []
    assert found(replace(SOUND, level=replace(SOUND.level, told=stale, updated_at=NOON - 5))) == []


def test_a_channel_that_shows_what_its_rule_lists_is_right() -> None:
    ruled = {"shopify": Terms(rule=Rule(percent=50), changed_at=NOON - DAY)}
    half = {"shopify": replace(SOUND.level.told["shopify"], quantity=21)}

    assert found(replace(SOUND, terms=ruled)) == [Wrong.OWED]
    assert found(replace(SOUND, terms=ruled, level=replace(SOUND.level, told=half))) == []


def test_a_stock_alert_that_does_not_agree_with_the_level_is_named() -> None:
    assert found(replace(SOUND, level=replace(SOUND.level, alert="stock_low"))) == [Wrong.ALERT]


def test_work_that_nobody_came_back_to_is_named() -> None:
    marks = [Mark("7", ("A",), (), NOON - 3_600), Mark("8", ("B",), (), NOON - 60)]

    assert [(fault.sku, fault.row) for fault in forgotten(marks, NOON)] == [("A", "7")]


def test_the_opening_moves_on_and_the_same_books_still_add_up() -> None:
    old = replace(SOUND, entries=(*SOUND.entries[:2], replace(SOUND.entries[2], at=NOON - 20 * DAY)))

    opening = rolled(old, NOON)

    assert opening == Opening(50, NOON - 7 * DAY)
    assert faults_of(replace(old, opening=opening, entries=old.entries[:2]), NOON) == ()


@pytest.mark.parametrize("opening", [Opening(), Opening(3, NOON - PROVABLE - DAY)])
def test_books_whose_ledger_has_expired_are_not_called_right_until_somebody_says_so(opening: Opening) -> None:
    counted = replace(SOUND.level.stock, counted_at=NOON - PROVABLE - DAY)
    old = replace(SOUND, level=replace(SOUND.level, stock=counted), opening=opening, entries=SOUND.entries[:2])

    assert found(old) == [Wrong.OPENING]
    assert faults_of(replace(old, opening=rebased(old, NOON)), NOON) == ()
