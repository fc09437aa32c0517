"""What one can do on the page: each a function of the outside and the request's fields, never of the app itself."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from core.errors import BadInput
from core.stock import check_quantity, check_sku
from playground.amazon.seller import Return
from playground.errors import RefusedError
from playground.faults import Fault
from playground.outside import AMAZON, SHOPIFY, SLACK, Outside
from playground.page import people
from playground.page.fields import flag, text
from playground.page.orders import newest_of_seller, newest_of_shop
from playground.shopify.orders import RestockType

Fields: TypeAlias = Mapping[str, Any]
Action: TypeAlias = Callable[[Outside, Fields], Awaitable[None]]

_FAULTS = (Fault.OFFLINE, Fault.DUPLICATE)


async def buy(outside: Outside, fields: Fields) -> None:
    """A buyer takes `quantity` of `sku` in `shop`; on Amazon the payment goes through at once."""
    wanted = [(check_sku(fields.get("sku")), check_quantity(fields.get("quantity")))]
    if _shop(fields) == SHOPIFY:
        outside.shop.buy(wanted)
    else:
        outside.seller.confirm(outside.seller.buy(wanted).id)


async def cancel(outside: Outside, fields: Fields) -> None:
    """The newest open order of `shop` is cancelled, and its units go back on sale."""
    if _shop(fields) == SHOPIFY:
        outside.shop.cancel(newest_of_shop(outside.shop).id)
    else:
        outside.seller.cancel(newest_of_seller(outside.seller).id)


async def refund(outside: Outside, fields: Fields) -> None:
    """One unit of the newest Shopify order is refunded; `restock`: it goes back on sale."""
    order = newest_of_shop(outside.shop)
    line = next(line for line in order.lines if line.current_quantity)
    kind = RestockType.CANCEL if flag(fields, "restock") else RestockType.NO_RESTOCK
    outside.shop.refund(order.id, line.id, 1, kind)


async def send_back(outside: Outside, fields: Fields) -> None:
    """One unit of the newest Amazon order comes back, in the state that `disposition` names."""
    order = newest_of_seller(outside.seller)
    outside.seller.return_item(Return(order.items[0].sku, 1, text(fields, "disposition"), order_id=order.id))


async def switch(outside: Outside, fields: Fields) -> None:
    """`fault` of `party` goes on or off; Slack can only be offline."""
    party, is_on = text(fields, "party"), flag(fields, "on")
    if party == SLACK:
        outside.workspace.faults.down = is_on
        outside.workspace.changes.tell()
        return
    fault = next((each for each in _FAULTS if each == fields.get("fault")), None)
    if party not in outside.shops or fault is None:
        raise BadInput("fault", f"must be {' or '.join(_FAULTS)} of a shop")
    faults = outside.shops[party].faults
    if is_on:
        faults.switch_on(fault)
    else:
        faults.switch_off(fault)


ACTIONS: Mapping[str, Action] = {
    "buy": buy,
    "cancel": cancel,
    "refund": refund,
    "return": send_back,
    "switch": switch,
    "say": people.say,
    "click": people.click,
    "submit": people.submit,
    "dismiss": people.dismiss,
    "home": people.open_home,
}
REFUSED = (RefusedError, LookupError, ValueError)


def _shop(fields: Fields) -> str:
    name = text(fields, "shop")
    if name not in (SHOPIFY, AMAZON):
        raise BadInput("shop", f"must be {SHOPIFY} or {AMAZON}")
    return name
