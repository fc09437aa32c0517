"""ORDER_CHANGE notifications, plain or as EventBridge wraps them (Notifications v1, payload 1.0)."""

from dataclasses import dataclass
from typing import TypeAlias

from playground.amazon.orders import FulfilledBy, Order
from playground.times import utc

Json: TypeAlias = dict[str, object]

NOTIFICATION_TYPE = "ORDER_CHANGE"
SHIP_WITHIN = 2 * 86_400
DELIVER_WITHIN = 7 * 86_400
MILLISECONDS = "milliseconds"


@dataclass(frozen=True, slots=True)
class Source:
    """Whose orders they are, and the subscription that asked for them."""

    seller_id: str
    marketplace_id: str
    application_id: str
    subscription_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an order, and when."""

    order: Order
    kind: str
    reason: str
    at: float


def order_change(source: Source, change: Change, notification_id: str) -> Json:
    """Return the notification."""
    at = utc(change.at, MILLISECONDS)
    return {
        "NotificationVersion": "1.0",
        "NotificationType": NOTIFICATION_TYPE,
        "PayloadVersion": "1.0",
        "EventTime": at,
        "Payload": {
            "OrderChangeNotification": {
                "NotificationLevel": "OrderLevel",
                "SellerId": source.seller_id,
                "AmazonOrderId": change.order.id,
                "OrderChangeType": change.kind,
                "OrderChangeTrigger": {"TimeOfOrderChange": at, "ChangeReason": change.reason},
                "Summary": _summary(source.marketplace_id, change.order),
            }
        },
        "NotificationMetadata": {
            "ApplicationId": source.application_id,
            "SubscriptionId": source.subscription_id,
            "PublishTime": at,
            "NotificationId": notification_id,
        },
    }


def wrap_event(source: Source, notification: Json, event_id: str, at: float) -> Json:
    """Return the notification as the `detail` of an EventBridge event."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": NOTIFICATION_TYPE,
        "source": f"aws.partner/sellingpartnerapi.amazon.com/000000000000/{source.application_id}",
        "account": "000000000000",
        "time": utc(at),
        "region": "us-east-1",
        "resources": [],
        "detail": notification,
    }


def _summary(marketplace_id: str, order: Order) -> Json:
    shipped = sum(item.shipped for item in order.items)
    ordered = sum(item.quantity for item in order.items)
    summary: Json = {
        "MarketplaceId": marketplace_id,
        "OrderStatus": order.status.value,
        "PurchaseDate": utc(order.purchased_at, MILLISECONDS),
        "DestinationPostalCode": None,
        "FulfillmentType": order.fulfilled_by.value,
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": shipped,
        "NumberOfItemsUnshipped": ordered - shipped,
        "EarliestShipDate": utc(order.purchased_at, MILLISECONDS),
        "LatestShipDate": utc(order.purchased_at + SHIP_WITHIN, MILLISECONDS),
        "OrderPrograms": [],
        "ShippingPrograms": [],
        "OrderItems": [
            {
                "OrderItemId": item.id,
                "SellerSKU": item.sku,
                "SupplySourceId": None,
                "Quantity": item.quantity,
                "QuantityShipped": item.shipped,
                "IsBuyerRequestedCancel": order.cancel_requested,
            }
            for item in order.items
        ],
    }
    if order.fulfilled_by is FulfilledBy.MFN:
        summary["EarliestDeliveryDate"] = utc(order.purchased_at, MILLISECONDS)
        summary["LatestDeliveryDate"] = utc(order.purchased_at + DELIVER_WITHIN, MILLISECONDS)
    return summary
