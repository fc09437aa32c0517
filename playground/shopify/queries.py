"""The query fields of the Admin API, resolved against one shop."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from graphql import GraphQLError, GraphQLResolveInfo

from playground.shopify import search
from playground.shopify.catalog import Variant
from playground.shopify.graph import Graph, Node, local_id
from playground.shopify.orders import Order
from playground.shopify.paging import Key, Window, connect
from playground.shopify.payloads import CURRENCY, gid
from playground.shopify.quantities import check_input_size
from playground.shopify.shop import Shop
from playground.shopify.webhooks import Subscription

Resolver: TypeAlias = Callable[..., object]

VARIANT_ORDER: dict[str, Callable[[Variant], str | float]] = {
    "ID": lambda _: "",
    "SKU": lambda variant: variant.sku,
    "TITLE": lambda variant: variant.title,
}

ORDER_ORDER: dict[str, Callable[[Order], str | float]] = {
    "CREATED_AT": lambda order: order.created_at,
    "ID": lambda _: "",
    "ORDER_NUMBER": lambda order: order.number,
    "PROCESSED_AT": lambda order: order.created_at,
    "UPDATED_AT": lambda order: order.updated_at,
}


def query_fields(shop: Shop, graph: Graph) -> dict[str, Resolver]:
    """Return a resolver for every field of the query type."""
    queries = Queries(shop, graph)
    return {
        "shop": queries.shop,
        "bulkOperation": queries.bulk_operation,
        "currentAppInstallation": queries.current_app_installation,
        "publicApiVersions": lambda _: [version(handle, supported=True) for handle in shop.api_versions],
        "productVariantsCount": queries.product_variants_count,
        "node": lambda _, **given: graph.node(given["id"]),
        "nodes": queries.nodes,
        "inventoryItem": _by_id("InventoryItem", graph.item_by_id),
        "productVariant": _by_id("ProductVariant", graph.variant_by_id),
        "order": _by_id("Order", graph.order_by_id),
        "location": queries.location,
        "inventoryItems": queries.inventory_items,
        "productVariants": queries.product_variants,
        "orders": queries.orders,
        "locations": queries.locations,
        "webhookSubscriptions": queries.webhook_subscriptions,
    }


class Queries:
    """The query fields that need more than an id."""

    def __init__(self, shop: Shop, graph: Graph) -> None:
        self._shop = shop
        self._graph = graph

    def shop(self, _: GraphQLResolveInfo) -> Node:
        """Resolve `shop`."""
        domain = self._shop.settings.domain
        return {
            "id": gid("Shop", 1),
            "name": domain.partition(".")[0],
            "myshopifyDomain": domain,
            "currencyCode": CURRENCY,
        }

    def current_app_installation(self, _: GraphQLResolveInfo) -> Node:
        """Resolve `currentAppInstallation`: what the app may do."""
        scopes = [{"handle": scope, "description": scope} for scope in self._shop.settings.scopes]
        return {"id": gid("AppInstallation", 1), "accessScopes": scopes}

    def bulk_operation(self, _: GraphQLResolveInfo, **given: str) -> Node | None:
        """Resolve `bulkOperation`: how far one is."""
        return self._shop.bulk.show(local_id(given["id"], "BulkOperation") or 0)

    def product_variants_count(self, _: GraphQLResolveInfo, **given: object) -> Node:
        """Resolve `productVariantsCount`: counted no further than `limit`."""
        found, limit = len(list(self._found_variants(given, lambda variant: variant.id))), given["limit"]
        most = limit if isinstance(limit, int) else found
        return {"count": min(found, most), "precision": "AT_LEAST" if found > most else "EXACT"}

    def nodes(self, _: GraphQLResolveInfo, ids: list[str]) -> list[Node | None]:
        """Resolve `nodes(ids:)`: at most 250, null for what is not there."""
        check_input_size(len(ids))
        return [self._graph.node(global_id) for global_id in ids]

    def location(self, _: GraphQLResolveInfo, **given: str) -> Node | None:
        """Resolve `location`: the primary one without an id."""
        if given.get("id") is None:
            return self._graph.location(self._shop.catalog.primary)
        return self._graph.location_by_id(local_id(given["id"], "Location") or 0)

    def inventory_items(self, _: GraphQLResolveInfo, **given: object) -> Node:
        """Resolve `inventoryItems`."""
        return connect(
            self._found_variants(given, lambda variant: variant.item_id),
            Window.of(given),
            key=lambda variant: ("", variant.item_id),
            view=self._graph.item,
        )

    def product_variants(self, _: GraphQLResolveInfo, **given: object) -> Node:
        """Resolve `productVariants`."""
        rank = VARIANT_ORDER[str(given["sortKey"])]

        def key(variant: Variant) -> Key:
            return rank(variant), variant.id

        found = self._found_variants(given, lambda variant: variant.id)
        return connect(found, Window.of(given), key=key, view=self._graph.variant)

    def orders(self, _: GraphQLResolveInfo, **given: object) -> Node:
        """Resolve `orders`."""
        rank = ORDER_ORDER[str(given["sortKey"])]
        groups = search.parse(str(given.get("query") or ""))

        def key(order: Order) -> Key:
            return rank(order), order.id

        found = (order for order in self._shop.orders.values() if search.matches(groups, _order_fields(order)))
        return connect(found, Window.of(given), key=key, view=self._graph.order)

    def locations(self, _: GraphQLResolveInfo, **given: object) -> Node:
        """Resolve `locations`, by name."""
        return connect(
            self._shop.catalog.locations.values(),
            Window.of(given),
            key=lambda location: (location.name, location.id),
            view=self._graph.location,
        )

    def webhook_subscriptions(self, _: GraphQLResolveInfo, **given: object) -> Node:
        """Resolve `webhookSubscriptions`: those made by the API, not by the app's config."""
        topics, uri = given.get("topics"), given.get("uri")
        found = [
            subscription
            for subscription in self._shop.webhooks.subscriptions.values()
            if subscription.by_api
            and uri in (None, subscription.uri)
            and (not isinstance(topics, list) or subscription.topic_name in topics)
        ]
        return connect(found, Window.of(given), key=_age, view=self._graph.subscription)

    def _found_variants(self, given: Mapping[str, object], number: Callable[[Variant], int]) -> Iterable[Variant]:
        groups = search.parse(str(given.get("query") or ""))
        return (
            variant
            for variant in self._shop.catalog.variants.values()
            if search.matches(groups, _variant_fields(variant, number(variant)))
        )


def version(handle: str, *, supported: bool) -> Node:
    """Return an ApiVersion."""
    return {"handle": handle, "displayName": handle, "supported": supported}


def _by_id(kind: str, find: Callable[[int], Node | None]) -> Resolver:
    def resolve(_: GraphQLResolveInfo, **given: str) -> Node | None:
        number = local_id(given["id"], kind)
        if number is None:
            raise GraphQLError(f"Invalid id: {given['id']}", extensions={"code": "RESOURCE_NOT_FOUND"})
        return find(number)

    return resolve


def _variant_fields(variant: Variant, number: int) -> dict[str, search.Value]:
    return {
        "sku": variant.sku,
        "title": variant.title,
        "id": number,
        "created_at": _moment(variant.created_at),
    }


def _order_fields(order: Order) -> dict[str, search.Value]:
    return {
        "name": f"#{order.number}",
        "id": order.id,
        "created_at": _moment(order.created_at),
        "processed_at": _moment(order.created_at),
        "updated_at": _moment(order.updated_at),
    }


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)


def _age(subscription: Subscription) -> Key:
    return subscription.created_at, subscription.id
