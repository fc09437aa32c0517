"""The seller account: what buyers and operators do in it, and the notifications that follow."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import orjson

from playground.amazon import orders
from playground.amazon.listings import AMAZON_STOCK, OWN_STOCK, Entry, Listing, Submission
from playground.amazon.login import Login
from playground.amazon.notifications import Change, Source, order_change, wrap_event
from playground.amazon.orders import FulfilledBy, Item, Order
from playground.amazon.settings import SellerSettings
from playground.bucket import Bucket, Rate
from playground.errors import RefusedError
from playground.ids import Ids
from playground.outbox import Delivery
from playground.stand_in import StandIn

STATUS_CHANGE = "OrderStatusChange"
BUYER_REQUEST = "BuyerRequestedChange"

GET_RATE = Rate(restored=5, burst=10)
PATCH_RATE = Rate(restored=5, burst=5)
SEARCH_RATE = Rate(restored=5, burst=5)


@dataclass(frozen=True, slots=True)
class Return:
    """Units that a buyer sent back, as `POST /webhook/amazon/return` reports them."""

    sku: str
    quantity: int
    disposition: str
    fulfilled_by: FulfilledBy = FulfilledBy.MFN
    order_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """A return as Amazon's own reports list it; `plate` is the unit's licence plate in Amazon's stock."""

    sku: str
    quantity: int
    order_id: str
    at: float
    fulfilled_by: FulfilledBy
    disposition: str = "SELLABLE"
    reason: str = "UNWANTED_ITEM"
    plate: str = ""
    rma: str = ""
    delivered: bool = True
    status: str = "Approved"


