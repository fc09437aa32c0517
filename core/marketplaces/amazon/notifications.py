"""Selling Partner notifications, plain or wrapped by EventBridge, SNS or SQS; source: Notifications API v1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import BadInput, BadPayload
from core.marketplaces.amazon.names import CHANNEL, OWN_STOCK, pick, pick_table
from core.marketplaces.amazon.orders import OURS, read_change
from core.marketplaces.amazon.standings import read_issues, read_status
from core.marketplaces.bodies import read_id, read_json, read_text, read_time, refuse
from core.messages import Ignored, Message, Refused, Shown, Standing
from core.stock import MAX_QUANTITY, check_sku, check_whole

_WRAPPERS = ("Records", "detail", "Message", "body")
_DEEPEST = 8
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Posted:
    """One notification: where it stands in which raw body, when that came (epoch s), and which account is ours."""

    body: bytes
    index: int
    data: Mapping[str, object]
    now: float
    seller_id: str
    marketplace_id: str = ""

    def refuse(self, reason: str, order_id: str = "") -> Refused:
        """This notification as one that can never be applied."""
        return refuse(CHANNEL, self.body, reason, order_id=order_id, index=self.index)

    def is_foreign(self, seller_id: object) -> bool:
        """Whether it is about another seller's account than ours."""
        return bool(self.seller_id) and seller_id is not None and seller_id != self.seller_id


def read_notifications(body: bytes, now: float, seller_id: str, marketplace_id: str = "") -> Sequence[Message]:
    """What every notification in the body says; BadPayload unless it is a JSON object or a list."""
    data = read_json(body)
    if not isinstance(data, dict | list):
        raise BadPayload("the body is neither a JSON object nor a list")
    found: list[Message] = []
    for index, each in enumerate(_unwrap(data, _DEEPEST)):
        if index == _MOST:
            return [refuse(CHANNEL, body, f"it holds more than {_MOST:,} notifications")]
        posted = Posted(body, index, each, now, seller_id, marketplace_id)
        found.append(_read(posted))
    return found or [Ignored("it holds no notification")]


def _unwrap(value: object, deeper: int) -> Iterator[Mapping[str, object]]:
    """The notifications in a value; what is none comes as an object without a type."""
    if isinstance(value, str):
        value = _read_inner(value)
    if isinstance(value, list) and deeper:
        for each in value:
            yield from _unwrap(each, deeper - 1)
    elif not isinstance(value, dict) or not deeper:
        yield {}
    elif pick(value, "NotificationType") is not None:
        yield value
    else:
        inner = next((value[name] for name in _WRAPPERS if name in value), None)
        yield from _unwrap(inner, deeper - 1)


def _read_inner(text: str) -> object:
    try:
        return read_json(text.encode())
    except (BadPayload, UnicodeEncodeError):
        return None


def _read(posted: Posted) -> Message:
    kind = pick(posted.data, "NotificationType")
    payload = pick_table(posted.data, "Payload")
    match kind:
        case "ORDER_CHANGE":
            return _read_order(posted, pick_table(payload, "OrderChangeNotification") or payload)
        case "LISTINGS_ITEM_MFN_QUANTITY_CHANGE":
            return _read_quantity(posted, payload)
        case "LISTINGS_ITEM_ISSUES_CHANGE" | "LISTINGS_ITEM_ISSUES_CHANGED":
            return _read_standing(posted, payload, read_issues)
        case "LISTINGS_ITEM_STATUS_CHANGE" | "LISTINGS_ITEM_STATUS_CHANGED":
            return _read_standing(posted, payload, read_status)
        case str():
            return Ignored(f"{read_text(kind, 100)} moves no stock")
        case _:
            return posted.refuse("it is not a Selling Partner notification")


def _read_order(posted: Posted, change: Mapping[str, object]) -> Message:
    order_id = read_id(pick(change, "AmazonOrderId"))
    summary = pick_table(change, "Summary")
    fulfilled_by = pick(summary, "FulfillmentType")
    if posted.is_foreign(pick(change, "SellerId")):
        return Ignored("an order of another seller")
    if not order_id:
        return posted.refuse("it does not say which order changed")
    if fulfilled_by == "AFN":
        return Ignored("Amazon fulfils this order from its own stock")
    if fulfilled_by not in OURS:
        return posted.refuse("it does not say who fulfils the order", order_id)
    if not isinstance(pick(summary, "OrderItems"), list):
        return posted.refuse("the order's items are not a list", order_id)
    return read_change(order_id, change, pick(posted.data, "EventTime"), posted.now)


def _read_quantity(posted: Posted, payload: Mapping[str, object]) -> Message:
    if posted.is_foreign(pick(payload, "SellerId")):
        return Ignored("a listing of another seller")
    if pick(payload, "FulfillmentChannelCode") not in (None, OWN_STOCK):
        return Ignored("a quantity of Amazon's own stock")
    try:
        sku = check_sku(pick(payload, "Sku"))
        quantity = check_whole(pick(payload, "Quantity"), "quantity", 0, MAX_QUANTITY * 1000)
    except BadInput as error:
        return posted.refuse(f"its {error.field} {error.reason}")
    at = read_time(pick(posted.data, "EventTime"))
    return Shown(sku, sku, quantity, posted.now if at is None else at)


def _read_standing(
    posted: Posted, payload: Mapping[str, object], read: Callable[[str, Mapping[str, object], float], Standing]
) -> Message:
    if posted.is_foreign(pick(payload, "SellerId")):
        return Ignored("a listing of another seller")
    marketplace_id = pick(payload, "MarketplaceId")
    if posted.marketplace_id and marketplace_id not in (None, posted.marketplace_id):
        return Ignored("a listing in another marketplace")
    try:
        sku = check_sku(pick(payload, "Sku"))
    except BadInput as error:
        return posted.refuse(f"its {error.field} {error.reason}")
    at = read_time(pick(posted.data, "EventTime"))
    return read(sku, payload, posted.now if at is None else at)
