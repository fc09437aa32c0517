"""Whatever way the webhooks of an order come, the ledger ends at what really happened."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from core.orders.change import OrderChange
from core.orders.facts import OrderFacts
from core.orders.known import Order, learn, target
from core.stock import Stock
from tests.core.marketplaces.shopify_story import BEGIN, Story, stories
from tests.core.marketplaces.support import no_network

MANAGED_SINCE = BEGIN - 86_400.0
NOW = BEGIN + 60.0


def read(topic: str, body: object) -> Sequence[OrderFacts]:
    messages = no_network().parse({"x-shopify-topic": topic}, orjson.dumps(body), NOW)
    return [message for message in messages if isinstance(message, OrderFacts)]


def held_after(deliveries: Sequence[OrderFacts]) -> int:
    counted: dict[str, float | None] = {"A": MANAGED_SINCE, "B": MANAGED_SINCE}
    order: Order | None = None
    for facts in deliveries:
        order = learn(order, facts, counted, NOW)
    return sum(target(order, line, MANAGED_SINCE) for line in order.lines.values()) if order else 0


def taken_by(deliveries: Sequence[OrderFacts]) -> int:
    stock = {sku: Stock(sku, physical=100, counted_at=MANAGED_SINCE) for sku in ("A", "B")}
    known: bytes | None = None
    taken = 0
    for facts in deliveries:
        decision = OrderChange(facts, NOW).decide(known, stock)
        known = decision.known or known
        taken -= sum(move.delta for move in decision.moves)
    return taken


def some_way(story: Story, data: st.DataObject) -> list[OrderFacts]:
    """The story's newest snapshot and all its refunds, any of the rest, each any number of times, in any order."""
    newest = max(n for n, (topic, _) in enumerate(story.sent) if topic == "orders/updated")
    must = [n for n, (topic, _) in enumerate(story.sent) if n == newest or topic == "refunds/create"]
    may = data.draw(st.lists(st.integers(0, len(story.sent) - 1), max_size=2 * len(story.sent)))
    order = data.draw(st.permutations(must + may))
    return [facts for n in order for facts in read(*story.sent[n])]


@settings(max_examples=300)
@given(stories(restores=False), st.data())
def test_any_delivery_holds_what_the_story_holds(story: Story, data: st.DataObject) -> None:
    deliveries = some_way(story, data)
    assert held_after(deliveries) == taken_by(deliveries) == story.held


@settings(max_examples=300)
@given(stories(restores=True), st.data())
def test_so_it_does_where_an_edit_takes_removed_units_back(story: Story, data: st.DataObject) -> None:
    deliveries = some_way(story, data)
    assert held_after(deliveries) == taken_by(deliveries) == story.held


@given(stories(restores=False))
def test_the_newest_snapshot_alone_is_enough(story: Story) -> None:
    newest = [body for topic, body in story.sent if topic == "orders/updated"][-1]
    assert taken_by(read("orders/updated", newest)) == story.held


@given(stories(restores=True))
def test_a_second_delivery_of_everything_moves_nothing(story: Story) -> None:
    once = [facts for sent in story.sent for facts in read(*sent)]
    assert taken_by(once) == taken_by(once + once) == story.held


@given(stories(restores=True))
def test_an_order_that_was_deleted_holds_nothing_but_what_was_lost(story: Story) -> None:
    once = [facts for sent in story.sent for facts in read(*sent)]
    deleted = [*once, *read("orders/delete", {"id": story.body()["id"]})]
    assert taken_by(deleted) == sum(line.lost for line in story.lines)
