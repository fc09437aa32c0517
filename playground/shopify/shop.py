"""The shop: what buyers and operators do to it, and the webhooks that follow from it."""

from collections.abc import Callable, Iterable, Sequence

from playground.bucket import Bucket
from playground.errors import RefusedError
from playground.ids import Ids
from playground.outbox import Delivery
from playground.shopify import orders
from playground.shopify.access import Access
from playground.shopify.announcer import Announcer
from playground.shopify.bulk import Bulk
from playground.shopify.catalog import Catalog, Location, Policy, Variant
from playground.shopify.idempotency import IdempotencyLog
from playground.shopify.orders import Line, Order, Refund, RefundLine, RestockType
from playground.shopify.settings import ShopSettings
from playground.shopify.stockroom import Stockroom
from playground.shopify.webhooks import API_VERSION, Sender, Topic, Webhooks
from playground.stand_in import StandIn

FIRST_ORDER_NUMBER = 1001


class Shop(StandIn):
    """One shop with one app installed, subscribed by its config to every topic at `callback`.

    Every action raises RefusedError where a real shop would not allow it, and then changes nothing.
    """

    def __init__(self, settings: ShopSettings, clock: Callable[[], float], ids: Ids) -> None:
        super().__init__(clock, ids)
        self.settings = settings
        self.catalog = Catalog((Location(ids.number(), "Warehouse"),))
        self.orders: dict[int, Order] = {}
        self.returns: dict[int, int] = {}
        self.bulk = Bulk(clock, ids)
        self.api_versions: tuple[str, ...] = ("2026-01", "2026-04", "2026-07", API_VERSION)
        self.access = Access(settings, clock, ids)
        self.bucket = Bucket(settings.points, clock)
        self.idempotency = IdempotencyLog()
        sender = Sender(settings.domain, settings.webhook_secret)
        self.webhooks = Webhooks(sender, self.outbox, clock, ids)
        for topic in Topic:
            self.webhooks.subscribe(topic, settings.callback, by_api=False)
        self._announcer = Announcer(self.webhooks, settings.utc_offset_hours)
        self.stockroom = Stockroom(self.catalog, self._announcer, clock)
        self._orders_made = 0

    def add_variant(
        self,
        sku: str,
        quantity: int,
        *,
        title: str = "",
        price: str = "10.00",
        tracked: bool = True,
        policy: Policy = Policy.DENY,
    ) -> Variant:
        """Put a variant on sale with `quantity` available; a SKU may be used again."""
        variant = Variant(
            id=self.ids.number(),
            item_id=self.ids.number(),
            product_id=self.ids.number(),
            sku=sku,
            title=title or sku,
            price=price,
            tracked=tracked,
            policy=policy,
            created_at=self.clock(),
        )
        self.catalog.add(variant, quantity)
        self.changes.tell()
        return variant

    def remove_variant(self, sku: str) -> None:
        """Take the one variant with this SKU off sale for good, and its inventory item with it."""
        self.catalog.remove(self.catalog.find(sku))
        self.changes.tell()

    def quantity(self, sku: str) -> int:
        """Return what the listing shows as available."""
        return self.catalog.level(self.catalog.find(sku).item_id).available

    def order(self, order_id: int) -> Order:
        """Return the order as it is now; refuse an unknown or deleted one."""
        try:
            return self.orders[order_id]
        except KeyError:
            raise RefusedError(f"the shop has no order {order_id}") from None

    def buy(self, items: Iterable[tuple[str, int]], *, tip: str = "") -> Order:
        """Place a paid order of (SKU, quantity), and a tip of so much; units move from available to committed."""
        wanted = [(self.catalog.find(sku), quantity) for sku, quantity in items]
        if not wanted or any(quantity < 1 for _, quantity in wanted):
            raise RefusedError("an order takes 1 unit or more of each of its SKUs")
        self.stockroom.check(wanted)
        order = self._place(wanted, tip)
        event_id = self._keep(order, Topic.ORDERS_CREATE, Topic.ORDERS_UPDATED)
        for variant, quantity in wanted:
            self.stockroom.move(variant.item_id, event_id, available=-quantity, committed=quantity)
        return order

    def cancel(self, order_id: int, *, restock: bool = True, reason: str = "customer") -> Order:
        """Cancel an unshipped order and refund what is left of it, with or without restocking."""
        kind = RestockType.CANCEL if restock else RestockType.NO_RESTOCK
        cancelled = orders.cancel(self.order(order_id), reason, self.clock())
        taken = self._refund([(line, line.current_quantity) for line in cancelled.lines if line.current_quantity], kind)
        order = orders.refund(cancelled, taken) if taken.lines else cancelled
        event_id = self._keep(order, Topic.ORDERS_CANCELLED, Topic.ORDERS_UPDATED)
        if taken.lines:
            self._follow_refund(order, taken, event_id)
        return order

    def refund(self, order_id: int, line_id: int, quantity: int, restock_type: RestockType) -> Order:
        """Refund units of one line; restocked ones become available again."""
        before = self.order(order_id)
        taken = self._refund([(before.line(line_id), quantity)], restock_type)
        order = orders.refund(before, taken)
        event_id = self._keep(order, Topic.ORDERS_UPDATED)
        self._follow_refund(order, taken, event_id)
        return order

    def edit(self, order_id: int, line_id: int, quantity: int) -> Order:
        """Change a line to `quantity` current units; the difference moves from or to available."""
        line = self.order(order_id).line(line_id)
        order = orders.edit(self.order(order_id), line_id, quantity, self.clock())
        delta = quantity - line.current_quantity
        if not delta:
            return order
        self.stockroom.check([(self.catalog.items[line.item_id], delta)])
        event_id = self._keep(order, Topic.ORDERS_UPDATED)
        self._announcer.edit(order, self.ids.number(), (line_id, delta), event_id)
        self.stockroom.move(line.item_id, event_id, available=-delta, committed=delta)
        return order

    def fulfil(self, order_id: int, units: Sequence[tuple[int, int]] | None = None) -> Order:
        """Ship (line id, quantity), by default everything open; committed units leave the shelf."""
        before = self.order(order_id)
        shipped = units or [(line.id, line.fulfillable_quantity) for line in before.lines if line.fulfillable_quantity]
        order = orders.fulfil(before, shipped, self.clock())
        event_id = self._keep(order, Topic.ORDERS_UPDATED)
        self._announcer.fulfillment(order, self.ids.number(), shipped, event_id)
        for line_id, quantity in shipped:
            item_id = order.line(line_id).item_id
            self.stockroom.move(item_id, event_id, committed=-quantity)
        return order

    def delete(self, order_id: int) -> None:
        """Delete an order; units it still held go back to available."""
        order = self.order(order_id)
        del self.orders[order_id]
        event_id = self.ids.uuid()
        self._announcer.deletion(order_id, event_id)
        for line in order.lines:
            held = line.fulfillable_quantity
            self.stockroom.move(line.item_id, event_id, available=held, committed=-held)

    def take_back(self, order_id: int, line_id: int, quantity: int, *, restocked: bool = True) -> Order:
        """Let a buyer send units back: a return, its goods unpacked, its refund, and its end."""
        before = self.order(order_id)
        kind = RestockType.RETURN if restocked else RestockType.NO_RESTOCK
        orders.plan_refund_line(before.line(line_id), 0, quantity, kind)
        return_id, goods_id = self.ids.number(), self.ids.number()
        self.returns |= {return_id: order_id, goods_id: order_id}
        self._announcer.come_back(before, (return_id, goods_id), (line_id, quantity), restocked=restocked)
        order = self.refund(order_id, line_id, quantity, kind)
        self._announcer.close_return(order, return_id)
        return order

    def edit_listing(self, sku: str, quantity: int) -> None:
        """Set a listing to `quantity` in the admin, behind the app's back."""
        self.stockroom.set_available(sku, quantity, self.ids.uuid())
        self.changes.tell()

    def gave_up(self, delivery: Delivery) -> None:
        """Delete the API-made subscription that could not be delivered to."""
        self.webhooks.drop(delivery)

    def _place(self, wanted: Sequence[tuple[Variant, int]], tip: str) -> Order:
        now = self.clock()
        self._orders_made += 1
        return Order(
            id=self.ids.number(),
            number=FIRST_ORDER_NUMBER + self._orders_made - 1,
            created_at=now,
            updated_at=now,
            lines=(*(self._line(variant, quantity) for variant, quantity in wanted), *self._tips(tip)),
        )

    def _line(self, variant: Variant, quantity: int) -> Line:
        return Line(
            id=self.ids.number(),
            item_id=variant.item_id,
            variant_id=variant.id,
            product_id=variant.product_id,
            sku=variant.sku,
            title=variant.title,
            price=variant.price,
            quantity=quantity,
            current_quantity=quantity,
            fulfillable_quantity=quantity,
        )

    def _tips(self, price: str) -> tuple[Line, ...]:
        line_id = self.ids.number() if price else 0
        return (Line(line_id, 0, 0, 0, "", "Tip", price, 1, 1, 1),) if price else ()

    def _refund(self, units: Iterable[tuple[Line, int]], kind: RestockType) -> Refund:
        lines = tuple(self._refund_line(line, quantity, kind) for line, quantity in units)
        return Refund(self.ids.number(), self.clock(), lines)

    def _refund_line(self, line: Line, quantity: int, kind: RestockType) -> RefundLine:
        return orders.plan_refund_line(line, self.ids.number(), quantity, kind)

    def _keep(self, order: Order, *topics: Topic) -> str:
        self.orders[order.id] = order
        self.changes.tell()
        event_id = self.ids.uuid()
        self._announcer.order(order, event_id, *topics)
        return event_id

    def _follow_refund(self, order: Order, taken: Refund, event_id: str) -> None:
        self._announcer.refund(order, taken, event_id)
        for refund_line in taken.lines:
            units = refund_line.quantity if refund_line.restock_type.restocks else 0
            self.stockroom.move(
                order.line(refund_line.line_id).item_id,
                event_id,
                available=units,
                committed=-refund_line.from_shelf,
            )
