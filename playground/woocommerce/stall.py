"""WooCommerce's shop in the playground."""

from collections.abc import Callable, Iterator, Mapping

import orjson
from starlette.types import ASGIApp

from core.marketplaces.bodies import rows, table
from playground.courier import WOOCOMMERCE_RETRIES
from playground.errors import RefusedError
from playground.ids import Ids
from playground.stall import Bought
from playground.stand_in import Call
from playground.woocommerce.app import woocommerce_app
from playground.woocommerce.orders import Line, Order
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site

SITE = SiteSettings(key="ck_playground", secret="cs_playground", webhook_secret="playground-woocommerce-secret")
_CLOSED = frozenset({"cancelled", "refunded", "failed", "trash"})


class WooStall:
    """One site."""

    name = "woocommerce"
    retries = WOOCOMMERCE_RETRIES

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self.shop = Site(SITE, clock, ids)

    def app(self, lose: Callable[[], None]) -> ASGIApp:
        """The REST API."""
        return woocommerce_app(self.shop, lose)

    def settings(self, below: str) -> Mapping[str, str]:
        """The site and its keys."""
        return {
            "WOOCOMMERCE_URL": below,
            "WOOCOMMERCE_KEY": SITE.key,
            "WOOCOMMERCE_SECRET": SITE.secret,
            "WOOCOMMERCE_WEBHOOK_SECRET": SITE.webhook_secret,
        }

    def put_on_sale(self, sku: str, title: str, shown: int, listing: str) -> None:
        """A simple product with the id that the app knows."""
        self.shop.add_product(sku, shown, title=title, number=int(listing) if listing.isdecimal() else 0)

    def quantity(self, sku: str) -> int:
        """What shows."""
        return self.shop.quantity(sku)

    def told_by(self, call: Call) -> Iterator[str]:
        """The SKUs of a batch."""
        if call.method != "POST" or not call.path.endswith("/batch"):
            return
        for row in rows(table(orjson.loads(call.body)).get("update")):
            number = table(row).get("id")
            product = self.shop.products.by_id.get(number) if isinstance(number, int) else None
            if product is not None:
                yield product.sku

    def buy(self, sku: str, quantity: int) -> None:
        """A paid order."""
        self.shop.buy([(sku, quantity)])

    def cancel(self) -> None:
        """Cancel and restock."""
        self.shop.cancel(self._newest().id)

    def refund(self, *, restock: bool) -> None:
        """Refund one unit."""
        order = self._newest()
        line = next(line for line in order.lines if _left(order, line))
        self.shop.refund(order.id, {line.id: 1}, restock=restock)

    def send_back(self, disposition: str) -> None:
        """WooCommerce tells of what came back by its refunds."""
        raise RefusedError("a return on WooCommerce is a refund")

    def last_order(self) -> Bought:
        """The newest with units that were not refunded."""
        order = self._newest()
        return Bought(
            str(order.id),
            f"#{order.id}",
            tuple((line.sku, left) for line in order.lines if (left := _left(order, line))),
        )

    def name_of(self, order_id: str) -> str:
        """Its number."""
        return f"#{order_id}" if order_id.isdecimal() and int(order_id) in self.shop.orders else order_id

    def _newest(self) -> Order:
        for order in reversed(self.shop.orders.values()):
            if order.status not in _CLOSED and order.open_units:
                return order
        raise RefusedError("there is no open order; buy something first")


def _left(order: Order, line: Line) -> int:
    return line.quantity - order.refunded(line.id)
