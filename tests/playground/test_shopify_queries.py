"""The queries that the app reads with: variants by SKU, nodes, orders and subscriptions."""

import pytest

from playground.shopify.orders import RestockType
from playground.shopify.payloads import gid
from playground.shopify.webhooks import Topic
from tests.playground.marketplaces import GRAPHQL, Clock, ask, data_of, make_shop, shop_client

VARIANTS = """
query Page($first: Int!, $after: String, $query: String, $location: ID!) {
  productVariants(first: $first, after: $after, query: $query) {
    nodes { sku inventoryItem { id tracked duplicateSkuCount
      inventoryLevel(locationId: $location) { quantities(names: ["available", "on_hand"]) { name quantity } } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

ORDER = """
fragment Lines on Order {
  lineItems(first: 50) { nodes { id sku quantity currentQuantity unfulfilledQuantity } }
}
query One($id: ID!) {
  order(id: $id) {
    cancelledAt createdAt updatedAt ...Lines
    refunds { id createdAt refundLineItems(first: 50) { edges { node { lineItem { id } quantity restockType } } } }
  }
}
"""

RECENT = """
query Recent($query: String!) {
  recent: orders(first: 10, query: $query, sortKey: UPDATED_AT) { nodes { name updatedAt } }
}
"""

SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}
"""

SUBSCRIPTIONS = "{ webhookSubscriptions(first: 10) { nodes { id topic uri } } }"


async def test_variants_come_in_pages_with_what_the_listing_shows() -> None:
    shop = make_shop()
    for number in range(5):
        shop.add_variant(f"SKU-{number}", number)
    location = gid("Location", shop.catalog.primary.id)

    first = (await data_of(shop, VARIANTS, first=3, location=location))["productVariants"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await data_of(shop, VARIANTS, first=3, after=cursor, location=location))["productVariants"]

    assert first["pageInfo"]["hasNextPage"]
    assert not second["pageInfo"]["hasNextPage"]
    assert [node["sku"] for node in first["nodes"] + second["nodes"]] == [f"SKU-{number}" for number in range(5)]
    assert second["nodes"][0]["inventoryItem"]["inventoryLevel"]["quantities"] == [
        {"name": "available", "quantity": 3},
        {"name": "on_hand", "quantity": 3},
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sku:MUG", ["MUG", "mug"]),
        ("sku:'MUG BLUE'", ["MUG BLUE"]),
        (r"sku:MUG\ BLUE", ["MUG BLUE"]),
        ("sku:MUG*", ["MUG", "mug", "MUG BLUE"]),
        ("sku:MUG BLUE", []),
        ('sku:"A:B"', ["A:B"]),
        ("sku:A:B OR sku:NONE", ["A:B"]),
        ("sku:NONE", []),
        ("colour:red", ["MUG", "mug", "MUG BLUE", "A:B"]),
    ],
)
async def test_search_ignores_case_and_unknown_filters(query: str, found: list[str]) -> None:
    shop = make_shop()
    for sku in ("MUG", "mug", "MUG BLUE", "A:B"):
        shop.add_variant(sku, 1)

    data = await data_of(
        shop, "query Q($q: String) { inventoryItems(first: 10, query: $q) { nodes { sku } } }", q=query
    )

    assert [node["sku"] for node in data["inventoryItems"]["nodes"]] == found


async def test_a_sku_used_twice_says_so() -> None:
    shop = make_shop()
    for _ in range(2):
        shop.add_variant("MUG", 1)

    data = await data_of(
        shop, '{ inventoryItems(first: 2, query: "sku:MUG") { edges { node { duplicateSkuCount } } } }'
    )

    assert [edge["node"]["duplicateSkuCount"] for edge in data["inventoryItems"]["edges"]] == [1, 1]


async def test_nodes_answers_what_there_is_in_the_order_asked() -> None:
    shop = make_shop()
    variant = shop.add_variant("MUG", 1)
    order = shop.buy([("MUG", 1)])
    ids = [gid("Order", order.id), gid("InventoryItem", 1), gid("InventoryItem", variant.item_id)]

    data = await data_of(
        shop,
        "query N($ids: [ID!]!)"
        " { nodes(ids: $ids) { __typename id ... on InventoryItem { sku } ... on Order { name } } }",
        ids=ids,
    )

    assert data["nodes"] == [
        {"__typename": "Order", "id": ids[0], "name": "#1001"},
        None,
        {"__typename": "InventoryItem", "id": ids[2], "sku": "MUG"},
    ]


