"""What the app must have been granted: an access scope for each field and each webhook topic."""

from collections.abc import Callable
from typing import TypeAlias

from graphql import GraphQLError

from playground.shopify.settings import ShopSettings

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


def guarded(fields: dict[str, Resolver], settings: ShopSettings) -> dict[str, Resolver]:
    """Return the root's resolvers, each of which first asks for its scope."""
    return {name: _guard(name, resolve, settings) for name, resolve in fields.items()}


def _guard(name: str, resolve: Resolver, settings: ShopSettings) -> Resolver:
    scope = FIELDS.get(name)
    if scope is None or scope in settings.scopes:
        return resolve

    def refuse(*_: object, **__: object) -> object:
        needed = f"`{scope}` access scope."
        raise GraphQLError(
            f"Access denied for {name} field. Required access: {needed}",
            extensions={"code": "ACCESS_DENIED", "documentation": SCOPES_PAGE, "requiredAccess": needed},
        )

    return refuse
