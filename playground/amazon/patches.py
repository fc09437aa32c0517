"""JSON patches of `/attributes/fulfillment_availability` (Listings Items 2021-08-01), as pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from playground.amazon.listings import AMAZON_STOCK, OWN_STOCK, Entry

Issue: TypeAlias = dict[str, object]

ATTRIBUTE = "fulfillment_availability"
SELECTOR = "fulfillment_channel_code"
CHANNELS = (OWN_STOCK, AMAZON_STOCK, "AMAZON_EU", "AMAZON_JP")
FIELDS = frozenset((SELECTOR, "is_inventory_available", "lead_time_to_ship_max_days", "quantity", "restock_date"))
OPERATIONS = ("add", "replace", "merge", "delete")
MAX_QUANTITY = 10_000_000


@dataclass(frozen=True, slots=True)
class Patched:
    """The attribute after a patch; `quantity` is what the seller's own stock was set to, if it was."""

    entries: tuple[Entry, ...]
    quantity: int | None


class MalformedError(Exception):
    """A request that Amazon answers with 400 InvalidInput, and its message."""


def read_patches(body: object) -> list[Mapping[str, object]]:
    """Return the patches of a request body; raise MalformedError unless it is well-formed."""
    if not isinstance(body, dict) or not isinstance(body.get("productType"), str):
        raise MalformedError("Request has missing or invalid parameters and cannot be parsed.")
    patches = body.get("patches")
    if not isinstance(patches, list) or not patches:
        raise MalformedError("Request has missing or invalid parameters and cannot be parsed.")
    for index, patch in enumerate(patches):
        _check_shape(index, patch)
    return patches


def find_issues(patches: Sequence[Mapping[str, object]]) -> list[Issue]:
    """Return every reason to answer INVALID; none means that the patches can be accepted."""
    issues: list[Issue] = []
    for patch in patches:
        name = str(patch["path"]).removeprefix("/attributes/")
        if name != ATTRIBUTE:
            issues.append(_issue("90000900", "The attributes are invalid.", "INVALID_ATTRIBUTE", name))
            continue
        for entry in _entries(patch):
            issues += _entry_issues(entry)
    return issues


def apply_patches(entries: tuple[Entry, ...], patches: Sequence[Mapping[str, object]]) -> Patched:
    """Return the attribute after valid patches.

    `merge` keeps the other fields of the entry with the same channel; `add` and `replace` drop them;
    `delete` removes the entry. Entries of other channels always stay.
    """
    quantity: int | None = None
    for patch in patches:
        for entry in _entries(patch):
            entries = _apply(entries, str(patch["op"]), entry)
            if entry[SELECTOR] == OWN_STOCK and ("quantity" in entry or patch["op"] == "delete"):
                quantity = _quantity_of(entries)
    return Patched(entries, quantity)


def _apply(entries: tuple[Entry, ...], operation: str, entry: Entry) -> tuple[Entry, ...]:
    before = [kept for kept in entries if kept[SELECTOR] == entry[SELECTOR]]
    others = tuple(kept for kept in entries if kept[SELECTOR] != entry[SELECTOR])
    if operation == "delete":
        return others
    if operation == "merge" and before:
        return (*others, {**before[0], **entry})
    return (*others, dict(entry))


def _quantity_of(entries: tuple[Entry, ...]) -> int:
    own = [entry.get("quantity") for entry in entries if entry[SELECTOR] == OWN_STOCK]
    return own[0] if own and isinstance(own[0], int) else 0


def _entries(patch: Mapping[str, object]) -> list[Entry]:
    value = patch.get("value")
    return value if isinstance(value, list) else []


def _check_shape(index: int, patch: object) -> None:
    if not isinstance(patch, dict) or patch.get("op") not in OPERATIONS:
        raise MalformedError("Request has missing or invalid parameters and cannot be parsed.")
    path, value = patch.get("path"), patch.get("value")
    if not isinstance(path, str) or not path.startswith("/attributes/") or "/" in path.removeprefix("/attributes/"):
        raise MalformedError(f"Invalid path for patch at index of {index}.")
    if not isinstance(value, list) or not value:
        raise MalformedError(f"Value is missing for patch at index of {index}.")
    if not all(isinstance(entry, dict) for entry in value):
        raise MalformedError("Request has missing or invalid parameters and cannot be parsed.")


def _entry_issues(entry: Entry) -> list[Issue]:
    channel, quantity = entry.get(SELECTOR), entry.get("quantity")
    if not channel:
        return [
            _issue(
                "90220",
                f"The field '{SELECTOR}' for the attribute '{ATTRIBUTE}' does not have enough values."
                " The required minimum is '1' value(s).",
                "MISSING_ATTRIBUTE",
            )
        ]
    issues = [
        _issue("90000900", f"The field '{name}' is not known.", "INVALID_ATTRIBUTE")
        for name in sorted(entry.keys() - FIELDS - {"marketplace_id"})
    ]
    if channel not in CHANNELS:
        issues.append(_invalid(SELECTOR, channel))
    elif "quantity" in entry and channel != OWN_STOCK:
        issues.append(_invalid("quantity", "a quantity of what Amazon fulfils"))
    if "quantity" in entry and not _is_quantity(quantity):
        issues.append(_invalid("quantity", quantity))
    return issues


def _is_quantity(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_QUANTITY


def _invalid(field: str, value: object) -> Issue:
    return _issue("90244", f"The field '{field}' has an invalid value: '{value}'.", "INVALID_ATTRIBUTE")


def _issue(code: str, message: str, category: str, attribute: str = ATTRIBUTE) -> Issue:
    return {
        "code": code,
        "message": message,
        "severity": "ERROR",
        "attributeNames": [attribute],
        "categories": [category],
    }
