"""inventorySetQuantities sets all rows or none, and compares before it swaps."""

from uuid import uuid4

import pytest

from playground.shopify.catalog import Variant
from playground.shopify.payloads import gid
from playground.shopify.shop import Shop
from tests.playground.marketplaces import Json, ask, bodies, data_of, make_shop

SET = """
mutation Push($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason referenceDocumentUri changes { name delta item { sku } } }
    userErrors { code field message }
  }
}
"""


def row(shop: Shop, variant: Variant, quantity: int, change_from: int | None) -> Json:
    return {
        "inventoryItemId": gid("InventoryItem", variant.item_id),
        "locationId": gid("Location", shop.catalog.primary.id),
        "quantity": quantity,
        "changeFromQuantity": change_from,
    }


def wanted(*rows: Json, **more: object) -> Json:
    return {"name": "available", "reason": "correction", "quantities": list(rows)} | more


async def push(shop: Shop, given: Json, key: str | None = None) -> Json:
    data = await data_of(shop, SET, input=given, key=key or str(uuid4()))
    payload: Json = data["inventorySetQuantities"]
    return payload


async def test_a_row_is_set_when_the_listing_shows_what_was_expected() -> None:
    shop = make_shop()
    variant = shop.add_variant("MUG", 9)

    payload = await push(shop, wanted(row(shop, variant, 4, 9), referenceDocumentUri="gid://syncstate/Push/1"))

    assert payload["userErrors"] == []
    assert payload["inventoryAdjustmentGroup"]["referenceDocumentUri"] == "gid://syncstate/Push/1"
    assert payload["inventoryAdjustmentGroup"]["changes"] == [
        {"name": "available", "delta": -5, "item": {"sku": "MUG"}},
        {"name": "on_hand", "delta": -5, "item": {"sku": "MUG"}},
    ]
    assert shop.quantity("MUG") == 4
    assert [body["available"] for body in bodies(shop, "inventory_levels/update")] == [4]


async def test_one_stale_row_fails_the_whole_call() -> None:
    shop = make_shop()
    variants = [shop.add_variant(f"SKU-{number}", 9) for number in range(5)]
    rows = [row(shop, variant, 4, 8 if number == 3 else 9) for number, variant in enumerate(variants)]

    payload = await push(shop, wanted(*rows))

    assert payload["inventoryAdjustmentGroup"] is None
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("CHANGE_FROM_QUANTITY_STALE", ["input", "quantities", "3", "changeFromQuantity"])
    ]
    assert [shop.quantity(variant.sku) for variant in variants] == [9] * 5
    assert shop.outbox.pending == []


async def test_null_skips_the_comparison() -> None:
    shop = make_shop()
    variant = shop.add_variant("MUG", 9)

    payload = await push(shop, wanted(row(shop, variant, 4, None)))

    assert payload["userErrors"] == []
    assert shop.quantity("MUG") == 4


