"""Shopify's shop in the playground."""

from collections.abc import Callable, Iterator, Mapping

import orjson
from starlette.types import ASGIApp

from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.posted import ITEM
from playground.courier import SHOPIFY_RETRIES
from playground.errors import RefusedError
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.catalog import Policy, Variant
from playground.shopify.orders import Order, RestockType
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from playground.stall import Bought
from playground.stand_in import Call

SHOP = ShopSettings(access_token="shpat_playground", webhook_secret="playground-shopify-secret")


class ShopifyStall:
    """One shop with its app."""

    name = "shopify"
    retries = SHOPIFY_RETRIES

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self.shop = Shop(SHOP, clock, ids)

    def app(self, lose: Callable[[], None]) -> ASGIApp:
        """The Admin API."""
        return shopify_app(self.shop, lose)

    def settings(self, below: str) -> Mapping[str, str]:
        """The shop, its keys and its location."""
        return {
            "SHOPIFY_SHOP": SHOP.domain,
            "SHOPIFY_ACCESS_TOKEN": SHOP.access_token,
            "SHOPIFY_WEBHOOK_SECRET": SHOP.webhook_secret,
            "SHOPIFY_LOCATION_ID": str(self.shop.catalog.primary.id),
            "SHOPIFY_API_URL": below,
        }

    def put_on_sale(self, sku: str, title: str, shown: int, listing: str) -> None:
        """A variant whose inventory item is the one that the app knows."""
        linked, ids = listing.removeprefix(ITEM), self.shop.ids
        variant = Variant(
            id=ids.number(),
            item_id=int(linked) if linked.isdecimal() else ids.number(),
            product_id=ids.number(),
            sku=sku,
            title=title,
            price="10.00",
            tracked=True,
            policy=Policy.DENY,
            created_at=self.shop.clock(),
        )
        self.shop.catalog.add(variant, shown)

    def quantity(self, sku: str) -> int:
        """What is available."""
        return self.shop.quantity(sku)

    def told_by(self, call: Call) -> Iterator[str]:
        """The SKUs of an `inventorySetQuantities`."""
        if b"inventorySetQuantities" not in call.body:
            return
        given = table(table(table(orjson.loads(call.body)).get("variables")).get("input"))
        for row in rows(given.get("quantities")):
            number = str(table(row).get("inventoryItemId")).removeprefix(ITEM)
            variant = self.shop.catalog.items.get(int(number)) if number.isdecimal() else None
            if variant is not None:
                yield variant.sku

    def buy(self, sku: str, quantity: int) -> None:
        """A paid order."""
        self.shop.buy([(sku, quantity)])

    def cancel(self) -> None:
        """Cancel and restock."""
        self.shop.cancel(self._newest().id)

    def refund(self, *, restock: bool) -> None:
        """Refund one unshipped unit."""
        order = self._newest()
        line = next(line for line in order.lines if line.current_quantity)
        kind = RestockType.CANCEL if restock else RestockType.NO_RESTOCK
        self.shop.refund(order.id, line.id, 1, kind)

    def send_back(self, disposition: str) -> None:
        """Shopify tells of what came back by its refunds."""
        raise RefusedError("a return on Shopify is a refund")

    def last_order(self) -> Bought:
        """The newest with units left."""
        order = self._newest()
        items = tuple((line.sku, line.current_quantity) for line in order.lines if line.current_quantity)
        return Bought(str(order.id), f"#{order.number}", items)

    def name_of(self, order_id: str) -> str:
        """Its number."""
        order = self.shop.orders.get(int(order_id)) if order_id.isdecimal() else None
        return f"#{order.number}" if order else order_id

    def _newest(self) -> Order:
        for order in reversed(self.shop.orders.values()):
            if order.cancelled_at is None and any(line.current_quantity for line in order.lines):
                return order
        raise RefusedError("there is no open order; buy something first")
