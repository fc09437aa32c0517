"""Links from a SKU to its listings over the REST API."""

from __future__ import annotations

import pytest

from tests.webhooks.site import Site

GID = "gid://shopify/InventoryItem/42"


async def test_a_link_is_stored(site: Site) -> None:
    body = {"sku": "MUG", "asin": "B0ABCDEFGH", "shopify": GID}
    answer = await site.call("POST", "/api/sku-mapping", body, role="write")
    assert (answer.status_code, answer.json()) == (200, body)
    assert (await site.call("GET", "/api/sku-mapping/MUG", role="read")).json() == body


async def test_one_link_leaves_the_other(site: Site) -> None:
    await site.call("POST", "/api/sku-mapping", {"sku": "A/B", "asin": "B0ABCDEFGH"})
    await site.call("POST", "/api/sku-mapping", {"sku": "A/B", "shopify": "42"})
    assert (await site.call("GET", "/api/sku-mapping/A%2FB")).json() == {
        "sku": "A/B",
        "asin": "B0ABCDEFGH",
        "shopify": GID,
    }
    forgot = await site.call("POST", "/api/sku-mapping", {"sku": "A/B", "asin": ""})
    assert forgot.json() == {"sku": "A/B", "asin": None, "shopify": GID}


async def test_an_unknown_sku_has_no_links(site: Site) -> None:
    assert (await site.call("GET", "/api/sku-mapping/GHOST")).json() == {"sku": "GHOST", "asin": None, "shopify": None}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"asin": "b0abcdefgh"},
        {"asin": "B0ABCDEFG"},
        {"asin": "B0ABCDEFGH\n"},
        {"asin": None},
        {"asin": 1234567890},
        {"shopify": 42},
        {"shopify": "gid://shopify/InventoryItem/"},
        {"shopify": "gid://other/InventoryItem/4"},
        {"shopify": "٤٢"},
        {"asin": "B0ABCDEFGH", "shopify": "x"},
    ],
)
async def test_a_link_that_is_none_is_refused(site: Site, fields: dict[str, object]) -> None:
    answer = await site.call("POST", "/api/sku-mapping", {"sku": "MUG", **fields})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert (await site.call("GET", "/api/sku-mapping/MUG")).json()["asin"] is None


@pytest.mark.parametrize("sku", [None, "", " ", 7, "x" * 201, "a\nb"])
async def test_a_link_wants_a_sku(site: Site, sku: object) -> None:
    assert (await site.call("POST", "/api/sku-mapping", {"sku": sku, "asin": "B0ABCDEFGH"})).status_code == 400
