"""What Amazon's notifications say, however they are wrapped."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import httpx2
import orjson
import pytest

from core.errors import BadPayload, BadSignature, NotConfigured
from core.marketplaces.amazon import Amazon, AmazonAccess
from core.messages import Ignored, Message, Refused, Shown, Standing
from core.orders.facts import LineFact, OrderFacts
from tests.core.marketplaces.support import NOON, SECRET, FakeTime, counting, sample, seller_access, spoilt, unreachable

T0 = 1_783_944_000.0
ITEM = {"OrderItemId": "111", "SellerSKU": "A", "Quantity": 3, "QuantityShipped": 0}


def amazon(access: AmazonAccess | None = None) -> Amazon:
    time = FakeTime()
    given_access = access or AmazonAccess(seller_id="SELLER", webhook_secret=SECRET)
    return Amazon(
        given_access,
        httpx2.AsyncClient(transport=httpx2.MockTransport(unreachable)),
        clock=time.clock,
        sleep=time.sleep,
        fresh_id=counting("fresh"),
    )


def told(body: object) -> Sequence[Message]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return amazon().parse({}, raw, NOON)


def change(
    items: object = (ITEM,),
    status: object = "Unshipped",
    fulfilled_by: object = "MFN",
    changed: object = "2026-07-13T12:00:10Z",
    seller: object = "SELLER",
    order_id: object = "902-1",
) -> dict[str, object]:
    summary = {
        "OrderStatus": status,
        "PurchaseDate": "2026-07-13T12:00:00Z",
        "FulfillmentType": fulfilled_by,
        "OrderItems": list(items) if isinstance(items, tuple) else items,
    }
    notification = {
        "SellerId": seller,
        "AmazonOrderId": order_id,
        "OrderChangeTrigger": {"TimeOfOrderChange": changed},
        "Summary": summary,
    }
    return {
        "NotificationType": "ORDER_CHANGE",
        "EventTime": "2026-07-13T12:00:20Z",
        "Payload": {"OrderChangeNotification": notification},
    }


def lower(value: object) -> object:
    """The same in camelCase."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower(inner) for key, inner in value.items()}
    return [lower(each) for each in value] if isinstance(value, list) else value


EXPECTED = OrderFacts("amazon", "902-1", "order", T0, T0 + 10, None, (LineFact("111", "A", 3),))

WRAPS: dict[str, Callable[[object], object]] = {
    "plain": lambda n: n,
    "a list": lambda n: [n],
    "camel case": lower,
    "EventBridge": lambda n: {"version": "0", "detail-type": "ORDER_CHANGE", "detail": n},
    "SNS": lambda n: {"Type": "Notification", "Message": json.dumps(n)},
    "an SQS record": lambda n: {"messageId": "m", "body": json.dumps(n)},
    "an SQS pipe": lambda n: [{"messageId": "m", "body": json.dumps(n)}],
    "SQS records": lambda n: {"Records": [{"messageId": "m", "body": json.dumps(n)}]},
    "SNS in SQS": lambda n: {"Records": [{"body": json.dumps({"Message": json.dumps(n)})}]},
    "EventBridge in SQS": lambda n: [{"body": json.dumps({"detail": n})}],
}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_an_order_says_the_same_in_every_wrapping(wrap: Callable[[object], object]) -> None:
    assert told(wrap(change())) == [EXPECTED]


@pytest.mark.parametrize("status", ["Pending", "Unshipped", "PartiallyShipped", "Shipped", "InvoiceUnconfirmed"])
def test_every_status_from_pending_on_holds(status: str) -> None:
    assert told(change(status=status)) == [EXPECTED]


@pytest.mark.parametrize("status", ["Canceled", "Cancelled", "CANCELLED"])
def test_a_cancel_releases_from_when_it_happened(status: str) -> None:
    (message,) = told(change(status=status))
    assert isinstance(message, OrderFacts)
    assert (message.cancelled_at, message.action) == (T0 + 10, "cancel")


def test_without_its_own_time_a_change_has_the_events() -> None:
    (message,) = told(change(changed=None))
    assert isinstance(message, OrderFacts)
    assert message.updated_at == T0 + 20


def test_a_cancelled_item_has_none_left() -> None:
    (message,) = told(change(items=({**ITEM, "Quantity": 0},)))
    assert isinstance(message, OrderFacts)
    assert message.lines == (LineFact("111", "A", 0),)


@pytest.mark.parametrize(
    ("item", "sku"),
    [
        ({**ITEM, "Quantity": -1}, "A"),
        ({**ITEM, "Quantity": "3"}, "A"),
        ({**ITEM, "Quantity": True}, "A"),
        ({**ITEM, "SellerSKU": None}, ""),
        ({**ITEM, "SellerSKU": "A\x07"}, ""),
        ({**ITEM, "OrderItemId": None}, ""),
        (7, ""),
    ],
)
def test_a_bad_item_does_not_hold_up_the_good_ones(item: object, sku: str) -> None:
    good = {"OrderItemId": "222", "SellerSKU": "B", "Quantity": 1}
    (message,) = told(change(items=(item, good)))
    assert isinstance(message, OrderFacts)
    assert message.lines == (LineFact("222", "B", 1),)
    assert [each.sku for each in message.refused] == [sku]


