"""What people are told of a return that was not simply put back."""

from __future__ import annotations

from core.changes import Notice, ReturnRow
from core.returns.rulings import Ruling

_UNDECIDED, _TOLD = "#undecided", "#returned"


def notice_of(row: ReturnRow, ruling: Ruling, *, own: bool) -> Notice:
    """The notice of a return whose disposition calls for one; `own`: the units are ours to decide about."""
    units = "1 unit" if row.quantity == 1 else f"{row.quantity} units"
    order = f" from order {row.order_id}" if row.order_id else ""
    advice = f" ({ruling.advice})" if ruling.advice else ""
    text = f"{units} of {row.sku} returned{order}: {row.disposition}, not restocked{advice}."
    ending = _UNDECIDED if ruling.open and own else _TOLD
    return Notice(f"{row.return_id}{ending}", ruling.alert, row.sku, text, ruling.severity)


def undecided(notice_id: str) -> str:
    """The id of the return that the notice asks to decide about, or ""."""
    return notice_id.removesuffix(_UNDECIDED) if notice_id.endswith(_UNDECIDED) else ""