class Seller(StandIn):
    """One seller in one marketplace; every action raises RefusedError where it is not allowed.

    An accepted submission goes live `processing_delay` seconds later, over whatever sold meanwhile.
    `wrap_events` sends notifications as EventBridge does instead of plain.
    """

    def __init__(self, settings: SellerSettings, clock: Callable[[], float], ids: Ids) -> None:
        super().__init__(clock, ids)
        self.settings = settings
        self.login = Login(settings, clock, ids)
        self.reads = Bucket(GET_RATE, clock)
        self.patches = Bucket(PATCH_RATE, clock)
        self.searches = Bucket(SEARCH_RATE, clock)
        self.listings: dict[str, Listing] = {}
        self.orders: dict[str, Order] = {}
        self.changed_at: dict[str, float] = {}
        self.returned: list[Returned] = []
        self.processing_delay = 0.0
        self.wrap_events = False
        self._submissions: list[Submission] = []
        self._source = Source(settings.seller_id, settings.marketplace_id, ids.uuid(), ids.uuid())

    def add_listing(
        self, sku: str, quantity: int, *, title: str = "", lead_time_days: int | None = None, fba: int | None = None
    ) -> Listing:
        """Put a SKU on sale from the seller's stock, and from Amazon's own when `fba` is given."""
        own: dict[str, object] = {"fulfillment_channel_code": OWN_STOCK, "quantity": quantity}
        if lead_time_days is not None:
            own["lead_time_to_ship_max_days"] = lead_time_days
        amazon: list[Entry] = [] if fba is None else [{"fulfillment_channel_code": AMAZON_STOCK}]
        now = self.clock()
        asin = f"B0{self.ids.digits(8)}"
        listing = Listing(sku, asin, "PRODUCT", title or sku, (own, *amazon), quantity, fba, now, now)
        self._keep(listing)
        return listing

    def listing(self, sku: str) -> Listing:
        """Return the listing as it is now; refuse an unknown SKU."""
        self.settle()
        try:
            return self.listings[sku]
        except KeyError:
            raise RefusedError(f"the seller has no SKU {sku!r}") from None

    def quantity(self, sku: str) -> int:
        """Return what the listing shows of the seller's own stock."""
        return self.listing(sku).live

    def order(self, order_id: str) -> Order:
        """Return the order as it is now; refuse an unknown one."""
        try:
            return self.orders[order_id]
        except KeyError:
            raise RefusedError(f"the seller has no order {order_id}") from None

    def buy(self, items: Iterable[tuple[str, int]], fulfilled_by: FulfilledBy = FulfilledBy.MFN) -> Order:
        """Place a pending order of (SKU, quantity); Amazon lowers what it shows."""
        wanted = list(items)
        self._check_live(wanted, fulfilled_by)
        order = Order(
            id=f"{self.ids.digits(3)}-{self.ids.digits(7)}-{self.ids.digits(7)}",
            purchased_at=self.clock(),
            fulfilled_by=fulfilled_by,
            items=tuple(Item(self.ids.digits(14), sku, quantity) for sku, quantity in wanted),
        )
        self._move(order, 1)
        return self._announce(order, STATUS_CHANGE, "OrderPlaced")

    def confirm(self, order_id: str) -> Order:
        """Let the payment of a pending order go through."""
        return self._announce(orders.confirm(self.order(order_id)), STATUS_CHANGE, "PaymentVerified")

    def request_cancel(self, order_id: str) -> Order:
        """Let the buyer ask for a cancellation, which the seller has still to carry out."""
        return self._announce(orders.request_cancel(self.order(order_id)), BUYER_REQUEST, "Buyer Requested Cancel")

    def cancel(self, order_id: str) -> Order:
        """Cancel an order that nothing was shipped of; its units show again."""
        order = orders.cancel(self.order(order_id))
        self._move(order, -1)
        return self._announce(order, STATUS_CHANGE, "OrderCanceled")

    def ship(self, order_id: str, units: Mapping[str, int] | None = None) -> Order:
        """Ship units of item ids, by default everything open."""
        before = self.order(order_id)
        rest = {item.id: item.quantity - item.shipped for item in before.items}
        return self._announce(orders.ship(before, units or rest), STATUS_CHANGE, "OrderShipped")

    def return_item(self, returned: Return) -> dict[str, object]:
        """Report a return to the app, and return the body; what is SELLABLE at Amazon is Amazon's to sell again."""
        listing = self.listing(returned.sku)
        if returned.fulfilled_by is FulfilledBy.AFN and returned.disposition == "SELLABLE":
            self._keep(listing.sold_by_amazon(-returned.quantity, self.clock()))
        body: dict[str, object] = {
            "sku": returned.sku,
            "quantity": returned.quantity,
            "disposition": returned.disposition,
            "fulfilledBy": returned.fulfilled_by.value,
            "returnOrderId": f"RMA{self.ids.digits(9)}",
        }
        optional = {"orderId": returned.order_id, "reason": returned.reason}
        body |= {name: value for name, value in optional.items() if value is not None}
        self._deliver("RETURN", self.settings.returns_url, body)
        return body

    def edit_listing(self, sku: str, quantity: int) -> None:
        """Set what the listing shows by hand, behind the app's back."""
        listing = self.listing(sku)
        self._keep(listing.gone_live(quantity, self.clock()))

    def submit(self, sku: str, entries: tuple[Entry, ...], quantity: int | None) -> str:
        """Accept an attribute, to go live after the processing delay, and return the submission's id."""
        now = self.clock()
        self._keep(self.listing(sku).asked(entries, now))
        submission_id = self.ids.uuid().replace("-", "")
        if quantity is not None:
            self._submissions.append(Submission(submission_id, sku, quantity, now + self.processing_delay))
        self.settle()
        return submission_id

    def settle(self) -> None:
        """Let every submission that is due go live."""
        now = self.clock()
        due = [submission for submission in self._submissions if submission.due <= now]
        self._submissions = [submission for submission in self._submissions if submission.due > now]
        for submission in due:
            self._keep(self.listings[submission.sku].gone_live(submission.quantity, submission.due))

    def _check_live(self, wanted: list[tuple[str, int]], fulfilled_by: FulfilledBy) -> None:
        if not wanted or any(quantity < 1 for _, quantity in wanted):
            raise RefusedError("an order takes 1 unit or more of each of its SKUs")
        for sku in {sku for sku, _ in wanted}:
            listing = self.listing(sku)
            left = listing.live if fulfilled_by is FulfilledBy.MFN else listing.fba or 0
            demand = sum(quantity for other, quantity in wanted if other == sku)
            if demand > left:
                raise RefusedError(f"{sku}: {demand} wanted, {left} left")

    def _move(self, order: Order, sign: int) -> None:
        for item in order.items:
            listing = self.listing(item.sku)
            sell = listing.sold if order.fulfilled_by is FulfilledBy.MFN else listing.sold_by_amazon
            self._keep(sell(sign * item.quantity, self.clock()))

    def _keep(self, listing: Listing) -> None:
        self.listings[listing.sku] = listing
        self.changes.tell()

    def _announce(self, order: Order, kind: str, reason: str) -> Order:
        self.orders[order.id] = order
        now = self.changed_at[order.id] = self.clock()
        notification = order_change(self._source, Change(order, kind, reason, now), self.ids.uuid())
        if self.wrap_events:
            notification = wrap_event(self._source, notification, self.ids.uuid(), now)
        self._deliver("ORDER_CHANGE", self.settings.orders_url, notification)
        return order

    def _deliver(self, topic: str, url: str, body: dict[str, object]) -> None:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.settings.webhook_secret}",
        }
        self.outbox.put(Delivery(self.ids.uuid(), topic, url, headers, orjson.dumps(body), self.clock()))
