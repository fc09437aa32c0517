"""The shop: what buyers and operators do to it, and the webhooks that follow from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from playground.errors import RefusedError
from playground.ids import Ids
from playground.outbox import Delivery
from playground.stand_in import StandIn
from playground.woocommerce import orders
from playground.woocommerce.orders import Line, Order, Refund
from playground.woocommerce.payloads import order_json, product_json
from playground.woocommerce.products import Kind, Managed, Product, Products
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.webhooks import TOPICS, Webhooks

_FIRST_ID = 11


class Site(StandIn):
    """One shop; every action raises RefusedError where a real one would not allow it, and then changes nothing."""

    def __init__(self, settings: SiteSettings, clock: Callable[[], float], ids: Ids) -> None:
        super().__init__(clock, ids)
        self.settings = settings
        self.products = Products()
        self.orders: dict[int, Order] = {}
        self.webhooks = Webhooks(settings.address, self.outbox, clock)
        for topic in TOPICS:
            self.webhooks.add(topic, settings.callback, settings.webhook_secret, ping=False)
        self._numbers = count(_FIRST_ID)

    def add_product(
        self, sku: str, quantity: int | None, *, title: str = "", managed: bool = True, number: int = 0
    ) -> Product:
        """Put a simple product on sale, with this id where it is given."""
        return self._add(Kind.SIMPLE, sku, quantity, title or sku, managed, number=number)

    def add_variable(self, sku: str, quantity: int | None = None, *, title: str = "") -> Product:
        """Put a product on sale that has variations; with a quantity it keeps the stock for those that keep none."""
        return self._add(Kind.VARIABLE, sku, quantity, title or sku, quantity is not None)

    def add_variation(self, parent: Product, sku: str, quantity: int | None, *, managed: Managed = True) -> Product:
        """Put a variation of a product on sale."""
        return self._add(Kind.VARIATION, sku, quantity, f"{parent.name} - {sku}", managed, parent=parent.id)

    def remove_product(self, sku: str) -> None:
        """Delete what has this SKU."""
        del self.products.by_id[self.products.find(sku).id]
        self.changes.tell()

    def quantity(self, sku: str) -> int:
        """What the listing shows; RefusedError where there is none or it keeps no count."""
        keeper = self.products.keeper(self.products.find(sku))
        if keeper is None:
            raise RefusedError(f"the shop keeps no count of {sku}")
        return keeper.quantity or 0

    def order(self, order_id: int) -> Order:
        """The order as it is now; RefusedError for one that there is not."""
        try:
            return self.orders[order_id]
        except KeyError:
            raise RefusedError(f"the shop has no order {order_id}") from None

    def buy(self, items: Iterable[tuple[str, int]], status: str = "processing") -> Order:
        """Place an order of (SKU, quantity); stock is lowered once it is paid or on hold."""
        wanted = [(self.products.find(sku), quantity) for sku, quantity in items]
        self._check(wanted)
        now = self.clock()
        lines = tuple(self._line(product, quantity) for product, quantity in wanted)
        order = Order(next(self._numbers), status, now, now, lines)
        return self._keep(*orders.moved(order, status, now), "order.created", "order.updated")

    def set_status(self, order_id: int, status: str) -> Order:
        """Move the order to another status, with what that does to stock."""
        return self._keep(*orders.moved(self.order(order_id), status, self.clock()), "order.updated")

    def cancel(self, order_id: int) -> Order:
        """Cancel the order; what it still holds goes back to stock."""
        return self.set_status(order_id, "cancelled")

    def refund(self, order_id: int, units: Mapping[int, int], *, restock: bool) -> Order:
        """Refund units of lines (by line id), put back or not; the last one makes the order refunded."""
        order, now = self.order(order_id), self.clock()
        for line_id, wanted in units.items():
            left = order.line(line_id).quantity - order.refunded(line_id)
            if not 1 <= wanted <= left:
                raise RefusedError(f"{wanted} of line {line_id} cannot be refunded: {left} can")
        taken = Refund(next(self._numbers), now, tuple(units.items()))
        order = replace(order, refunds=(*order.refunds, taken), modified_at=now)
        back = {of: min(n, order.line(of).reduced) for of, n in units.items()} if restock else {}
        for line_id, number in back.items():
            line = order.line(line_id)
            order = orders.with_line(order, replace(line, restocked=line.restocked + number))
        status = order.status if order.open_units else "refunded"
        return self._keep(replace(order, status=status), back, "order.updated")

    def edit(self, order_id: int, line_id: int, quantity: int) -> Order:
        """Change a line's quantity, 0 to remove it; only while the order is unpaid or on hold."""
        order = self.order(order_id)
        line = order.line(line_id)
        if order.status not in orders.EDITABLE:
            raise RefusedError(f"order {order_id} is {order.status} and cannot be edited")
        more = quantity - line.quantity
        order = orders.with_line(replace(order, modified_at=self.clock()), replace(line, quantity=quantity))
        if order.took_stock:
            self._move(line.goods_id, -more)
            order = replace(order, lines=tuple(_taken(each, line.id, more) for each in order.lines))
        return self._keep(order, {}, "order.updated")

    def trash(self, order_id: int) -> Order:
        """Put the order into the trash; its stock stays as it is."""
        order = self.order(order_id)
        gone = replace(order, status="trash", before_trash=order.status, modified_at=self.clock())
        self.orders[order_id] = gone
        self.webhooks.send("order.deleted", {"id": order_id})
        self.changes.tell()
        return gone

    def restore(self, order_id: int) -> Order:
        """Take the order out of the trash again."""
        order = self.order(order_id)
        back = replace(order, status=order.before_trash, before_trash="", modified_at=self.clock())
        return self._keep(back, {}, "order.restored")

    def delete(self, order_id: int) -> None:
        """Delete the order for good."""
        del self.orders[self.order(order_id).id]
        self.webhooks.send("order.deleted", {"id": order_id})
        self.changes.tell()

    def set_quantity(self, product: Product, quantity: int) -> Product:
        """Set what a listing shows, and tell of it."""
        changed = replace(product, quantity=quantity, modified_at=self.clock())
        self.products.put(changed)
        self._tell(changed)
        return changed

    def edit_listing(self, sku: str, quantity: int) -> None:
        """Set what a listing shows by hand, behind the app's back."""
        self.set_quantity(self.products.find(sku), quantity)

    def arrived(self, delivery: Delivery) -> None:
        """A delivery was accepted."""
        self.webhooks.arrived(delivery)

    def gave_up(self, delivery: Delivery) -> None:
        """A delivery was not."""
        self.webhooks.failed(delivery)

    def _add(
        self,
        kind: Kind,
        sku: str,
        quantity: int | None,
        name: str,
        managed: Managed,
        *,
        parent: int = 0,
        number: int = 0,
    ) -> Product:
        number = number if number and number not in self.products.by_id else self._free_number()
        product = Product(number, kind, sku, name, managed, quantity, self.clock(), parent)
        self.products.put(product)
        self.changes.tell()
        return product

    def _free_number(self) -> int:
        return next(number for number in self._numbers if number not in self.products.by_id)

    def _line(self, product: Product, quantity: int) -> Line:
        of, variation = (product.parent_id, product.id) if product.parent_id else (product.id, 0)
        sku = self.products.shown_sku(product)
        return Line(next(self._numbers), of, variation, sku, product.name, quantity)

    def _check(self, wanted: Sequence[tuple[Product, int]]) -> None:
        if not wanted or any(quantity < 1 for _, quantity in wanted):
            raise RefusedError("an order takes 1 unit or more of each of its SKUs")
        demand: Counter[int] = Counter()
        for product, quantity in wanted:
            keeper = self.products.keeper(product)
            if keeper is not None:
                demand[keeper.id] += quantity
        for number, units in demand.items():
            left = self.products.by_id[number].quantity or 0
            if units > left:
                raise RefusedError(f"{self.products.by_id[number].sku}: {units} wanted, {left} left")

    def _keep(self, order: Order, back: Mapping[int, int], *topics: str) -> Order:
        """Store the order, move its units, and tell of both."""
        moved = [(line.id, line.goods_id, back[line.id]) for line in order.lines if back.get(line.id)]
        for line_id, goods_id, units in moved:
            if self._move(goods_id, units):
                order = replace(order, lines=tuple(_taken(each, line_id, -units) for each in order.lines))
        self.orders[order.id] = order
        for topic in topics:
            self.webhooks.send(topic, order_json(order, self.products))
        self.changes.tell()
        return order

    def _move(self, goods_id: int, units: int) -> bool:
        keeper = self.products.move(goods_id, units, self.clock())
        if keeper is not None:
            self._tell(keeper)
        return keeper is not None

    def _tell(self, product: Product) -> None:
        self.webhooks.send("product.updated", product_json(product, self.products))
        self.changes.tell()


def _taken(line: Line, line_id: int, units: int) -> Line:
    return replace(line, reduced=line.reduced + units) if line.id == line_id else line
