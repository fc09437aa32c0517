"""Patches of a listing are accepted or invalid, and what is live follows what was accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.amazon.patches import apply_patches, find_issues
from playground.amazon.seller import Seller
from tests.playground.marketplaces import ITEMS, US, Clock, Json, mug_seller, patch_of, seller_client, send_patch


async def read(seller: Seller) -> Json:
    async with seller_client(seller) as client:
        answer = await client.get(f"{ITEMS}MUG", params=US | {"includedData": "attributes,fulfillmentAvailability"})
    body: Json = answer.json()
    return body


async def test_a_merge_sets_the_quantity_and_keeps_the_lead_time() -> None:
    seller = mug_seller(lead_time_days=3)

    answer = (await send_patch(seller, patch_of("merge", quantity=4))).json()

    assert (answer["sku"], answer["status"], answer["issues"]) == ("MUG", "ACCEPTED", [])
    assert len(answer["submissionId"]) == 32
    assert await read(seller) == {
        "sku": "MUG",
        "attributes": {
            "fulfillment_availability": [
                {
                    "fulfillment_channel_code": "DEFAULT",
                    "quantity": 4,
                    "lead_time_to_ship_max_days": 3,
                    "marketplace_id": "ATVPDKIKX0DER",
                }
            ]
        },
        "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 4}],
    }


@pytest.mark.parametrize("op", ["add", "replace"])
async def test_a_replacement_wipes_the_lead_time(op: str) -> None:
    seller = mug_seller(lead_time_days=3)

    await send_patch(seller, patch_of(op, quantity=4))

    assert "lead_time_to_ship_max_days" not in seller.listing("MUG").entries[-1]
    assert seller.quantity("MUG") == 4


async def test_another_channel_stays_as_it_is() -> None:
    seller = mug_seller(fba=30)

    await send_patch(seller, patch_of("replace", quantity=4))

    body = await read(seller)
    assert {entry["fulfillment_channel_code"] for entry in body["attributes"]["fulfillment_availability"]} == {
        "DEFAULT",
        "AMAZON_NA",
    }
    assert body["fulfillmentAvailability"][1] == {"fulfillmentChannelCode": "AMAZON_NA", "quantity": 30}


async def test_a_deleted_availability_shows_nothing() -> None:
    seller = mug_seller()

    await send_patch(seller, patch_of("delete"))

    assert seller.quantity("MUG") == 0
    assert seller.listing("MUG").entries == ()


async def test_a_merge_of_the_lead_time_alone_leaves_the_live_quantity() -> None:
    seller = mug_seller()
    seller.buy([("MUG", 2)])

    await send_patch(seller, patch_of("merge", lead_time_to_ship_max_days=5))

    assert seller.quantity("MUG") == 7


async def test_what_is_live_follows_after_the_processing_delay() -> None:
    clock = Clock()
    seller = mug_seller(clock)
    seller.processing_delay = 60.0

    await send_patch(seller, patch_of("merge", quantity=4))
    seller.buy([("MUG", 1)])
    before = await read(seller)
    clock.advance(60)
    after = await read(seller)

    assert before["attributes"]["fulfillment_availability"][0]["quantity"] == 4
    assert before["fulfillmentAvailability"][0]["quantity"] == 8
    assert after["fulfillmentAvailability"][0]["quantity"] == 4


async def test_submissions_go_live_in_the_order_they_were_made() -> None:
    clock = Clock()
    seller = mug_seller(clock)
    seller.processing_delay = 60.0

    for quantity in (4, 3, 5):
        await send_patch(seller, patch_of("merge", quantity=quantity))
    clock.advance(600)

    assert seller.quantity("MUG") == 5


@pytest.mark.parametrize(
    ("body", "category"),
    [
        (patch_of(quantity=-1), "INVALID_ATTRIBUTE"),
        (patch_of(quantity=2.5), "INVALID_ATTRIBUTE"),
        (patch_of(quantity=True), "INVALID_ATTRIBUTE"),
        (patch_of(quantity=1, fulfillment_channel_code="SHELF"), "INVALID_ATTRIBUTE"),
        (patch_of(quantity=1, fulfillment_channel_code="AMAZON_NA"), "INVALID_ATTRIBUTE"),
        (patch_of(quantity=1, fulfillment_channel_code=""), "MISSING_ATTRIBUTE"),
        (patch_of(quantity=1, colour="red"), "INVALID_ATTRIBUTE"),
        (patch_of(path="/attributes/fulfillmentAvailability", quantity=1), "INVALID_ATTRIBUTE"),
    ],
)
async def test_an_invalid_patch_is_told_inside_a_200(body: Json, category: str) -> None:
    seller = mug_seller()

    answer = await send_patch(seller, body)

    assert answer.status_code == 200
    assert answer.json()["status"] == "INVALID"
    assert [issue["categories"] for issue in answer.json()["issues"]] == [[category]]
    assert seller.quantity("MUG") == 9


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"productType": "PRODUCT", "patches": []},
        {"patches": patch_of(quantity=1)["patches"]},
        {"productType": "PRODUCT", "patches": ["merge"]},
        patch_of("move", quantity=1),
        patch_of(path="/fulfillment_availability", quantity=1),
        patch_of(path="/attributes/fulfillment_availability/0", quantity=1),
        {"productType": "PRODUCT", "patches": [{"op": "merge", "path": "/attributes/fulfillment_availability"}]},
        {
            "productType": "PRODUCT",
            "patches": [{"op": "merge", "path": "/attributes/fulfillment_availability", "value": {"quantity": 1}}],
        },
        {
            "productType": "PRODUCT",
            "patches": [{"op": "merge", "path": "/attributes/fulfillment_availability", "value": [1]}],
        },
    ],
)
async def test_a_malformed_patch_is_a_bad_request(body: object) -> None:
    seller = mug_seller()

    answer = await send_patch(seller, body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"
    assert seller.quantity("MUG") == 9


async def test_a_body_that_is_not_json_is_a_bad_request() -> None:
    async with seller_client(mug_seller()) as client:
        answer = await client.request("PATCH", f"{ITEMS}MUG", params=US, content=b"{")

    assert answer.status_code == 400


@pytest.mark.parametrize(("quantity", "status"), [(4, "VALID"), (-4, "INVALID")])
async def test_a_preview_changes_nothing(quantity: int, status: str) -> None:
    seller = mug_seller()

    answer = await send_patch(seller, patch_of(quantity=quantity), mode="VALIDATION_PREVIEW")

    assert answer.json()["status"] == status
    assert seller.listing("MUG").entries[0]["quantity"] == seller.quantity("MUG") == 9


entries = st.fixed_dictionaries(
    {"fulfillment_channel_code": st.just("DEFAULT")},
    optional={"quantity": st.integers(0, 99), "lead_time_to_ship_max_days": st.integers(1, 30)},
)
patches = st.builds(
    lambda op, entry: {"op": op, "path": "/attributes/fulfillment_availability", "value": [entry]},
    st.sampled_from(["add", "replace", "merge", "delete"]),
    entries,
)


@given(st.lists(patches, min_size=1, max_size=6))
def test_patches_leave_one_entry_for_each_channel(given_patches: list[Json]) -> None:
    assert find_issues(given_patches) == []

    patched = apply_patches(({"fulfillment_channel_code": "AMAZON_NA"},), given_patches)

    channels = [entry["fulfillment_channel_code"] for entry in patched.entries]
    last = given_patches[-1]
    assert channels.count("AMAZON_NA") == 1
    assert channels.count("DEFAULT") == (0 if last["op"] == "delete" else 1)
    if last["op"] == "replace":
        assert last["value"][0] in patched.entries
