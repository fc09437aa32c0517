"""The shop's records as the GraphQL objects of the Admin API; nested objects are made when asked for."""

from collections.abc import Callable
from typing import TypeAlias

from graphql import GraphQLError

from playground.shopify.catalog import Level, Location, Variant
from playground.shopify.orders import Line, Order, Refund, RefundLine
from playground.shopify.paging import Window, connect
from playground.shopify.payloads import gid, level_gid
from playground.shopify.shop import Shop
from playground.shopify.webhooks import Subscription
from playground.times import utc

Node: TypeAlias = dict[str, object]


def local_id(global_id: str, kind: str) -> int | None:
    """Return the number in a global id of `kind`, None for another kind; refuse anything else."""
    scheme, _, rest = global_id.partition("gid://shopify/")
    found, _, number = rest.partition("?")[0].partition("/")
    if scheme or not found or not number.isdecimal():
        raise GraphQLError(
            f"Invalid global id '{global_id}'",
            extensions={"code": "INVALID_GLOBAL_ID"},
        )
    return int(number) if found == kind else None


class Graph:
    """Views of one shop's records."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._catalog = shop.catalog
        self._kinds: dict[str, Callable[[int], Node | None]] = {
            "InventoryItem": self.item_by_id,
            "ProductVariant": self.variant_by_id,
            "Order": self.order_by_id,
            "Location": self.location_by_id,
            "Refund": self.refund_by_id,
            "Return": lambda number: self._return("Return", number),
            "ReverseFulfillmentOrder": lambda number: self._return("ReverseFulfillmentOrder", number),
        }

    def node(self, global_id: str) -> Node | None:
        """Return the object with that global id, None when there is none."""
        for kind, find in self._kinds.items():
            number = local_id(global_id, kind)
            if number is not None:
                return find(number)
        return None

    def variant_by_id(self, number: int) -> Node | None:
        """Return the variant with that id."""
        found = self._catalog.variants.get(number)
        return None if found is None else self.variant(found)

    def item_by_id(self, number: int) -> Node | None:
        """Return the inventory item with that id."""
        found = self._catalog.items.get(number)
        return None if found is None else self.item(found)

    def order_by_id(self, number: int) -> Node | None:
        """Return the order with that id."""
        found = self._shop.orders.get(number)
        return None if found is None else self.order(found)

    def refund_by_id(self, number: int) -> Node | None:
        """Return the refund with that id."""
        for order in self._shop.orders.values():
            for refund in order.refunds:
                if refund.id == number:
                    return self.refund(order, refund)
        return None

    def location_by_id(self, number: int) -> Node | None:
        """Return the location with that id."""
        found = self._catalog.locations.get(number)
        return None if found is None else self.location(found)

    def variant(self, variant: Variant) -> Node:
        """Return a ProductVariant."""
        level = self._catalog.level(variant.item_id)
        return _record("ProductVariant", variant.id) | {
            "createdAt": utc(variant.created_at),
            "displayName": variant.title,
            "inventoryItem": lambda _: self.item(variant),
            "inventoryPolicy": variant.policy.name,
            "inventoryQuantity": level.available if variant.tracked else None,
            "price": variant.price,
            "sku": variant.sku,
            "title": variant.title,
            "updatedAt": utc(level.updated_at),
        }

    def item(self, variant: Variant) -> Node:
        """Return the InventoryItem of a variant."""
        same_sku = self._catalog.with_sku(variant.sku)
        return _record("InventoryItem", variant.item_id) | {
            "createdAt": utc(variant.created_at),
            "duplicateSkuCount": len(same_sku) - 1,
            "inventoryLevel": lambda _, **given: self._level_at(variant, given["locationId"]),
            "inventoryLevels": lambda _, **given: connect(
                self._catalog.levels_of(variant.item_id),
                Window.of(given),
                key=lambda level: ("", level.location_id),
                view=self.level,
            ),
            "sku": variant.sku,
            "tracked": variant.tracked,
            "updatedAt": utc(self._catalog.level(variant.item_id).updated_at),
            "variant": lambda _: self.variant(variant),
        }

    def level(self, level: Level) -> Node:
        """Return an InventoryLevel."""
        variant = self._catalog.items[level.item_id]
        location = self._catalog.locations[level.location_id]
        return {
            "id": level_gid(level),
            "createdAt": utc(variant.created_at),
            "isActive": True,
            "item": lambda _: self.item(variant),
            "location": lambda _: self.location(location),
            "quantities": lambda _, names: [self._quantity(level, name) for name in names],
            "updatedAt": utc(level.updated_at),
        }

    def location(self, location: Location) -> Node:
        """Return a Location."""
        return _record("Location", location.id) | {
            "isActive": location.active,
            "isPrimary": location == self._catalog.primary,
            "name": location.name,
        }

    def order(self, order: Order) -> Node:
        """Return an Order."""
        reason, cancelled_at = order.cancel_reason, order.cancelled_at
        return _record("Order", order.id) | {
            "cancelReason": None if reason is None else reason.upper(),
            "cancelledAt": None if cancelled_at is None else utc(cancelled_at),
            "createdAt": utc(order.created_at),
            "lineItems": lambda _, **given: connect(
                order.lines,
                Window.of(given),
                key=lambda line: ("", line.id),
                view=self.line,
            ),
            "name": f"#{order.number}",
            "number": order.number,
            "processedAt": utc(order.created_at),
            "refunds": lambda _, first=None: [self.refund(order, refund) for refund in order.refunds[:first]],
            "test": False,
            "updatedAt": utc(order.updated_at),
        }

    def line(self, line: Line) -> Node:
        """Return a LineItem."""
        return {
            "id": gid("LineItem", line.id),
            "currentQuantity": line.current_quantity,
            "fulfillableQuantity": line.fulfillable_quantity,
            "isGiftCard": False,
            "name": line.title,
            "nonFulfillableQuantity": line.quantity - line.fulfillable_quantity,
            "quantity": line.quantity,
            "refundableQuantity": line.current_quantity,
            "requiresShipping": not line.is_custom,
            "sku": line.sku,
            "title": line.title,
            "unfulfilledQuantity": line.fulfillable_quantity,
            "variant": lambda _: self.variant_by_id(line.variant_id),
        }

    def refund(self, order: Order, refund: Refund) -> Node:
        """Return a Refund of an order."""
        at = utc(refund.created_at)
        return _record("Refund", refund.id) | {
            "createdAt": at,
            "note": refund.note,
            "order": lambda _: self.order(order),
            "processedAt": at,
            "refundLineItems": lambda _, **given: connect(
                refund.lines,
                Window.of(given),
                key=lambda line: ("", line.id),
                view=lambda line: self._refund_line(order, line),
            ),
            "updatedAt": at,
        }

    def _return(self, kind: str, number: int) -> Node | None:
        order_id = self._shop.returns.get(number)
        if order_id is None:
            return None
        return {"__typename": kind, "id": gid(kind, number), "order": lambda _: self.order_by_id(order_id)}

    def subscription(self, subscription: Subscription) -> Node:
        """Return a WebhookSubscription."""
        at = utc(subscription.created_at)
        return _record("WebhookSubscription", subscription.id) | {
            "createdAt": at,
            "format": "JSON",
            "topic": subscription.topic_name,
            "updatedAt": at,
            "uri": subscription.uri,
        }

    def _level_at(self, variant: Variant, location_gid: str) -> Node | None:
        location_id = local_id(location_gid, "Location")
        level = self._catalog.levels.get((variant.item_id, location_id or 0))
        return None if level is None else self.level(level)

    def _quantity(self, level: Level, name: str) -> Node:
        number = gid("InventoryQuantity", level.location_id)
        return {
            "id": f"{number}?inventory_item_id={level.item_id}&name={name}",
            "name": name,
            "quantity": level.quantity(name),
            "updatedAt": utc(level.updated_at),
        }

    def _refund_line(self, order: Order, refund_line: RefundLine) -> Node:
        return {
            "id": gid("RefundLineItem", refund_line.id),
            "lineItem": lambda _: self.line(order.line(refund_line.line_id)),
            "quantity": refund_line.quantity,
            "restockType": refund_line.restock_type.name,
            "restocked": refund_line.restock_type.restocks,
        }


def _record(kind: str, number: int) -> Node:
    return {
        "__typename": kind,
        "id": gid(kind, number),
        "legacyResourceId": str(number),
    }