@pytest.mark.parametrize("changes", [{"fulfilled_by": "AFN"}, {"seller": "SOMEBODY"}])
def test_what_is_not_ours_to_ship_is_ignored(changes: Mapping[str, object]) -> None:
    assert isinstance(told(change(**changes))[0], Ignored)


def quantity(**changes: object) -> dict[str, object]:
    payload = {"SellerId": "SELLER", "FulfillmentChannelCode": "DEFAULT", "Sku": "A", "Quantity": 99} | changes
    return {
        "NotificationType": "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
        "EventTime": "2026-07-13T12:00:20Z",
        "Payload": payload,
    }


def test_a_quantity_says_what_the_listing_shows() -> None:
    assert told(quantity()) == [Shown("A", "A", 99, T0 + 20)]
    assert told(lower(quantity())) == [Shown("A", "A", 99, T0 + 20)]


@pytest.mark.parametrize("changes", [{"FulfillmentChannelCode": "AMAZON_NA"}, {"SellerId": "SOMEBODY"}])
def test_a_quantity_that_is_not_ours_is_ignored(changes: Mapping[str, object]) -> None:
    assert isinstance(told(quantity(**changes))[0], Ignored)


def test_other_types_are_ignored_by_name() -> None:
    assert told({"notificationType": "FEED_PROCESSING_FINISHED"}) == [
        Ignored("FEED_PROCESSING_FINISHED moves no stock")
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"hello": "world"},
        {"NotificationType": 7},
        change(order_id=None),
        change(items="x"),
        change(fulfilled_by=None),
        quantity(Quantity=-1),
        quantity(Quantity=True),
        quantity(Sku=""),
        {"Message": "not json"},
        {"Message": "\ud800"},
        {"detail": None},
        [7],
    ],
)
def test_what_can_never_be_applied_is_refused_once(body: object) -> None:
    first, again = told(body), told(body)
    assert first == again
    assert isinstance(first[0], Refused)
    assert first[0].key.startswith("amazon#refused#")


def test_one_bad_notification_of_a_batch_does_not_hold_up_the_others() -> None:
    messages = told([{"body": "{"}, change(), {"body": "["}])
    assert [type(message) for message in messages] == [Refused, OrderFacts, Refused]
    keys = [message.key for message in messages if isinstance(message, Refused)]
    assert len(set(keys)) == 2


def test_an_empty_batch_says_nothing() -> None:
    assert told([]) == [Ignored("it holds no notification")]
    assert told({"Records": []}) == [Ignored("it holds no notification")]


def test_a_batch_beyond_reason_is_refused_whole() -> None:
    assert [type(message) for message in told([0] * 20_000)] == [Refused]


@pytest.mark.parametrize("body", [b"", b"7", b'"x"', b"null", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_a_body_that_is_no_json_object_or_list_is_a_bad_payload(body: bytes) -> None:
    with pytest.raises(BadPayload):
        told(body)


def test_wrapping_without_end_is_refused() -> None:
    body: object = change()
    for _ in range(50):
        body = {"detail": body}
    assert isinstance(told(body)[0], Refused)


@pytest.mark.parametrize("body", [change(), quantity(), [{"body": "x"}]], ids=["order", "quantity", "batch"])
def test_whatever_is_spoilt_in_it_it_is_read_or_refused(body: object) -> None:
    for each in spoilt(body):
        try:
            messages = told(each)
        except BadPayload:
            assert not isinstance(each, dict | list)
            continue
        assert messages
        repr(messages).encode()


def test_the_bearer_secret_opens_and_nothing_else_does() -> None:
    amazon().verify({"authorization": f"Bearer {SECRET}"}, b"")
    amazon().verify({"authorization": f"bearer  {SECRET} "}, b"")
    for wrong in ("", SECRET, f"Basic {SECRET}", "Bearer", "Bearer hus", "Bearer ümlaut", "Bearer \ud800"):
        with pytest.raises(BadSignature):
            amazon().verify({"authorization": wrong}, b"")


def test_without_a_secret_nothing_is_verified() -> None:
    with pytest.raises(NotConfigured) as caught:
        amazon(AmazonAccess()).verify({"authorization": "Bearer "}, b"")
    assert caught.value.setting == "AMAZON_WEBHOOK_SECRET"


def test_no_secret_shows_in_the_access() -> None:
    assert "lwa-secret" not in repr(seller_access())
    assert "Atzr|refresh" not in repr(seller_access())


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("OrderChangeNotification", {OrderFacts}),
        ("ListingsItemMfnQuantityChange", {Shown}),
        ("FeedProcessingFinishedNotification", {Ignored}),
        ("ListingsItemStatusChangeNotification", {Standing}),
        ("ListingsItemIssuesChangeNotification", {Standing}),
        ("ListingsItemIssuesChangeNotification_2023-12-13", {Standing}),
        ("FBAOutboundShipmentStatusNotification", {Ignored}),
        ("FulfillmentOrderStatusNotification", {Ignored}),
        ("ItemInventoryEventChangeNotification", {Ignored}),
        ("ReportProcessingFinishedNotification", {Ignored}),
    ],
)
def test_amazons_own_examples_are_understood(name: str, kinds: set[type]) -> None:
    examples = orjson.loads(sample(f"amazon/notifications/{name}.json").read_bytes())["examples"]
    for example in examples:
        messages = amazon(AmazonAccess()).parse({}, orjson.dumps(example), NOON)
        assert {type(message) for message in messages} <= kinds
