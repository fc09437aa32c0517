"""However the messages of an order arrive, its units are counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from core.adjustments import Adjustment
from core.orders.change import OrderChange
from core.orders.facts import OrderFacts
from tests.core.orders_story import BEGIN, Story, deliveries, stories
from tests.core.stand_ins import Books

START = 100


def count(books: Books, at: float, skus: str = "ABC") -> None:
    books.clock.at = at
    for sku in skus:
        books.commit(Adjustment(f"count {sku}", sku, at, "ann", physical=START))


def deliver(books: Books, messages: Iterable[OrderFacts], at: float) -> None:
    books.clock.at = at
    for facts in messages:
        books.commit(OrderChange(facts, at))


def taken(books: Books) -> Counter[str]:
    return Counter({sku: START - books.on_hand(sku) for sku in "ABC" if books.on_hand(sku) != START})


def without_zeros(units: Counter[str]) -> Counter[str]:
    return Counter({sku: n for sku, n in units.items() if n})


def difference(now: Counter[str], before: Counter[str]) -> Counter[str]:
    return without_zeros(Counter({sku: now[sku] - before[sku] for sku in "ABC"}))


@settings(max_examples=70, deadline=None)
@given(stories(), st.data())
def test_any_delivery_that_holds_the_newest_word_ends_at_the_same_stock(story: Story, data: st.DataObject) -> None:
    with Books() as books:
        count(books, BEGIN - 100)
        deliver(books, data.draw(deliveries(story.must, story.all)), story.at + 60)
        assert taken(books) == without_zeros(story.held)


@settings(max_examples=70, deadline=None)
@given(stories(edits=False), st.data())
def test_of_an_order_older_than_the_first_count_only_what_comes_back_later_counts(
    story: Story, data: st.DataObject
) -> None:
    counted_at = BEGIN + data.draw(st.integers(0, 8)) * 2 + 1
    with Books() as books:
        count(books, counted_at)
        deliver(books, data.draw(deliveries(story.must, story.all)), max(story.at, counted_at) + 60)
        assert taken(books) == difference(story.held, story.held_before(counted_at))


@settings(max_examples=70, deadline=None)
@given(stories(), st.data())
def test_so_it_does_with_edits_where_every_snapshot_arrives(story: Story, data: st.DataObject) -> None:
    counted_at = BEGIN + data.draw(st.integers(0, 8)) * 2 + 1
    with Books() as books:
        count(books, counted_at)
        deliver(books, data.draw(deliveries(story.all, story.all)), max(story.at, counted_at) + 60)
        assert taken(books) == difference(story.held, story.held_before(counted_at))


@settings(max_examples=70, deadline=None)
@given(stories(), st.data())
def test_what_is_heard_before_the_first_count_moves_nothing_when_it_is_heard_again(
    story: Story, data: st.DataObject
) -> None:
    counted_at = BEGIN + data.draw(st.integers(0, 8)) * 2 + 1
    early = [facts for facts in story.all if _happened(facts) < counted_at]
    with Books() as books:
        deliver(books, data.draw(deliveries([], early)) if early else [], counted_at - 0.5)
        count(books, counted_at)
        deliver(books, data.draw(deliveries(early, early)) if early else [], counted_at + 60)
        assert taken(books) == Counter()

        deliver(books, data.draw(deliveries(story.all, story.all)), max(story.at, counted_at) + 90)
        assert taken(books) == difference(story.held, story.held_before(counted_at))


@settings(max_examples=30, deadline=None)
@given(stories(), st.data())
def test_each_sku_is_counted_from_its_own_first_count(story: Story, data: st.DataObject) -> None:
    counted = {sku: BEGIN + data.draw(st.integers(-1, 8)) * 2 + 1 for sku in "ABC"}
    with Books() as books:
        for sku, at in sorted(counted.items(), key=lambda pair: pair[1]):
            count(books, at, sku)
        deliver(books, data.draw(deliveries(story.all, [])), max(story.at, *counted.values()) + 60)
        expected = Counter({sku: story.held[sku] - story.held_before(at)[sku] for sku, at in counted.items()})
        assert taken(books) == without_zeros(expected)


@settings(max_examples=30, deadline=None)
@given(stories(), st.data())
def test_the_ledger_adds_up_to_what_is_on_hand(story: Story, data: st.DataObject) -> None:
    with Books() as books:
        count(books, BEGIN - 100)
        deliver(books, data.draw(deliveries(story.all, story.all)), story.at + 60)
        for sku in "ABC":
            assert sum(delta for row, _, delta in books.entries() if row == sku) == books.on_hand(sku)


def _happened(facts: OrderFacts) -> float:
    times = [facts.updated_at, facts.cancelled_at or 0.0, *(refund.at or 0.0 for refund in facts.refunds)]
    return max(times)