async def test_a_row_without_the_comparison_is_an_error() -> None:
    shop = make_shop()
    given = row(shop, shop.add_variant("MUG", 9), 4, None)
    del given["changeFromQuantity"]

    body = await ask(shop, SET, input=wanted(given), key="k")

    assert body["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    assert shop.quantity("MUG") == 9


async def test_a_call_without_an_idempotency_key_is_an_error() -> None:
    shop = make_shop()
    query = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")

    body = await ask(shop, query, input=wanted(row(shop, shop.add_variant("MUG", 9), 4, 9)))

    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "@idempotent" in body["errors"][0]["message"]
    assert shop.quantity("MUG") == 9


async def test_a_blank_idempotency_key_is_an_error() -> None:
    shop = make_shop()

    body = await ask(shop, SET, input=wanted(row(shop, shop.add_variant("MUG", 9), 4, 9)), key=" ")

    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_repeated_key_answers_the_same_and_changes_nothing() -> None:
    shop = make_shop()
    given = wanted(row(shop, shop.add_variant("MUG", 9), 4, 9))
    first = await push(shop, given, "k")
    shop.edit_listing("MUG", 20)

    again = await push(shop, given, "k")

    assert again == first
    assert shop.quantity("MUG") == 20


async def test_a_key_with_other_variables_is_refused() -> None:
    shop = make_shop()
    variant = shop.add_variant("MUG", 9)
    await push(shop, wanted(row(shop, variant, 4, 9)), "k")

    payload = await push(shop, wanted(row(shop, variant, 3, 4)), "k")

    assert payload["userErrors"][0]["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    assert shop.quantity("MUG") == 4


async def test_a_key_that_failed_needs_a_new_one() -> None:
    shop = make_shop()
    given = wanted(row(shop, shop.add_variant("MUG", 9), 4, 8))
    await push(shop, given, "k")
    shop.edit_listing("MUG", 8)

    payload = await push(shop, given, "k")

    assert payload["userErrors"][0]["code"] == "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
    assert shop.quantity("MUG") == 8


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"quantity": -1}, "INVALID_QUANTITY_NEGATIVE", "quantity"),
        ({"quantity": 1_000_000_001}, "INVALID_QUANTITY_TOO_HIGH", "quantity"),
        ({"inventoryItemId": gid("InventoryItem", 1)}, "INVALID_INVENTORY_ITEM", "inventoryItemId"),
        ({"inventoryItemId": gid("Product", 1)}, "INVALID_INVENTORY_ITEM", "inventoryItemId"),
        ({"locationId": gid("Location", 1)}, "INVALID_LOCATION", "locationId"),
    ],
)
async def test_a_wrong_row_is_named(change: Json, code: str, field: str) -> None:
    shop = make_shop()
    good = row(shop, shop.add_variant("GOOD", 9), 4, 9)
    bad = row(shop, shop.add_variant("BAD", 9), 4, 9) | change

    payload = await push(shop, wanted(good, bad))

    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        (code, ["input", "quantities", "1", field])
    ]
    assert shop.quantity("GOOD") == 9


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "committed"}, "INVALID_NAME"),
        ({"reason": "because"}, "INVALID_REASON"),
        ({"referenceDocumentUri": "push 1"}, "INVALID_REFERENCE_DOCUMENT"),
    ],
)
async def test_a_wrong_input_is_named(change: Json, code: str) -> None:
    shop = make_shop()

    payload = await push(shop, wanted(row(shop, shop.add_variant("MUG", 9), 4, 9), **change))

    assert [error["code"] for error in payload["userErrors"]] == [code]
    assert shop.quantity("MUG") == 9


async def test_the_same_item_twice_is_refused() -> None:
    shop = make_shop()
    variant = shop.add_variant("MUG", 9)

    payload = await push(shop, wanted(row(shop, variant, 4, 9), row(shop, variant, 5, 9)))

    assert {error["code"] for error in payload["userErrors"]} == {"NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"}


@pytest.mark.parametrize(("rows", "refused"), [(250, False), (251, True)])
async def test_a_call_takes_250_rows(rows: int, refused: bool) -> None:
    shop = make_shop()
    variants = [shop.add_variant(f"SKU-{number}", 9) for number in range(rows)]

    body = await ask(shop, SET, input=wanted(*(row(shop, variant, 4, 9) for variant in variants)), key="k")

    codes = [error["extensions"]["code"] for error in body.get("errors", [])]
    assert codes == (["MAX_INPUT_SIZE_EXCEEDED"] if refused else [])


async def test_nothing_to_change_is_no_adjustment_and_no_webhook() -> None:
    shop = make_shop()

    payload = await push(shop, wanted(row(shop, shop.add_variant("MUG", 9), 9, 9)))

    assert payload == {"inventoryAdjustmentGroup": None, "userErrors": []}
    assert shop.outbox.pending == []


async def test_on_hand_still_contains_what_open_orders_hold() -> None:
    shop = make_shop()
    variant = shop.add_variant("MUG", 9)
    shop.buy([("MUG", 2)])

    payload = await push(shop, wanted(row(shop, variant, 5, 9), name="on_hand"))

    assert payload["userErrors"] == []
    assert shop.quantity("MUG") == 3


async def test_a_call_with_a_wrong_field_gets_a_graphql_error() -> None:
    shop = make_shop()
    old = wanted(row(shop, shop.add_variant("MUG", 9), 4, 9), ignoreCompareQuantity=True)

    body = await ask(shop, SET, input=old, key="k")

    assert "ignoreCompareQuantity" in body["errors"][0]["message"]
    assert "data" not in body
