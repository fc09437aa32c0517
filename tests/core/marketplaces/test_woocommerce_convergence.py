"""Whatever way the webhooks and answers about an order come, the ledger ends at what the shop's goods are."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.adjustments import Adjustment
from core.errors import BadPayload
from core.marketplaces.woocommerce.orders import needs_refunds, read_order, read_refunded
from core.marketplaces.woocommerce.payloads import read_webhook
from core.messages import Refetch
from core.orders.change import OrderChange
from core.orders.facts import OrderFacts
from core.stock import Stock
from tests.core.marketplaces.support import NOON, spoilt
from tests.core.marketplaces.woo_story import START, Story, stories
from tests.core.stand_ins import Books

COUNT = 100


def looked_at(story: Story, *, settled: bool = True) -> OrderFacts:
    """The order as the REST API shows it now."""
    order, refunds, now = story.answer(settled=settled)
    refunded = read_refunded(refunds) if needs_refunds(order) else None
    return read_order(order, "order_update", refunded=refunded, now=now)


def heard(story: Story, topic: str, body: bytes) -> list[OrderFacts]:
    """What a webhook says; where it asks for the order, that is as it is now."""
    (said,) = read_webhook({"x-wc-webhook-topic": topic}, body, story.now)
    if isinstance(said, Refetch):
        return [looked_at(story, settled=False)]
    return [said] if isinstance(said, OrderFacts) else []


def taken_by(deliveries: Sequence[OrderFacts]) -> int:
    with Books() as books:
        for sku in "AB":
            books.commit(Adjustment(f"count {sku}", sku, NOON - 60, "ann", physical=COUNT))
        for facts in deliveries:
            books.commit(OrderChange(facts, NOON + 600))
        return 2 * COUNT - sum(books.on_hand(sku) for sku in "AB")


def own_of(deliveries: Sequence[OrderFacts]) -> int:
    """By how many units the shop's own listings are lower, as far as we are told."""
    stock = {sku: Stock(sku, physical=COUNT, counted_at=NOON - 60) for sku in "AB"}
    known, own = None, 0
    for facts in deliveries:
        decision = OrderChange(facts, NOON + 600).decide(known, stock)
        known = decision.known or known
        own += sum(move.own for move in decision.moves)
    return own


def some_way(story: Story, data: st.DataObject, must: Sequence[OrderFacts]) -> list[OrderFacts]:
    """All of `must` and any of the webhooks, each any number of times, in any order."""
    told = [facts for topic, body in story.told for facts in heard(story, topic, body)]
    may = data.draw(st.lists(st.sampled_from([*told, *must]), max_size=2 * len(told) + 2)) if told else []
    return list(data.draw(st.permutations([*must, *may])))


@settings(max_examples=200, deadline=None)
@given(stories(), st.data())
def test_the_newest_webhook_among_any_others_ends_at_what_the_shop_holds(story: Story, data: st.DataObject) -> None:
    newest = heard(story, *story.told[-1])
    assert taken_by(some_way(story, data, newest)) == story.held


@settings(max_examples=200, deadline=None)
@given(stories(apart=0), st.data())
def test_one_look_after_all_is_over_does_even_where_states_share_their_second(
    story: Story, data: st.DataObject
) -> None:
    assert taken_by(some_way(story, data, [looked_at(story)])) == story.held


@settings(max_examples=200, deadline=None)
@given(stories(apart=0), st.data())
def test_what_its_own_listings_show_is_known_to_the_unit(story: Story, data: st.DataObject) -> None:
    shown = sum(story.site.quantity(sku) for sku in "AB")
    assert own_of(some_way(story, data, [looked_at(story)])) == 2 * START - shown


@settings(max_examples=100, deadline=None)
@given(stories(apart=0))
def test_a_second_delivery_of_everything_moves_nothing(story: Story) -> None:
    once = [facts for topic, body in story.told for facts in heard(story, topic, body)]
    assert taken_by(once) == taken_by([*once, *once])


@settings(max_examples=100, deadline=None)
@given(stories(), st.integers(0, 6))
def test_of_an_order_older_than_the_count_only_what_changes_later_counts(story: Story, seconds: int) -> None:
    with Books() as books:
        books.clock.at = NOON + seconds + 0.9
        facts = [facts for topic, body in story.told for facts in heard(story, topic, body)]
        assume(int(books.clock.at) not in {int(each.updated_at) for each in facts})
        early = [each for each in facts if each.updated_at < books.clock.at]
        for each in early:
            books.commit(OrderChange(each, books.clock.at))
        for sku in "AB":
            books.commit(Adjustment(f"count {sku}", sku, books.clock.at, "ann", physical=COUNT))
        before = taken_by(early)
        for each in facts:
            books.commit(OrderChange(each, NOON + 600))
        taken = 2 * COUNT - sum(books.on_hand(sku) for sku in "AB")
        assert taken == taken_by(facts) - before


def test_only_what_was_released_with_refunds_asks_for_them() -> None:
    order: dict[str, object] = {"id": 1, "status": "processing", "refunds": [{"id": 2}]}
    assert not needs_refunds(order)
    assert needs_refunds({**order, "status": "cancelled"})
    assert not needs_refunds({**order, "status": "cancelled", "refunds": []})
    assert not needs_refunds({**order, "status": "trash", "date_completed_gmt": "2026-11-23T03:30:07"})


@pytest.mark.parametrize("topic", ["order.created", "order.deleted", "product.updated", "x" * 300])
def test_whatever_a_body_holds_it_is_read_or_refused(topic: str) -> None:
    story = Story()
    order = story.site.buy([("A", 2)])
    story.order_id = order.id
    line: dict[str, object] = {"id": 1, "sku": "A", "product_id": 3, "quantity": 2, "meta_data": []}
    body = {
        "id": 7,
        "status": "processing",
        "type": "variation",
        "parent_id": 3,
        "sku": "A",
        "manage_stock": True,
        "stock_quantity": 4,
        "date_modified_gmt": "2026-11-23T03:30:07",
        "line_items": [line],
        "refunds": [],
    }
    for each in spoilt(body):
        try:
            data = orjson.dumps(each)
        except (TypeError, ValueError):
            continue
        try:
            messages = read_webhook({"x-wc-webhook-topic": topic}, data, NOON)
        except BadPayload:
            continue
        for facts in messages:
            if isinstance(facts, OrderFacts):
                taken_by([facts])
