"""Rows of Amazon's returns reports as returns; sources: the attributes of the two reports that are named here. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from core.errors import BadInput
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.bodies import MAX_ID, read_id, read_text
from core.messages import Ignored, Message, Refused
from core.returns.change import ReturnChange
from core.stock import check_quantity, check_sku

FBA = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
MFN = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"

Row = Mapping[str, str]
_REASON = 200
_DIGITS = 7
_NOT_COMING = frozenset({"denied", "cancelled", "canceled"})
# Neither report says in what condition a seller's own unit came back: people look at it.
NOT_INSPECTED = "NOT_INSPECTED"
ANNOUNCED = "ANNOUNCED"


class Reader:
    """Reads the rows of one report of that kind; rows that are alike in all that names a return are counted apart."""

    def __init__(self, kind: str) -> None:
        self._read = _READERS[kind]
        self._seen: Counter[str] = Counter()

    def read(self, rows: Sequence[Row], now: float) -> Sequence[Message]:
        """A message for each row; one that can never be applied is refused."""
        return [self._message(row, now) for row in rows]

    def _message(self, row: Row, now: float) -> Message:
        name, of = self._read(row)
        digest = hashlib.sha256("\x1f".join(name).encode()).hexdigest()[:32]
        self._seen[digest] += 1
        key = f"{CHANNEL}#return#report#{digest}#{self._seen[digest]}"
        try:
            return of(key, now)
        except BadInput as error:
            order_id = read_id(_order_id(row))
            return Refused(f"{key}#refused", f"a return of a report: its {error.field} {error.reason}", order_id)


_Made = Callable[[str, float], Message]


def _read_fba(row: Row) -> tuple[Sequence[str], _Made]:
    """Amazon took it back into its own stock: the licence plate is the unit's own number."""
    plate = row.get("license-plate-number", "")
    disposition = row.get("detailed-disposition", "")
    alike = () if plate else (disposition, row.get("fnsku", ""), row.get("fulfillment-center-id", ""))
    name = ("fba", row.get("return-date", ""), _order_id(row), row.get("sku", ""), plate, *alike)

    def made(key: str, now: float) -> Message:
        return ReturnChange(
            key=key,
            sku=check_sku(row.get("sku")),
            quantity=check_quantity(_whole(row.get("quantity", ""))),
            disposition=read_text(disposition, MAX_ID).upper() or "UNKNOWN",
            channel=CHANNEL,
            at=now,
            order_id=read_id(_order_id(row)),
            reason=read_text(row.get("reason"), _REASON),
            fulfilled_by="AFN",
        )

    return name, made


def _read_mfn(row: Row) -> tuple[Sequence[str], _Made]:
    """A buyer sends it back to the seller; the row stays one and the same from the request on."""
    sku, quantity = row.get("merchant-sku", ""), row.get("return-quantity", "")
    request = row.get("amazon-rma-id", "") or row.get("return-request-date", "")
    delivered = row.get("return-delivery-date", "")

    def made(key: str, now: float) -> Message:
        if row.get("return-request-status", "").lower() in _NOT_COMING:
            return Ignored("the return was not granted")
        return ReturnChange(
            key=key,
            sku=check_sku(sku),
            quantity=check_quantity(_whole(quantity)),
            disposition=NOT_INSPECTED if delivered else ANNOUNCED,
            channel=CHANNEL,
            at=now,
            order_id=read_id(_order_id(row)),
            reason=read_text(row.get("return-reason"), _REASON),
            fulfilled_by="MFN",
        )

    return ("mfn", _order_id(row), request, sku), made


_READERS: Mapping[str, Callable[[Row], tuple[Sequence[str], _Made]]] = {FBA: _read_fba, MFN: _read_mfn}


def _order_id(row: Row) -> str:
    return row.get("order-id") or row.get("amazon-order-id", "")


def _whole(text: str) -> object:
    """The whole number that the text is, else the text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else text or None
