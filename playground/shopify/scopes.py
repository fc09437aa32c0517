"""What the app must have been granted: an access scope for each field and each webhook topic."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from graphql import GraphQLError

Resolver: TypeAlias = Callable[..., object]

SCOPES_PAGE = "https://shopify.dev/api/usage/access-scopes"
FIELDS = {
    "inventoryItem": "read_inventory",
    "inventoryItems": "read_inventory",
    "inventorySetQuantities": "write_inventory",
    "location": "read_locations",
    "locations": "read_locations",
    "order": "read_orders",
    "orders": "read_orders",
    "productVariant": "read_products",
    "productVariants": "read_products",
    "productVariantsCount": "read_products",
}
RESOURCES = {
    "fulfillments": "read_orders",
    "inventory_items": "read_inventory",
    "inventory_levels": "read_inventory",
    "orders": "read_orders",
    "products": "read_products",
    "refunds": "read_orders",
    "returns": "read_returns",
    "reverse_fulfillment_orders": "read_returns",
}


def scope_of(topic: str) -> str:
    """Return the scope that a subscription to the topic takes, "" for none."""
    return RESOURCES.get(topic.partition("/")[0], "")


def guarded(fields: dict[str, Resolver], granted: Callable[[], Sequence[str]]) -> dict[str, Resolver]:
    """Return the root's resolvers, each of which first asks whether its scope is `granted` now."""
    return {name: _guard(name, resolve, granted) for name, resolve in fields.items()}


def _guard(name: str, resolve: Resolver, granted: Callable[[], Sequence[str]]) -> Resolver:
    scope = FIELDS.get(name)
    if scope is None:
        return resolve

    def ask(*args: object, **given: object) -> object:
        if scope in granted():
            return resolve(*args, **given)
        needed = f"`{scope}` access scope."
        raise GraphQLError(
            f"Access denied for {name} field. Required access: {needed}",
            extensions={"code": "ACCESS_DENIED", "documentation": SCOPES_PAGE, "requiredAccess": needed},
        )

    return ask
