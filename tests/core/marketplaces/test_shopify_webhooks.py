"""What Shopify's webhooks say, topic by topic."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import pytest

from core.messages import Ignored, Refetch, Shown
from core.orders.facts import LineFact, OrderFacts, RefundFact
from tests.core.marketplaces.shopify_bodies import BIG, T0, facts, level, line, order, refund, refund_line, told
from tests.core.marketplaces.support import NOON, sample


def test_an_order_says_who_when_and_what() -> None:
    assert told("orders/create", order()) == [
        OrderFacts("shopify", "1001", "order", T0, T0 + 10, None, (LineFact("1", "A", 3),))
    ]


@pytest.mark.parametrize(
    "topic", ["orders/updated", "orders/paid", "orders/fulfilled", "orders/partially_fulfilled", "orders/cancelled"]
)
def test_every_topic_of_an_order_says_the_same(topic: str) -> None:
    body = order(cancelled_at="2026-07-13T12:00:30Z")
    said = facts(told(topic, body))
    assert (said.lines, said.cancelled_at, said.updated_at) == ((LineFact("1", "A", 3),), T0 + 30, T0 + 10)


def test_a_cancel_without_its_time_is_a_cancel() -> None:
    assert facts(told("orders/cancelled", order())).cancelled_at == T0 + 10


def test_ids_beyond_doubles_come_from_the_global_id() -> None:
    body = order(
        id=BIG - 1,
        admin_graphql_api_id=f"gid://shopify/Order/{BIG}",
        line_items=[line(id=BIG - 1, admin_graphql_api_id=f"gid://shopify/LineItem/{BIG}")],
    )
    said = facts(told("orders/create", body))
    assert (said.order_id, said.lines[0].line_id) == (str(BIG), str(BIG))


@pytest.mark.parametrize("number", [BIG, 2**63 + 5, 2**64 + 1, 10**30 + 7])
def test_numbers_of_any_size_stay_exact(number: int) -> None:
    assert facts(told("orders/create", order(id=number))).order_id == str(number)


def test_units_that_an_edit_removed_are_those_no_refund_explains() -> None:
    body = order(
        line_items=[line(quantity=10, current_quantity=4)],
        refunds=[refund(refund_line(1, "return"), refund_line(2, "no_restock"))],
    )
    assert facts(told("orders/updated", body)).lines == (LineFact("1", "A", 10, removed=3),)


@pytest.mark.parametrize("current", [None, True, "3", 4, 99])
def test_a_current_quantity_that_makes_no_sense_removes_nothing(current: object) -> None:
    body = order(line_items=[line(current_quantity=current)])
    assert facts(told("orders/updated", body)).lines == (LineFact("1", "A", 3),)


@pytest.mark.parametrize(
    ("kind", "restocked"),
    [
        ("cancel", True),
        ("return", True),
        ("legacy_restock", True),
        ("CANCEL", True),
        ("RETURN", True),
        ("no_restock", False),
        ("NO_RESTOCK", False),
        ("something_new", False),
        (None, False),
        (["return"], False),
    ],
)
def test_a_refund_puts_back_what_its_type_says(kind: object, restocked: bool) -> None:
    said = facts(told("refunds/create", refund(refund_line(2, kind))))
    key = "71:r" if restocked else "71:n"
    assert said.refunds == (RefundFact(key, "1", "A", 2, restocked, T0 + 20),)
    assert (said.order_id, said.lines, said.created_at, said.updated_at) == ("1001", (), None, 0.0)


def test_a_refund_says_the_same_inside_its_order_and_alone() -> None:
    lines = (refund_line(1, "return"), refund_line(2, "return"), refund_line(1, "no_restock"))
    alone = facts(told("refunds/create", refund(*lines))).refunds
    inside = facts(told("orders/updated", order(refunds=[refund(*lines)]))).refunds
    assert alone == inside
    assert [(each.refund_id, each.quantity) for each in alone] == [("71:r", 3), ("71:n", 1)]


def test_a_refund_without_its_creation_counts_from_when_it_was_processed() -> None:
    body = refund(refund_line(), created_at=None, processed_at="2026-07-13T12:00:40Z")
    assert facts(told("refunds/create", body)).refunds[0].at == T0 + 40
    assert facts(told("refunds/create", refund(refund_line(), created_at=None))).refunds[0].at is None


def test_a_refund_that_names_no_sku_is_fetched_with_its_order() -> None:
    assert told("refunds/create", refund(refund_line(line_item=None))) == [Refetch("1001")]


def test_a_refund_of_money_or_of_gift_cards_moves_no_stock() -> None:
    assert isinstance(told("refunds/create", refund())[0], Ignored)
    assert isinstance(told("refunds/create", refund(refund_line(line_item={"id": 1, "sku": None})))[0], Ignored)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "2", True, None])
def test_a_refund_of_no_sensible_quantity_is_refused(quantity: object) -> None:
    said = facts(told("refunds/create", refund(refund_line(quantity))))
    assert (said.refunds, len(said.refused)) == ((), 1)


def test_a_deleted_order_is_cancelled_now() -> None:
    assert told("orders/delete", {"id": 1001}) == [OrderFacts("shopify", "1001", "delete", cancelled_at=NOON)]


def test_an_edit_asks_for_the_order_and_not_for_the_edit() -> None:
    assert told("orders/edited", {"order_edit": {"id": 5, "order_id": 1001}}) == [Refetch("1001")]


@pytest.mark.parametrize(
    "body",
    [
        {"id": 5, "order_id": 1001},
        {"id": 5, "order": {"id": 1001}},
        {"id": 5, "order": {"id": 1, "admin_graphql_api_id": "gid://shopify/Order/1001"}},
    ],
)
@pytest.mark.parametrize(
    "event", ["request", "approve", "decline", "close", "cancel", "reopen", "update", "process", "something_new"]
)
def test_a_return_asks_for_its_order(event: str, body: object) -> None:
    assert told(f"returns/{event}", body) == [Refetch("1001")]


@pytest.mark.parametrize(
    ("topic", "named"),
    [("returns/update", "Return"), ("reverse_fulfillment_orders/dispose", "ReverseFulfillmentOrder")],
)
def test_what_names_no_order_asks_for_the_order_it_is_of(topic: str, named: str) -> None:
    global_id = f"gid://shopify/{named}/{BIG}"
    assert told(topic, {"admin_graphql_api_id": global_id}) == [Refetch(global_id)]


def test_a_return_that_names_no_order_is_ignored_and_says_why() -> None:
    for body in ({"id": 5}, {"admin_graphql_api_id": "gid://shopify/Refund/5"}, {"admin_graphql_api_id": [5]}):
        assert told("returns/update", body) == [Ignored("returns/update does not say which order it is of")]


def test_a_level_says_what_its_listing_shows() -> None:
    item = f"gid://shopify/InventoryItem/{BIG}"
    assert told("inventory_levels/update", level()) == [Shown(item, "", 7, T0 + 10)]


@pytest.mark.parametrize("changes", [{"available": None}, {"location_id": 56}])
def test_a_level_that_is_not_ours_is_ignored(changes: Mapping[str, object]) -> None:
    assert isinstance(told("inventory_levels/update", level(**changes))[0], Ignored)


@pytest.mark.parametrize(
    "topic",
    [
        "app/uninstalled",
        "bulk_operations/finish",
        "customers/data_request",
        "customers/redact",
        "fulfillments/create",
        "products/update",
        "shop/redact",
        "x",
    ],
)
def test_other_topics_are_ignored_with_a_reason(topic: str) -> None:
    (message,) = told(topic, {"id": 1, "shop_domain": "unit.myshopify.com"})
    assert isinstance(message, Ignored)
    assert message.reason


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("orders.create", OrderFacts),
        ("orders.updated", OrderFacts),
        ("orders.paid", OrderFacts),
        ("orders.fulfilled", OrderFacts),
        ("orders.partially_fulfilled", OrderFacts),
        ("orders.cancelled", OrderFacts),
        ("orders.delete", OrderFacts),
        ("refunds.create", OrderFacts),
        ("orders.edited", Refetch),
        ("returns.approve", Refetch),
        ("returns.request", Refetch),
        ("returns.close", Refetch),
        ("returns.cancel", Refetch),
        ("returns.update", Refetch),
        ("returns.decline", Refetch),
        ("returns.reopen", Refetch),
        ("reverse_fulfillment_orders.dispose", Refetch),
        ("bulk_operations.finish", Ignored),
        ("inventory_levels.update", Ignored),
        ("products.update", Ignored),
        ("app.uninstalled", Ignored),
        ("fulfillments.create", Ignored),
    ],
)
def test_what_shopify_really_sends_is_understood(name: str, kind: type) -> None:
    captured = orjson.loads(sample(f"shopify/webhooks_2024-10/{name}.json").read_bytes())
    messages = told(captured["topic"], captured["body"])
    assert [type(message) for message in messages] == [kind]


def test_a_real_order_and_its_real_refund_name_the_same_lines() -> None:
    bodies = [
        orjson.loads(sample(f"shopify/webhooks_2024-10/{name}.json").read_bytes())["body"]
        for name in ("orders.create", "refunds.create")
    ]
    bought = facts(told("orders/create", bodies[0]))
    given_back = facts(told("refunds/create", bodies[1]))
    assert {each.line_id for each in given_back.refunds} <= {each.line_id for each in bought.lines}
    assert not bought.refused
