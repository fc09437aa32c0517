"""inventorySetQuantities: all rows or none, compared and swapped (Admin GraphQL 2026-10)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import GraphQLError

from playground.shopify.catalog import Catalog, Level, Name
from playground.shopify.graph import Graph, local_id
from playground.shopify.payloads import gid
from playground.shopify.shop import Shop
from playground.shopify.user_errors import Payload, failure, user_error
from playground.times import utc

Given: TypeAlias = Mapping[str, Any]

MAX_ROWS = 250
MAX_QUANTITY = 1_000_000_000
SETTABLE = {Name.AVAILABLE.value: Name.AVAILABLE, Name.ON_HAND.value: Name.ON_HAND}
REASONS = frozenset(
    (
        "correction",
        "cycle_count_available",
        "damaged",
        "movement_canceled",
        "movement_created",
        "movement_received",
        "movement_updated",
        "other",
        "promotion",
        "quality_control",
        "received",
        "reservation_created",
        "reservation_deleted",
        "reservation_updated",
        "restock",
        "safety_stock",
        "shrinkage",
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the input; `change_from` None skips the comparison."""

    position: int
    item_id: int | None
    location_id: int | None
    quantity: int
    change_from: int | None

    @property
    def pair(self) -> tuple[int, int]:
        """Return the key of the level it sets."""
        return self.item_id or 0, self.location_id or 0


def check_input_size(size: int) -> None:
    """Raise GraphQLError for an input array of more than 250 objects."""
    if size > MAX_ROWS:
        raise GraphQLError(
            f"The input array size of {size} is greater than the maximum allowed of {MAX_ROWS}.",
            extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
        )


def read_rows(given: Sequence[Given]) -> list[Row]:
    """Read the rows; raise GraphQLError for too many, or one without `changeFromQuantity`."""
    check_input_size(len(given))
    if any("changeFromQuantity" not in row for row in given):
        raise GraphQLError(
            "InventoryQuantityInput must include the following argument: changeFromQuantity.",
            extensions={"code": "INVALID_FIELD_ARGUMENTS"},
        )
    return [_read_row(position, row) for position, row in enumerate(given)]


def set_quantities(shop: Shop, graph: Graph, given: Given) -> Payload:
    """Apply the input as one change, or answer every reason why not."""
    rows = read_rows(given["quantities"])
    name = SETTABLE.get(given["name"])
    errors = _input_errors(given) + _duplicate_errors(rows)
    for row in rows:
        errors += _row_errors(shop.catalog, name, row)
    if any(row.item_id in shop.catalog.bundles for row in rows):
        # Whether Shopify says which row it means is not published: here it does not.
        errors.append(user_error("NON_MUTABLE_INVENTORY_ITEM", "The specified inventory item is not mutable."))
    if errors or name is None:
        return failure(*errors)
    now = shop.clock()
    before = [shop.catalog.levels[row.pair] for row in rows]
    after = [
        level.with_quantity(name, row.quantity, now)
        for level, row in zip(before, rows, strict=True)
        if level.quantity(name) != row.quantity
    ]
    changes = _changes(shop.catalog, graph, after)
    shop.stockroom.put(after, shop.ids.uuid())
    shop.changes.tell()
    return {
        "inventoryAdjustmentGroup": _group(shop, given, changes) if changes else None,
        "userErrors": [],
    }


def _read_row(position: int, row: Given) -> Row:
    return Row(
        position,
        local_id(row["inventoryItemId"], "InventoryItem"),
        local_id(row["locationId"], "Location"),
        row["quantity"],
        row["changeFromQuantity"],
    )


def _input_errors(given: Given) -> list[Payload]:
    errors = []
    if given["name"] not in SETTABLE:
        text = "The quantity name must be either 'available' or 'on_hand'."
        errors.append(user_error("INVALID_NAME", text, "input", "name"))
    if given["reason"] not in REASONS:
        text = "The specified reason is invalid."
        errors.append(user_error("INVALID_REASON", text, "input", "reason"))
    uri = given.get("referenceDocumentUri")
    if uri is not None and "://" not in str(uri):
        text = "The specified reference document is invalid."
        path = ("input", "referenceDocumentUri")
        errors.append(user_error("INVALID_REFERENCE_DOCUMENT", text, *path))
    return errors


def _duplicate_errors(rows: Sequence[Row]) -> list[Payload]:
    times = Counter(row.pair for row in rows)
    return [
        _row_error(
            row,
            "inventoryItemId",
            "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
            "The combination of inventoryItemId and locationId must be unique.",
        )
        for row in rows
        if times[row.pair] > 1
    ]


def _row_errors(catalog: Catalog, name: Name | None, row: Row) -> list[Payload]:
    if row.item_id not in catalog.items:
        text = "The specified inventory item could not be found."
        return [_row_error(row, "inventoryItemId", "INVALID_INVENTORY_ITEM", text)]
    if row.location_id not in catalog.locations:
        text = "The specified location could not be found."
        return [_row_error(row, "locationId", "INVALID_LOCATION", text)]
    if row.quantity < 0:
        text = "The quantity can't be negative."
        return [_row_error(row, "quantity", "INVALID_QUANTITY_NEGATIVE", text)]
    if row.quantity > MAX_QUANTITY:
        text = "The total quantity can't be higher than 1,000,000,000."
        return [_row_error(row, "quantity", "INVALID_QUANTITY_TOO_HIGH", text)]
    return _stale_errors(catalog.levels[row.pair], name, row)


def _stale_errors(level: Level, name: Name | None, row: Row) -> list[Payload]:
    if name is None or row.change_from in (None, level.quantity(name)):
        return []
    text = "The changeFromQuantity value does not match persisted value."
    return [_row_error(row, "changeFromQuantity", "CHANGE_FROM_QUANTITY_STALE", text)]


def _row_error(row: Row, field: str, code: str, message: str) -> Payload:
    return user_error(code, message, "input", "quantities", str(row.position), field)


def _changes(catalog: Catalog, graph: Graph, levels: Sequence[Level]) -> list[Payload]:
    return [
        {
            "name": name.value,
            "delta": level.available - catalog.levels[level.item_id, level.location_id].available,
            "quantityAfterChange": level.quantity(name),
            "item": graph.item_by_id(level.item_id),
            "location": graph.location_by_id(level.location_id),
        }
        for level in levels
        for name in (Name.AVAILABLE, Name.ON_HAND)
    ]


def _group(shop: Shop, given: Given, changes: list[Payload]) -> Payload:
    return {
        "id": gid("InventoryAdjustmentGroup", shop.ids.number()),
        "createdAt": utc(shop.clock()),
        "reason": given["reason"],
        "referenceDocumentUri": given.get("referenceDocumentUri"),
        "changes": changes,
    }
