"""Amazon's seller account in the playground."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from starlette.types import ASGIApp

from playground.amazon.app import amazon_app
from playground.amazon.listings_api import PREFIX
from playground.amazon.orders import Item, Order, Status
from playground.amazon.seller import Return, Seller
from playground.amazon.settings import SellerSettings
from playground.courier import AMAZON_RETRIES
from playground.errors import RefusedError
from playground.ids import Ids
from playground.stall import Bought, TakesBack
from playground.stand_in import Call

SELLER = SellerSettings(
    client_id="amzn1.application-oa2-client.playground",
    client_secret="playground-lwa-secret",
    refresh_token="Atzr|playground",
    webhook_secret="playground-amazon-secret",
)
_OPEN = (Status.PENDING, Status.UNSHIPPED)


class AmazonStall:
    """One seller."""

    name = "amazon"
    takes_back = TakesBack.RETURN
    retries = AMAZON_RETRIES

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self.shop = Seller(SELLER, clock, ids)
        self._returned: Counter[tuple[str, str]] = Counter()

    def app(self, lose: Callable[[], None]) -> ASGIApp:
        """The Selling Partner API and Login with Amazon."""
        return amazon_app(self.shop, lose)

    def settings(self, below: str) -> Mapping[str, str]:
        """The account and its keys."""
        return {
            "AMAZON_SELLER_ID": SELLER.seller_id,
            "AMAZON_MARKETPLACE_ID": SELLER.marketplace_id,
            "AMAZON_LWA_CLIENT_ID": SELLER.client_id,
            "AMAZON_LWA_CLIENT_SECRET": SELLER.client_secret,
            "AMAZON_LWA_REFRESH_TOKEN": SELLER.refresh_token,
            "AMAZON_WEBHOOK_SECRET": SELLER.webhook_secret,
            "AMAZON_SP_API_URL": below,
            "AMAZON_LWA_URL": f"{below}/auth/o2/token",
        }

    def put_on_sale(self, sku: str, title: str, shown: int, listing: str) -> None:
        """Amazon knows a listing by its SKU."""
        self.shop.add_listing(sku, shown, title=title)

    def quantity(self, sku: str) -> int:
        """What shows of the seller's own stock."""
        return self.shop.quantity(sku)

    def told_by(self, call: Call) -> Iterator[str]:
        """The SKU of a patch."""
        if call.method == "PATCH":
            yield unquote(call.path.partition(PREFIX)[2].partition("/")[2])

    def buy(self, sku: str, quantity: int) -> None:
        """An order whose payment goes through at once."""
        self.shop.confirm(self.shop.buy([(sku, quantity)]).id)

    def cancel(self) -> None:
        """Cancel what was not shipped."""
        self.shop.cancel(self._newest().id)

    def refund(self, *, restock: bool) -> None:
        """Amazon tells of what comes back by returns."""
        raise RefusedError("a refund on Amazon tells nobody of goods; send something back")

    def send_back(self, disposition: str) -> None:
        """A return as the seller's own systems report it; what comes back was shipped before."""
        order = self._newest()
        if order.status in _OPEN:
            self.shop.ship(order.id)
        item = next(item for item in order.items if self._left(order, item))
        self._returned[order.id, item.id] += 1
        self.shop.return_item(Return(item.sku, 1, disposition, order_id=order.id))

    def edit(self, sku: str, quantity: int) -> None:
        """Set the number in the shop's own back office."""
        self.shop.edit_listing(sku, quantity)

    def last_order(self) -> Bought:
        """The newest that was not cancelled, with the units that did not come back."""
        order = self._newest()
        items = tuple((item.sku, left) for item in order.items if (left := self._left(order, item)))
        return Bought(order.id, order.id, items)

    def name_of(self, order_id: str) -> str:
        """The id itself."""
        return order_id

    def _newest(self) -> Order:
        for order in reversed(self.shop.orders.values()):
            if order.status is not Status.CANCELED and any(self._left(order, item) for item in order.items):
                return order
        raise RefusedError("there is no open order; buy something first")

    def _left(self, order: Order, item: Item) -> int:
        return item.quantity - self._returned[order.id, item.id]
