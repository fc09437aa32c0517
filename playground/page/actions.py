"""What one can do on the page: each a function of the outside and the request's fields, never of the app itself."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from core.errors import BadInput
from core.stock import MAX_QUANTITY as _MOST
from core.stock import check_quantity, check_sku, check_whole
from playground.errors import RefusedError
from playground.faults import Fault
from playground.outside import SLACK, Outside
from playground.page import people
from playground.page.fields import flag, text
from playground.stall import Stall

Fields: TypeAlias = Mapping[str, Any]
Action: TypeAlias = Callable[[Outside, Fields], Awaitable[Mapping[str, Any] | None]]

_FAULTS = (Fault.OFFLINE, Fault.LATE, Fault.THROTTLED, Fault.DUPLICATE)
_SLACK_LATE = 2.0


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


async def edit(outside: Outside, fields: Fields) -> None:
    """Somebody sets the listing of `sku` in `shop` to `quantity` by hand, behind the app's back."""
    _stall(outside, fields).edit(
        check_sku(fields.get("sku")), check_whole(fields.get("quantity"), "quantity", 0, _MOST)
    )


async def switch(outside: Outside, fields: Fields) -> None:
    """`fault` of `party` goes on or off; Slack can be offline or late."""
    party, is_on = text(fields, "party"), flag(fields, "on")
    fault = next((each for each in _FAULTS if each == fields.get("fault")), None)
    if party == SLACK and fault in (Fault.OFFLINE, Fault.LATE):
        _switch_slack(outside, fault, is_on=is_on)
        return
    if party not in outside.shops or fault is None:
        raise BadInput("fault", f"must be {' or '.join(_FAULTS)} of a shop, or one of the first two of Slack")
    faults = outside.shops[party].faults
    if is_on:
        faults.switch_on(fault)
    else:
        faults.switch_off(fault)


def _switch_slack(outside: Outside, fault: Fault, *, is_on: bool) -> None:
    faults = outside.workspace.faults
    if fault is Fault.OFFLINE:
        faults.down = is_on
    else:
        faults.delay = _SLACK_LATE if is_on else 0.0
    outside.workspace.changes.tell()


ACTIONS: Mapping[str, Action] = {
    "buy": buy,
    "cancel": cancel,
    "refund": refund,
    "return": send_back,
    "edit": edit,
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
