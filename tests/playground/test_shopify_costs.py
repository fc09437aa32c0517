"""Every query has a price, paid from a bucket that fills with time."""

import pytest

from playground.bucket import Bucket, Rate
from playground.faults import Fault
from playground.shopify.cost import connection_cost
from tests.playground.marketplaces import Clock, Json, ask, make_shop

DELETE = 'mutation { webhookSubscriptionDelete(id: "gid://shopify/WebhookSubscription/1") { userErrors { message } } }'
PAGE = "query P($n: Int!) { productVariants(first: $n) { nodes { sku inventoryItem { id tracked } } } }"


def cost_of(body: Json) -> Json:
    cost: Json = body["extensions"]["cost"]
    return cost


def test_the_one_published_figure_is_met() -> None:
    assert connection_cost(250, each=2) == 24


@pytest.mark.parametrize(
    ("query", "requested", "actual"),
    [
        ("{ shop { name myshopifyDomain } }", 1, 1),
        ("{ __typename }", 0, 0),
        ('{ order(id: "gid://shopify/Order/1") { id lineItems(first: 10) { nodes { id } } } }', 8, 1),
        ('{ nodes(ids: ["gid://shopify/Order/1", "gid://shopify/Order/2"]) { id } }', 2, 2),
        ("{ productVariants(first: 250) { nodes { inventoryItem { id } } } }", 24, 4),
        ("{ productVariants(first: 250) { edges { node { inventoryItem { id } } } pageInfo { endCursor } } }", 24, 4),
        ("{ productVariants(first: 250) { ...V } } fragment V on ProductVariantConnection { nodes { sku } }", 13, 3),
        ("{ a: shop { name } ... on QueryRoot { b: shop { name } } }", 2, 2),
        (DELETE, 10, 10),
    ],
)
async def test_objects_cost_1_and_connections_by_their_size(query: str, requested: int, actual: int) -> None:
    shop = make_shop()
    shop.add_variant("MUG", 1)

    cost = cost_of(await ask(shop, query))

    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (requested, actual)


async def test_only_the_actual_cost_is_kept() -> None:
    shop = make_shop()

    body = await ask(shop, PAGE, n=250)

    assert cost_of(body) == {
        "requestedQueryCost": 24,
        "actualQueryCost": 2,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1998, "restoreRate": 100.0},
    }


async def test_an_empty_bucket_throttles_until_it_has_filled_up() -> None:
    clock = Clock()
    shop = make_shop(clock)
    shop.bucket = Bucket(Rate(restored=10, burst=24), clock)
    shop.bucket.take(23)

    refused = await ask(shop, PAGE, n=250)
    clock.advance(2)
    still = await ask(shop, PAGE, n=250)
    clock.advance(1)
    answered = await ask(shop, PAGE, n=250)

    assert refused["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in refused
    assert cost_of(refused)["actualQueryCost"] is None
    assert cost_of(refused)["throttleStatus"]["currentlyAvailable"] == 1
    assert "errors" in still
    assert "errors" not in answered


async def test_the_throttled_fault_refuses_without_taking_points() -> None:
    shop = make_shop()
    shop.faults.switch_on(Fault.THROTTLED, times=1)

    refused, answered = await ask(shop, PAGE, n=1), await ask(shop, PAGE, n=1)

    assert refused["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert cost_of(refused)["throttleStatus"]["currentlyAvailable"] == 2000
    assert "errors" not in answered


@pytest.mark.parametrize(("names", "codes"), [(6, []), (7, ["MAX_COST_EXCEEDED"])])
async def test_a_single_query_may_cost_1000(names: int, codes: list[str]) -> None:
    levels = "inventoryLevels(first: 250) { nodes { quantities(names: $names) { name } } }"
    variants = f"productVariants(first: 250) {{ nodes {{ inventoryItem {{ {levels} }} }} }}"

    body = await ask(make_shop(), f"query Q($names: [String!]!) {{ {variants} }}", names=["available"] * names)

    assert [error["extensions"]["code"] for error in body.get("errors", [])] == codes


async def test_a_wrong_query_costs_nothing() -> None:
    shop = make_shop()

    for query in ("{ nothing }", "{", "query P($n: Int!) { shop { name } }"):
        await ask(shop, query, n="many")

    assert shop.bucket.available() == 2000


def test_points_that_are_given_back_never_overflow() -> None:
    bucket = Bucket(Rate(restored=1, burst=5), Clock())

    bucket.give_back(3)

    assert bucket.available() == 5
    assert not bucket.take(6)
    assert bucket.take(5)
