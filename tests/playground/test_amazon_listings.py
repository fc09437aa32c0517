"""Listings Items over HTTP: which listing, whose, how often, and in which shape."""

import httpx2
import jsonschema
import orjson
import pytest

from playground.faults import Fault
from tests.playground.marketplaces import (
    ITEMS,
    SAMPLES,
    US,
    Clock,
    make_seller,
    mug_seller,
    patch_of,
    seller_client,
    send_patch,
)

MODEL = SAMPLES / "amazon" / "models" / "listingsItems_2021-08-01.json"


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_the_marketplace_is_required(method: str) -> None:
    async with seller_client(mug_seller()) as client:
        answer = await client.request(method, f"{ITEMS}MUG", json=patch_of(quantity=1))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"


@pytest.mark.parametrize("params", [US, {"marketplaceIds": "A1F83G8C2ARO7P"}])
async def test_a_listing_that_is_not_there_is_not_found(params: dict[str, str]) -> None:
    seller = make_seller()
    if params != US:
        seller.add_listing("MUG", 9)

    async with seller_client(seller) as client:
        answer = await client.request("PATCH", f"{ITEMS}MUG", params=params, json=patch_of(quantity=1))

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("sku", "encoded"), [("A/B 1", "A%2FB%201"), ("A%2FB", "A%252FB"), ("Ä?&#", "%C3%84%3F%26%23"), ("a+b", "a+b")]
)
async def test_a_sku_is_url_encoded(sku: str, encoded: str) -> None:
    seller = make_seller()
    seller.add_listing(sku, 9)

    answer = await send_patch(seller, patch_of(quantity=4), encoded)

    assert answer.json()["sku"] == sku
    assert seller.quantity(sku) == 4


@pytest.mark.parametrize("path", [f"{ITEMS}A/B", ITEMS, "/listings/2021-08-01/items/OTHER/MUG"])
async def test_another_path_or_seller_is_denied(path: str) -> None:
    seller = make_seller()
    seller.add_listing("A/B", 9)

    async with seller_client(seller) as client:
        answer = await client.get(path, params=US)

    assert answer.status_code == 403


async def test_the_default_data_set_is_the_summary() -> None:
    async with seller_client(mug_seller()) as client:
        answer = await client.get(f"{ITEMS}MUG", params=US)
        unknown = await client.get(f"{ITEMS}MUG", params=US | {"includedData": "stock"})

    (summary,) = answer.json()["summaries"]
    assert (summary["itemName"], summary["status"], summary["productType"]) == ("A mug", ["BUYABLE"], "PRODUCT")
    assert unknown.status_code == 400


@pytest.mark.parametrize(("method", "burst"), [("GET", 10), ("PATCH", 5)])
async def test_5_a_second_after_the_burst(method: str, burst: int) -> None:
    clock = Clock()
    seller = mug_seller(clock)

    async with seller_client(seller) as client:

        async def call() -> httpx2.Response:
            return await client.request(method, f"{ITEMS}MUG", params=US, json=patch_of(quantity=1))

        first = [(await call()).status_code for _ in range(burst)]
        refused = await call()
        clock.advance(0.25)
        after = [(await call()).status_code for _ in range(2)]

    assert first == [200] * burst
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["code"] == "QuotaExceeded"
    assert refused.headers["x-amzn-RateLimit-Limit"] == "5.0"
    assert refused.headers["x-amzn-RequestId"]
    assert after == [200, 429]


async def test_the_throttled_fault_answers_429() -> None:
    seller = mug_seller()
    seller.faults.switch_on(Fault.THROTTLED, times=1)

    assert (await send_patch(seller, patch_of(quantity=1))).status_code == 429
    assert (await send_patch(seller, patch_of(quantity=1))).status_code == 200


@pytest.mark.parametrize("fault", [Fault.OFFLINE, Fault.LOST_REPLY])
async def test_a_lost_reply_was_applied_and_an_offline_call_was_not(fault: Fault) -> None:
    seller = mug_seller()

    async with seller_client(seller) as client:
        seller.faults.switch_on(fault, times=1)
        try:
            status = (await client.request("PATCH", f"{ITEMS}MUG", params=US, json=patch_of(quantity=4))).status_code
        except httpx2.ReadTimeout:
            status = 0

    assert (status, seller.quantity("MUG")) == ((503, 9) if fault is Fault.OFFLINE else (0, 4))


@pytest.mark.skipif(not MODEL.exists(), reason="Amazon's API model is not here")
async def test_answers_are_as_amazons_model_says() -> None:
    model = orjson.loads(MODEL.read_bytes())
    seller = mug_seller(fba=3, lead_time_days=2)
    names = "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes"
    async with seller_client(seller) as client:
        item = (await client.get(f"{ITEMS}MUG", params=US | {"includedData": names})).json()
        missing = (await client.get(f"{ITEMS}NONE", params=US)).json()
    accepted = (await send_patch(seller, patch_of(quantity=1))).json()
    invalid = (await send_patch(seller, patch_of(quantity=-1))).json()

    for definition, answer in (
        ("Item", item),
        ("ErrorList", missing),
        ("ListingsItemSubmissionResponse", accepted),
        ("ListingsItemSubmissionResponse", invalid),
        ("ListingsItemPatchRequest", patch_of(quantity=1)),
    ):
        jsonschema.validate(answer, {"$ref": f"#/definitions/{definition}", "definitions": model["definitions"]})
