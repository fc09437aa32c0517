"""What buyers do on Amazon, and the notifications that tell of it."""

import jsonschema
import orjson
import pytest

from playground.amazon.orders import FulfilledBy, Status
from playground.amazon.seller import Return, Seller
from playground.courier import AMAZON_RETRIES
from playground.errors import RefusedError
from playground.faults import Fault
from tests.playground.marketplaces import SAMPLES, Clock, Inbox, Json, bodies, courier_to, make_seller

SCHEMA = SAMPLES / "amazon" / "notifications" / "OrderChangeNotification.json"


def seller_with(stock: int = 9, fba: int | None = None) -> Seller:
    seller = make_seller()
    seller.add_listing("MUG", stock, fba=fba)
    return seller


def told(seller: Seller) -> list[Json]:
    return [body["Payload"]["OrderChangeNotification"] for body in bodies(seller, "ORDER_CHANGE")]


def statuses(seller: Seller) -> list[str]:
    return [change["Summary"]["OrderStatus"] for change in told(seller)]


def test_a_pending_order_lowers_what_the_listing_shows() -> None:
    seller = seller_with()

    order = seller.buy([("MUG", 2)])

    (change,) = told(seller)
    (item,) = change["Summary"]["OrderItems"]
    assert seller.quantity("MUG") == 7
    assert change["AmazonOrderId"] == order.id
    assert change["OrderChangeType"] == "OrderStatusChange"
    assert (change["Summary"]["OrderStatus"], change["Summary"]["FulfillmentType"]) == ("Pending", "MFN")
    assert (item["SellerSKU"], item["Quantity"], item["QuantityShipped"]) == ("MUG", 2, 0)


def test_an_order_goes_from_pending_to_shipped() -> None:
    seller = seller_with()
    order = seller.buy([("MUG", 3)])
    item = order.items[0]

    seller.confirm(order.id)
    seller.ship(order.id, {item.id: 1})
    seller.ship(order.id)

    assert statuses(seller) == ["Pending", "Unshipped", "PartiallyShipped", "Shipped"]
    assert told(seller)[2]["Summary"]["NumberOfItemsUnshipped"] == 2
    assert seller.quantity("MUG") == 6


def test_a_canceled_order_shows_its_units_again() -> None:
    seller = seller_with()
    order = seller.buy([("MUG", 3)])

    seller.cancel(order.id)

    assert statuses(seller) == ["Pending", "Canceled"]
    assert seller.quantity("MUG") == 9
    with pytest.raises(RefusedError):
        seller.cancel(order.id)


def test_a_buyer_may_ask_to_cancel_and_nothing_moves() -> None:
    seller = seller_with()
    order = seller.buy([("MUG", 3)])
    seller.confirm(order.id)

    seller.request_cancel(order.id)

    change = told(seller)[-1]
    assert change["OrderChangeType"] == "BuyerRequestedChange"
    assert change["Summary"]["OrderStatus"] == "Unshipped"
    assert change["Summary"]["OrderItems"][0]["IsBuyerRequestedCancel"]
    assert seller.quantity("MUG") == 6


def test_an_order_that_amazon_ships_takes_nothing_from_the_sellers_stock() -> None:
    seller = seller_with(fba=5)

    order = seller.buy([("MUG", 2)], FulfilledBy.AFN)
    seller.cancel(order.id)
    seller.buy([("MUG", 1)], FulfilledBy.AFN)

    assert {change["Summary"]["FulfillmentType"] for change in told(seller)} == {"AFN"}
    assert (seller.listing("MUG").live, seller.listing("MUG").fba) == (9, 4)


@pytest.mark.parametrize("items", [[("MUG", 10)], [("MUG", 5), ("MUG", 5)], [("NONE", 1)], [("MUG", 0)], []])
def test_what_cannot_be_bought_is_refused_and_changes_nothing(items: list[tuple[str, int]]) -> None:
    seller = seller_with()

    with pytest.raises(RefusedError):
        seller.buy(items)

    assert seller.quantity("MUG") == 9
    assert seller.outbox.pending == []


