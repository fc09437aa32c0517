"""What one can do on the page: each a function of the outside and the request's fields, never of the app itself."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from core.errors import BadInput
from core.stock import check_quantity, check_sku
from playground.errors import RefusedError
from playground.faults import Fault
from playground.outside import SLACK, Outside
from playground.page import people
from playground.page.fields import flag, text
from playground.stall import Stall

Fields: TypeAlias = Mapping[str, Any]
Action: TypeAlias = Callable[[Outside, Fields], Awaitable[None]]

_FAULTS = (Fault.OFFLINE, Fault.DUPLICATE)


async def buy(outside: Outside, fields: Fields) -> None:
    """A buyer takes `quantity` of `sku` in `shop`, and pays."""
    _stall(outside, fields).buy(check_sku(fields.get("sku")), check_quantity(fields.get("quantity")))


async def cancel(outside: Outside, fields: Fields) -> None:
    """The newest open order of `shop` is cancelled, and its units go back on sale."""
    _stall(outside, fields).cancel()


async def refund(outside: Outside, fields: Fields) -> None:
    """One unit of the newest open order of `shop` (Shopify's) is refunded; `restock`: it goes back on sale."""
    _stall(outside, {"shop": "shopify", **fields}).refund(restock=flag(fields, "restock"))


async def send_back(outside: Outside, fields: Fields) -> None:
    """One unit of the newest open order of `shop` (Amazon's) comes back, in the state that `disposition` names."""
    _stall(outside, {"shop": "amazon", **fields}).send_back(text(fields, "disposition"))


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


def _stall(outside: Outside, fields: Fields) -> Stall:
    found = outside.stalls.get(text(fields, "shop"))
    if found is None:
        raise BadInput("shop", f"must be {' or '.join(outside.stalls)}")
    return found
