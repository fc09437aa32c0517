"""An order's message as a change: what it takes, what it gives back, and what people are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adjustments import Adjustment
from core.changes import Outcome, Status
from core.orders.change import SKUS_AT_ONCE, OrderChange
from core.orders.facts import LineFact, OrderFacts, RefundFact, RefusedLine
from core.stock import Move, Stock
from tests.core.stand_ins import DAY, NOON, Books


def order(*lines: LineFact, at: float = NOON, created_at: float = NOON, **more: object) -> OrderFacts:
    facts = OrderFacts("shopify", "7", "order", created_at, at, lines=lines)
    return replace(facts, **more)  # type: ignore[arg-type]


def refund(units: int, *, at: float | None = NOON + 60, restocked: bool = True, sku: str = "A") -> OrderFacts:
    fact = RefundFact("r1", "1", sku, units, restocked, at)
    return OrderFacts("shopify", "7", "refund", refunds=(fact,))


def one(sku: str, units: int, line_id: str = "1", removed: int = 0) -> LineFact:
    return LineFact(line_id, sku, units, removed)


def count(books: Books, *skus: str, at: float = NOON - DAY, units: int = 10) -> None:
    for sku in skus or ("A",):
        books.commit(Adjustment(f"count {sku}", sku, at, "ann", physical=units))


def hear(books: Books, *messages: OrderFacts) -> Outcome:
    for facts in messages:
        outcome = books.commit(OrderChange(facts, books.clock()))
    return outcome


def test_an_order_takes_its_units_once(books: Books) -> None:
    count(books)
    assert hear(books, order(one("A", 3))).status is Status.APPLIED
    assert hear(books, order(one("A", 3))).status is Status.DUPLICATE
    assert books.on_hand("A") == 7
    assert books.entries()[1:] == [("A", "order", -3)]


def test_two_lines_of_one_sku_are_one_move(books: Books) -> None:
    count(books)
    hear(books, order(one("A", 3), one("A", 4, "2")))
    assert books.stock("A").physical == 3
    assert books.stock("A").version == 2
    assert books.entries()[1:] == [("A", "order", -7)]


def test_an_order_is_a_fact_even_below_nothing(books: Books) -> None:
    count(books)
    hear(books, order(one("A", 12)))
    assert books.on_hand("A") == -2


def test_units_that_an_edit_removed_come_back(books: Books) -> None:
    count(books)
    hear(books, order(one("A", 5)), order(one("A", 5, removed=2), at=NOON + 5), order(one("A", 5)))
    assert books.on_hand("A") == 7


def test_a_cancelled_order_holds_only_what_was_refunded_without_coming_back(books: Books) -> None:
    count(books)
    hear(books, order(one("A", 5)), refund(2, restocked=False), order(at=NOON + 9, cancelled_at=NOON + 9))
    assert books.on_hand("A") == 8


def test_a_deleted_order_gives_back_what_it_held(books: Books) -> None:
    count(books)
    hear(books, order(one("A", 5)), OrderFacts("shopify", "7", "delete", cancelled_at=NOON + 9))
    assert books.on_hand("A") == 10


def test_the_deletion_of_an_unknown_order_is_ignored_and_the_order_takes_nothing_after_it(books: Books) -> None:
    count(books)
    deleted = OrderFacts("shopify", "7", "delete", cancelled_at=NOON + 9)
    assert hear(books, deleted).status is Status.IGNORED
    hear(books, order(one("A", 5)))
    assert books.on_hand("A") == 10


@pytest.mark.parametrize("at", [NOON + 60, None])
def test_a_refund_may_come_before_its_order(books: Books, at: float | None) -> None:
    count(books)
    hear(books, refund(2, at=at))
    assert books.on_hand("A") == 12
    hear(books, order(one("A", 5)), refund(2, at=at))
    assert books.on_hand("A") == 7


def test_a_refund_of_unknown_time_counts_once_its_time_is_known(books: Books) -> None:
    count(books)
    hear(books, order(one("A", 5)), refund(2, at=None), refund(2, at=NOON + 60))
    assert books.on_hand("A") == 7


def test_a_refund_heard_before_the_first_count_is_not_counted_when_it_is_heard_again(books: Books) -> None:
    early = refund(2, at=NOON - 2 * DAY)
    hear(books, early)
    count(books)
    hear(books, early)
    assert books.on_hand("A") == 10


def test_of_an_order_older_than_the_ledger_only_what_newly_comes_back_counts(books: Books) -> None:
    count(books, at=NOON - 90 * DAY)
    old = order(one("A", 5), created_at=NOON - 31 * DAY, at=NOON - 31 * DAY)
    hear(books, old, refund(1, at=NOON - 30.5 * DAY))
    assert books.on_hand("A") == 10
    late = replace(refund(2), refunds=(replace(refund(2).refunds[0], refund_id="r2"),))
    hear(books, late, late)
    assert books.on_hand("A") == 12


def test_an_order_of_the_last_thirty_days_takes_its_units_when_it_is_first_heard_of(books: Books) -> None:
    count(books, at=NOON - 90 * DAY)
    hear(books, order(one("A", 5), created_at=NOON - 29 * DAY, at=NOON - 29 * DAY))
    assert books.on_hand("A") == 5


def test_an_order_of_the_second_of_the_first_count_takes_its_units(books: Books) -> None:
    count(books, at=NOON + 0.7)
    hear(books, order(one("A", 5), created_at=NOON))
    assert books.on_hand("A") == 5


def test_an_unmanaged_sku_is_recorded_and_told_once(books: Books) -> None:
    hear(books, order(one("A", 5)), order(one("A", 6), at=NOON + 5), order(one("A", 6), one("B", 1, "2"), at=NOON + 9))
    assert books.entries() == [("A", "order", 0), ("B", "order", 0)]
    assert [(alert.kind, alert.sku) for alert in books.alerts] == [("unlisted_sku", "A"), ("unlisted_sku", "B")]
    assert not books.stock("A").managed


def test_units_that_an_edit_adds_after_the_first_count_are_taken(books: Books) -> None:
    hear(books, order(one("A", 5), at=NOON - 2 * DAY, created_at=NOON - 2 * DAY))
    count(books)
    hear(books, order(one("A", 8), created_at=NOON - 2 * DAY))
    assert books.on_hand("A") == 7


def test_a_refused_line_does_not_block_the_good_ones(books: Books) -> None:
    count(books)
    bad = (RefusedLine("2", "", "it has no SKU"), RefusedLine("2", "", "it has no SKU"))
    outcome = hear(books, order(one("A", 3), refused=bad))
    assert outcome.status is Status.APPLIED
    assert books.on_hand("A") == 7
    assert [alert.kind for alert in books.alerts] == ["webhook_refused"]
    assert hear(books, order(one("A", 3), refused=bad)).status is Status.DUPLICATE
    assert len(books.alerts) == 1


def test_an_order_of_nothing_but_refused_lines_is_parked(books: Books) -> None:
    assert hear(books, order(refused=(RefusedLine("1", "A", "its quantity must be"),))).status is Status.PARKED


def large(count_of: int = 300) -> OrderFacts:
    return order(*(one(f"S{n}", n % 7 + 1, str(n)) for n in range(count_of)), one("S0", 2, "again"))


def test_an_order_of_three_hundred_skus_is_exact(books: Books) -> None:
    count(books, *(f"S{n}" for n in range(300)))
    assert hear(books, large()).status is Status.APPLIED
    assert [10 - books.on_hand(f"S{n}") for n in range(300)] == [3, *(n % 7 + 1 for n in range(1, 300))]
    assert hear(books, large()).status is Status.DUPLICATE


@pytest.mark.parametrize("cut_after", [1, 2, 3])
def test_one_that_is_cut_off_is_finished_when_it_is_sent_again(books: Books, cut_after: int) -> None:
    count(books, *(f"S{n}" for n in range(300)))
    for _ in range(cut_after):
        (part,) = books.commit_all([OrderChange(large(), books.clock())])
        assert isinstance(part, Outcome)
        assert part.more
    books.clock.advance(3600)
    hear(books, large())
    assert [10 - books.on_hand(f"S{n}") for n in range(300)] == [3, *(n % 7 + 1 for n in range(1, 300))]


def test_each_of_its_transactions_touches_a_bounded_number_of_skus(books: Books) -> None:
    stock = {f"S{n}": replace(books.stock(f"S{n}"), counted_at=0.0 if n % 2 else None) for n in range(300)}
    known, rounds, more = None, 0, True
    while more:
        decision = OrderChange(large(), NOON).decide(known, stock)
        assert len(decision.moves) <= len(decision.entries) <= SKUS_AT_ONCE
        assert len(decision.notices) <= SKUS_AT_ONCE
        known, more, rounds = decision.known, decision.more, rounds + 1
    assert rounds == 4


def test_one_of_unmanaged_skus_records_each_of_them_once(books: Books) -> None:
    hear(books, large(), large())
    assert sorted(sku for sku, _, _ in books.entries()) == sorted(f"S{n}" for n in range(300))
    assert len(books.alerts) == 300


def test_a_whole_cancel_of_it_gives_everything_back(books: Books) -> None:
    count(books, *(f"S{n}" for n in range(300)))
    hear(books, large(), OrderFacts("shopify", "7", "delete", cancelled_at=NOON + 9))
    assert {books.on_hand(f"S{n}") for n in range(300)} == {10}


def test_many_messages_of_one_order_in_one_group_end_as_one_after_another(books: Books) -> None:
    count(books)
    group = [order(one("A", 5)), refund(2), order(one("A", 5)), order(one("A", 5, removed=1), at=NOON + 5)]
    outcomes = books.commit_all([OrderChange(facts, NOON) for facts in group])
    assert [outcome.status for outcome in outcomes if isinstance(outcome, Outcome)] == [
        Status.APPLIED,
        Status.APPLIED,
        Status.DUPLICATE,
        Status.APPLIED,
    ]
    assert books.on_hand("A") == 8


def whole(at: float, *lines: LineFact, refused: tuple[RefusedLine, ...] = ()) -> OrderFacts:
    """A snapshot that names every line."""
    return OrderFacts("shopify", "9", "order_update", NOON, at, lines=lines, refused=refused, whole=True)


@given(st.permutations([0, 1, 2, 3]), st.lists(st.integers(0, 3), max_size=4))
def test_a_line_that_a_whole_snapshot_does_not_name_has_left_in_whatever_order_they_come(
    order: list[int], again: list[int]
) -> None:
    a, b = LineFact("1", "A", 3), LineFact("2", "B", 4)
    snapshots = [
        whole(NOON + 1, a),
        whole(NOON + 2, a, b),
        whole(NOON + 3, b),
        whole(NOON + 4, b, LineFact("3", "A", 1)),
    ]
    with Books() as books:
        for sku in "AB":
            books.commit(Adjustment(f"count {sku}", sku, NOON - 60, "ann", physical=50))
        for number in [*order, *again]:
            books.commit(OrderChange(snapshots[number], NOON + 60))
        assert (books.on_hand("A"), books.on_hand("B")) == (49, 46)


def test_a_line_that_lost_its_sku_after_it_was_counted_stays_counted_and_is_no_alert() -> None:
    lost = RefusedLine("1", "", "it has no SKU")
    with Books() as books:
        books.commit(Adjustment("count A", "A", NOON - 60, "ann", physical=50))
        books.commit(OrderChange(whole(NOON + 1, LineFact("1", "A", 3)), NOON + 60))
        outcome = books.commit(OrderChange(whole(NOON + 2, refused=(lost,)), NOON + 60))
        assert outcome.status is not Status.PARKED
        assert (books.on_hand("A"), [alert.kind for alert in books.alerts]) == (47, [])


@pytest.mark.parametrize(("newest", "own"), [(0, 3), (1, 3), (2, 0)])
@given(data=st.data())
def test_the_channels_own_sales_follow_what_its_own_listing_did(newest: int, own: int, data: st.DataObject) -> None:
    sold, dropped = LineFact("1", "A", 3), LineFact("1", "A", 3, removed=3, extra=3)
    given_back = LineFact("1", "A", 3, removed=3)
    snapshots = [whole(NOON + 1, sold), whole(NOON + 2, dropped), whole(NOON + 3, given_back)][: newest + 1]
    stock = {"A": Stock("A", physical=50, counted_at=NOON - 60)}
    known, moves = None, list[Move]()
    for facts in data.draw(st.permutations(snapshots)):
        decision = OrderChange(facts, NOON + 60).decide(known, stock)
        known = decision.known or known
        moves += decision.moves
    assert sum(move.own for move in moves) == own
    assert sum(move.delta for move in moves) == (-3 if newest == 0 else 0)
