"""Why a quantity was not set; source: `InventorySetQuantitiesUserError`, Shopify Admin API, version 2026-10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.marketplaces.bodies import read_text, rows
from core.marketplaces.shopify.items import GONE

STALE = "CHANGE_FROM_QUANTITY_STALE"
_REASONS = {
    "INVALID_INVENTORY_ITEM": GONE,
    "INVALID_LOCATION": "the location in SHOPIFY_LOCATION_ID does not exist",
    "NON_MUTABLE_INVENTORY_ITEM": "Shopify lets nobody set this listing's quantity: it is a bundle",
}


@dataclass(frozen=True, slots=True)
class Error:
    """A user error: `row` is the position it names, None where it names none; `general`: it is about no row at all."""

    code: str
    row: int | None
    message: str
    general: bool = False


def by_row(errors: Sequence[Error]) -> dict[int, Error]:
    """The errors by the row that they name; of two about one row, the one that is not just stale."""
    stale_last = sorted(errors, key=lambda error: error.code != STALE)
    return {error.row: error for error in stale_last if error.row is not None}


def reason_of(error: Error) -> str:
    """What is wrong, in plain words."""
    return _REASONS.get(error.code) or error.message or error.code or "no reason given"


def read_error(error: Mapping[str, object]) -> Error:
    """The error as Shopify states it: its path is `input`, `quantities`, the row's position and a field, or less."""
    path = [part for part in rows(error.get("field")) if isinstance(part, str)]
    numbers = [int(part) for part in path if part.isdecimal() and len(part) < len("1000")]
    code = error.get("code")
    return Error(
        code=code if isinstance(code, str) else "",
        row=numbers[0] if numbers else None,
        message=read_text(error.get("message"), 200),
        general=bool(set(path) - {"input", "quantities"}) and not numbers,
    )
