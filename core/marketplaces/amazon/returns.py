"""A return as the seller's own systems report it: `POST /webhook/amazon/return`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.errors import BadInput
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.bodies import MAX_ID, read_id, read_object, read_text, refuse
from core.messages import Message
from core.returns.change import ReturnChange
from core.stock import check_quantity, check_sku

_MOST_REASON = 500
_FULFILLED_BY = {"": "", "AFN": "AFN", "AMAZON": "AFN", "MFN": "MFN", "MERCHANT": "MFN"}


def parse_return(body: bytes, headers: Mapping[str, str], now: float, fresh_id: Callable[[], str]) -> Sequence[Message]:
    """The return; one that can never be applied is refused. BadPayload unless the body is a JSON object."""
    data = read_object(body)
    try:
        change = _read(data, now)
        return_id = _read_id(data, "returnOrderId")
    except BadInput as error:
        return [refuse(CHANNEL, body, f"the return's {error.field} {error.reason}")]
    name = _name(change, return_id) or read_id(headers.get("idempotency-key")) or fresh_id()
    return [replace(change, key=f"{CHANNEL}#return#{name}")]


def _read(data: Mapping[str, object], now: float) -> ReturnChange:
    return ReturnChange(
        key="",
        sku=check_sku(data.get("sku")),
        quantity=check_quantity(data.get("quantity")),
        disposition=_read_word(data, "disposition") or "UNKNOWN",
        channel=CHANNEL,
        at=now,
        order_id=_read_id(data, "orderId"),
        reason=read_text(data.get("reason"), _MOST_REASON),
        fulfilled_by=_read_fulfilled_by(data),
    )


def _name(change: ReturnChange, return_id: str) -> str:
    """What makes the return this one and no other, so far as it says; "" when it says too little."""
    if return_id:
        return f"{return_id}#{change.sku}"
    if not change.order_id:
        return ""
    reason = hashlib.sha256(change.reason.encode()).hexdigest()[:16]
    return f"{change.order_id}#{change.sku}#{change.disposition}#{change.quantity}#{reason}"


def _read_fulfilled_by(data: Mapping[str, object]) -> str:
    word = _read_word(data, "fulfilledBy")
    if word not in _FULFILLED_BY:
        raise BadInput("fulfilledBy", "must be AFN or MFN")
    return _FULFILLED_BY[word]


def _read_word(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > MAX_ID):
        raise BadInput(name, f"must be a text of up to {MAX_ID} characters")
    return read_text(value, MAX_ID).upper()


def _read_id(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    found = read_id(value)
    if not found and value not in (None, ""):
        raise BadInput(name, f"must be a number or a text of up to {MAX_ID} characters")
    return found