def test_steps_out_of_order_are_refused() -> None:
    seller = seller_with()
    order = seller.buy([("MUG", 2)])

    with pytest.raises(RefusedError):
        seller.ship(order.id)
    with pytest.raises(RefusedError):
        seller.request_cancel(order.id)
    seller.confirm(order.id)
    with pytest.raises(RefusedError):
        seller.confirm(order.id)
    with pytest.raises(RefusedError):
        seller.ship(order.id, {order.items[0].id: 3})
    with pytest.raises(RefusedError):
        seller.order("111-1111111-1111111")

    assert seller.order(order.id).status is Status.UNSHIPPED


def test_a_listing_edited_by_hand_shows_the_new_quantity() -> None:
    seller = seller_with()

    seller.edit_listing("MUG", 30)

    assert seller.quantity("MUG") == 30
    assert seller.listing("MUG").entries[0]["quantity"] == 9


async def test_a_notification_comes_with_the_shared_secret() -> None:
    clock, inbox = Clock(), Inbox(503)
    seller = seller_with()
    seller.buy([("MUG", 2)])

    async with courier_to(inbox, seller, clock, AMAZON_RETRIES) as courier:
        await courier.drain()

    assert [attempt.status for attempt in courier.attempts] == [503, 200]
    assert courier.attempts[0].delivery.url == "/webhook/amazon"
    assert inbox.received[0] == inbox.received[1]
    assert inbox.received[0][0]["authorization"] == "Bearer hush"


async def test_duplicates_share_their_notification_id_and_steps_do_not() -> None:
    clock, inbox = Clock(), Inbox()
    seller = seller_with()
    seller.confirm(seller.buy([("MUG", 2)]).id)
    seller.faults.switch_on(Fault.DUPLICATE, times=1)

    async with courier_to(inbox, seller, clock, AMAZON_RETRIES) as courier:
        await courier.drain()

    ids = [orjson.loads(body)["NotificationMetadata"]["NotificationId"] for _, body in inbox.received]
    assert ids[0] == ids[1] != ids[2]


def test_eventbridge_wraps_the_same_notification() -> None:
    seller = seller_with()
    seller.wrap_events = True

    seller.buy([("MUG", 2)])

    (event,) = bodies(seller, "ORDER_CHANGE")
    assert event["detail-type"] == event["detail"]["NotificationType"] == "ORDER_CHANGE"
    assert event["source"].startswith("aws.partner/sellingpartnerapi.amazon.com/")


@pytest.mark.parametrize(
    ("fulfilled_by", "disposition", "fba"),
    [
        (FulfilledBy.MFN, "SELLABLE", 5),
        (FulfilledBy.AFN, "SELLABLE", 7),
        (FulfilledBy.AFN, "CUSTOMER_DAMAGED", 5),
    ],
)
def test_a_return_is_reported_and_never_raises_the_sellers_listing(
    fulfilled_by: FulfilledBy, disposition: str, fba: int
) -> None:
    seller = seller_with(fba=5)

    body = seller.return_item(Return("MUG", 2, disposition, fulfilled_by, order_id="111-1111111-1111111"))

    (sent,) = seller.outbox.pending
    assert orjson.loads(sent.body) == body
    assert sent.url == "/webhook/amazon/return"
    assert sent.headers["Authorization"] == "Bearer hush"
    assert {name: body[name] for name in ("sku", "quantity", "disposition", "orderId", "fulfilledBy")} == {
        "sku": "MUG",
        "quantity": 2,
        "disposition": disposition,
        "orderId": "111-1111111-1111111",
        "fulfilledBy": fulfilled_by.value,
    }
    assert "reason" not in body
    assert (seller.listing("MUG").live, seller.listing("MUG").fba) == (9, fba)


@pytest.mark.skipif(not SCHEMA.exists(), reason="Amazon's notification schema is not here")
@pytest.mark.parametrize("fulfilled_by", FulfilledBy)
def test_notifications_are_as_amazons_schema_says(fulfilled_by: FulfilledBy) -> None:
    schema = orjson.loads(SCHEMA.read_bytes())
    seller = seller_with(fba=5)
    order = seller.buy([("MUG", 2)], fulfilled_by)
    seller.confirm(order.id)
    seller.request_cancel(order.id)
    seller.ship(order.id, {order.items[0].id: 1})
    seller.ship(order.id)
    seller.cancel(seller.buy([("MUG", 1)], fulfilled_by).id)

    sent = bodies(seller, "ORDER_CHANGE")
    for notification in sent:
        jsonschema.validate(notification, schema)

    assert len(sent) == 7
