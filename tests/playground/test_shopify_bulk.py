"""Bulk operations run on their own, a few at a time, and leave their rows as lines."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from playground.shopify.shop import Shop
from tests.playground.marketplaces import Clock, data_of, make_shop, shop_client

ITEMS = "{ inventoryItems { edges { node { id sku tracked } } } }"

BEGIN = """
mutation Begin($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { code field message }
  }
}
"""

SHOW = "query Show($id: ID!) { bulkOperation(id: $id) { status errorCode url objectCount } }"


async def begin(shop: Shop, query: str = ITEMS) -> dict[str, object]:
    answer = await data_of(shop, BEGIN, query=query)
    return dict(answer["bulkOperationRunQuery"])


async def show(shop: Shop, begun: dict[str, object]) -> dict[str, object]:
    operation = begun["bulkOperation"]
    assert isinstance(operation, dict)
    return dict((await data_of(shop, SHOW, id=operation["id"]))["bulkOperation"])


async def test_it_leaves_every_row_as_it_was_when_it_began() -> None:
    clock = Clock()
    shop = make_shop(clock)
    for number in range(260):
        shop.add_variant(f"SKU-{number}", number)
    begun = await begin(shop)
    shop.add_variant("LATE", 1)
    running = await show(shop, begun)
    clock.advance(10)
    done = await show(shop, begun)

    async with shop_client(shop) as client:
        lines = (await client.get(str(done["url"]))).text.splitlines()

    assert (running["status"], running["url"]) == ("RUNNING", None)
    assert (done["status"], done["objectCount"]) == ("COMPLETED", "260")
    assert [orjson.loads(line)["sku"] for line in lines] == [f"SKU-{number}" for number in range(260)]


async def test_a_sixth_at_once_is_refused() -> None:
    clock = Clock()
    shop = make_shop(clock)
    for _ in range(5):
        assert (await begin(shop))["userErrors"] == []
    refused = await begin(shop)
    clock.advance(10)

    assert refused["userErrors"][0]["code"] == "LIMIT_REACHED"  # type: ignore[index]
    assert (await begin(shop))["userErrors"] == []


@pytest.mark.parametrize("query", ["{", "{ shop { name } }", "{ inventoryItems { edges { node { colour } } } }"])
async def test_a_query_without_a_connection_is_refused(query: str) -> None:
    assert (await begin(make_shop(), query))["userErrors"][0]["code"] == "INVALID"  # type: ignore[index]


async def test_one_that_fails_says_why_and_leaves_nothing() -> None:
    clock = Clock()
    shop = make_shop(clock)
    shop.bulk.failing = "TIMEOUT"
    begun = await begin(shop)
    clock.advance(10)

    shown = await show(shop, begun)

    assert (shown["status"], shown["errorCode"], shown["url"]) == ("FAILED", "TIMEOUT", None)


async def test_a_field_takes_its_scope_and_so_does_a_topic() -> None:
    shop = make_shop()
    shop.settings = replace(shop.settings, scopes=("read_inventory",))
    subscribe = """mutation { webhookSubscriptionCreate(
        topic: RETURNS_CLOSE, webhookSubscription: {uri: "https://app.example/hooks"}
    ) { userErrors { message } } }"""

    async with shop_client(shop) as client:
        query = {"query": "{ orders(first: 1) { nodes { id } } }"}
        answer = (await client.post("/admin/api/2026-10/graphql.json", json=query)).json()

    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert "read_returns" in (await data_of(shop, subscribe))["webhookSubscriptionCreate"]["userErrors"][0]["message"]


async def test_the_app_can_see_what_it_may_do_and_how_large_the_shop_is() -> None:
    shop = make_shop()
    for number in range(3):
        shop.add_variant(f"SKU-{number}", 1)

    data = await data_of(
        shop,
        """{ currentAppInstallation { accessScopes { handle } } publicApiVersions { handle supported }
             productVariantsCount(limit: 2) { count precision } }""",
    )

    assert {"handle": "write_inventory"} in data["currentAppInstallation"]["accessScopes"]
    assert {"handle": "2026-10", "supported": True} in data["publicApiVersions"]
    assert data["productVariantsCount"] == {"count": 2, "precision": "AT_LEAST"}
