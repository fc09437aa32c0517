"""Which webhook body goes out under which topic."""

from collections.abc import Sequence

from playground.shopify import payloads
from playground.shopify.catalog import Level, Variant
from playground.shopify.orders import Order, Refund
from playground.shopify.webhooks import Topic, Webhooks


class Announcer:
    """Sends what happened, with times at the shop's UTC offset."""

    def __init__(self, webhooks: Webhooks, offset_hours: int) -> None:
        self._webhooks = webhooks
        self._offset_hours = offset_hours

    def order(self, order: Order, event_id: str, *topics: Topic) -> None:
        """Send the whole order under each topic."""
        for topic in topics:
            body = payloads.order_json(order, self._offset_hours)
            self._webhooks.send(topic, body, event_id)

    def refund(self, order: Order, refund: Refund, event_id: str) -> None:
        """Send refunds/create."""
        body = payloads.refund_json(order, refund, self._offset_hours)
        self._webhooks.send(Topic.REFUNDS_CREATE, body, event_id)

    def edit(self, order: Order, edit_id: int, line: tuple[int, int], event_id: str) -> None:
        """Send orders/edited for one (line id, delta)."""
        line_id, delta = line
        body = payloads.edit_json(order, edit_id, line_id, delta, self._offset_hours)
        self._webhooks.send(Topic.ORDERS_EDITED, body, event_id)

    def fulfillment(
        self,
        order: Order,
        fulfillment_id: int,
        units: Sequence[tuple[int, int]],
        event_id: str,
    ) -> None:
        """Send fulfillments/create for (line id, quantity)."""
        body = payloads.fulfillment_json(order, fulfillment_id, units, self._offset_hours)
        self._webhooks.send(Topic.FULFILLMENTS_CREATE, body, event_id)

    def deletion(self, order_id: int, event_id: str) -> None:
        """Send orders/delete, which carries only the id."""
        self._webhooks.send(Topic.ORDERS_DELETE, {"id": order_id}, event_id)

    def come_back(self, order: Order, ids: tuple[int, int], units: tuple[int, int], *, restocked: bool) -> None:
        """Send what comes before the refund of (line id, quantity): a return that is asked for, approved and unpacked.

        `ids` are those of the return and of its goods.
        """
        (return_id, goods_id), (line_id, quantity) = ids, units
        for topic, status in ((Topic.RETURNS_REQUEST, "requested"), (Topic.RETURNS_APPROVE, "open")):
            body = payloads.return_json(order, return_id, line_id, quantity, status)
            self._webhooks.send(topic, body, f"{return_id}-{status}")
        body = payloads.disposal_json(goods_id, "restocked" if restocked else "not_restocked", quantity)
        self._webhooks.send(Topic.REVERSE_FULFILLMENT_ORDERS_DISPOSE, body, f"{goods_id}-disposed")

    def close_return(self, order: Order, return_id: int) -> None:
        """Send returns/close."""
        self._webhooks.send(Topic.RETURNS_CLOSE, payloads.closed_return_json(order, return_id), f"{return_id}-closed")

    def level(self, level: Level, variant: Variant, event_id: str) -> None:
        """Send inventory_levels/update."""
        body = payloads.level_json(level, variant, self._offset_hours)
        self._webhooks.send(Topic.INVENTORY_LEVELS_UPDATE, body, event_id)