async def test_nodes_takes_250_ids() -> None:
    shop = make_shop()

    body = await ask(shop, "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["gid://shopify/Order/1"] * 251)

    assert body["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


async def test_an_order_carries_its_lines_and_refunds() -> None:
    shop = make_shop()
    shop.add_variant("MUG", 9)
    order = shop.buy([("MUG", 3)])
    shop.refund(order.id, order.lines[0].id, 1, RestockType.CANCEL)

    found = (await data_of(shop, ORDER, id=gid("Order", order.id)))["order"]

    line_id = gid("LineItem", order.lines[0].id)
    assert found["lineItems"]["nodes"] == [
        {"id": line_id, "sku": "MUG", "quantity": 3, "currentQuantity": 2, "unfulfilledQuantity": 2}
    ]
    assert found["refunds"][0]["refundLineItems"]["edges"] == [
        {"node": {"lineItem": {"id": line_id}, "quantity": 1, "restockType": "CANCEL"}}
    ]
    assert found["cancelledAt"] is None
    assert found["createdAt"].endswith("Z")


async def test_orders_are_found_by_the_time_of_their_last_change() -> None:
    clock = Clock()
    shop = make_shop(clock)
    shop.add_variant("MUG", 9)
    orders = [shop.buy([("MUG", 1)])]
    for _ in range(2):
        clock.advance(60)
        orders.append(shop.buy([("MUG", 1)]))
    clock.advance(60)
    shop.cancel(orders[0].id)
    since = (await data_of(shop, RECENT, query=""))["recent"]["nodes"][1]["updatedAt"]

    found = await data_of(shop, RECENT, query=f"updated_at:>='{since}'")

    assert [node["name"] for node in found["recent"]["nodes"]] == ["#1003", "#1001"]


async def test_an_unknown_order_is_null_and_another_kind_of_id_an_error() -> None:
    shop = make_shop()

    missing = await data_of(shop, ORDER, id=gid("Order", 1))
    wrong = await ask(shop, ORDER, id=gid("Product", 1))
    malformed = await ask(shop, ORDER, id="1")

    assert missing == {"order": None}
    assert "Invalid id" in wrong["errors"][0]["message"]
    assert "Invalid global id" in malformed["errors"][0]["message"]


async def test_locations_tell_the_primary_one() -> None:
    shop = make_shop()

    data = await data_of(shop, "{ location { id } locations(first: 5) { nodes { id isPrimary } } }")

    assert data["locations"]["nodes"] == [{"id": data["location"]["id"], "isPrimary": True}]


@pytest.mark.parametrize("page", ["", "(first: 251)"])
async def test_a_connection_needs_a_size_up_to_250(page: str) -> None:
    body = await ask(make_shop(), f"{{ productVariants{page} {{ nodes {{ id }} }} }}")

    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_field_that_does_not_exist_is_an_error() -> None:
    body = await ask(make_shop(), "{ productVariants(first: 1) { nodes { stock } } }")

    assert "stock" in body["errors"][0]["message"]
    assert "data" not in body


async def test_a_subscription_made_by_the_api_is_listed_and_delivered_to() -> None:
    shop = make_shop()
    made = (await data_of(shop, SUBSCRIBE, topic="ORDERS_CREATE", uri="https://app.example/hooks"))[
        "webhookSubscriptionCreate"
    ]
    shop.add_variant("MUG", 9)
    shop.buy([("MUG", 1)])

    listed = (await data_of(shop, SUBSCRIPTIONS))["webhookSubscriptions"]["nodes"]

    assert made["userErrors"] == []
    assert listed == [made["webhookSubscription"]]
    sent_to = [sent.url for sent in shop.outbox.history if sent.topic == Topic.ORDERS_CREATE]
    assert sent_to == ["/webhook/shopify", "https://app.example/hooks"]


@pytest.mark.parametrize("uri", ["http://app.example/hooks", "hooks", ""])
async def test_a_subscription_needs_a_secure_address(uri: str) -> None:
    data = await data_of(make_shop(), SUBSCRIBE, topic="ORDERS_CREATE", uri=uri)

    assert data["webhookSubscriptionCreate"]["userErrors"][0]["message"] == "Address is invalid"


async def test_the_same_subscription_twice_is_refused_until_it_is_deleted() -> None:
    shop = make_shop()
    given = {"topic": "ORDERS_CREATE", "uri": "https://app.example/hooks"}
    made = (await data_of(shop, SUBSCRIBE, **given))["webhookSubscriptionCreate"]["webhookSubscription"]

    again = (await data_of(shop, SUBSCRIBE, **given))["webhookSubscriptionCreate"]
    delete = "mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }"
    await data_of(shop, delete, id=made["id"])

    assert again["userErrors"][0]["field"] == ["webhookSubscription", "uri"]
    assert (await data_of(shop, SUBSCRIBE, **given))["webhookSubscriptionCreate"]["userErrors"] == []


@pytest.mark.parametrize("token", ["", "shpat_other"])
async def test_a_call_without_the_apps_token_is_unauthorized(token: str) -> None:
    async with shop_client(make_shop()) as client:
        client.headers["X-Shopify-Access-Token"] = token
        answer = await client.post(GRAPHQL, json={"query": "{ shop { name } }"})

    assert answer.status_code == 401
    assert "Invalid API key or access token" in answer.json()["errors"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"variables": {}}'])
async def test_a_call_without_a_query_is_a_bad_request(body: bytes) -> None:
    async with shop_client(make_shop()) as client:
        answer = await client.post(GRAPHQL, content=body)

    assert answer.status_code == 400


async def test_client_credentials_give_a_token_for_a_day() -> None:
    clock = Clock()
    grant = {"client_id": "client", "client_secret": "client-secret", "grant_type": "client_credentials"}
    async with shop_client(make_shop(clock)) as client:
        refused = await client.post("/admin/oauth/access_token", json=grant | {"client_secret": "x"})
        token = (await client.post("/admin/oauth/access_token", json=grant)).json()["access_token"]
        client.headers["X-Shopify-Access-Token"] = token
        fresh = await client.post(GRAPHQL, json={"query": "{ shop { name } }"})
        clock.advance(86_400)
        expired = await client.post(GRAPHQL, json={"query": "{ shop { name } }"})

    assert [answer.status_code for answer in (refused, fresh, expired)] == [400, 200, 401]
