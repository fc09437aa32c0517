"""The mutation fields of the Admin API, resolved against one shop."""

from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import urlsplit

from graphql import GraphQLResolveInfo

from playground.shopify.graph import Graph, local_id
from playground.shopify.idempotency import read_key
from playground.shopify.payloads import gid
from playground.shopify.quantities import set_quantities
from playground.shopify.scopes import scope_of
from playground.shopify.shop import Shop
from playground.shopify.user_errors import Payload

SECURE_SCHEMES = ("arn", "https", "pubsub")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def mutation_fields(shop: Shop, graph: Graph) -> dict[str, Callable[..., object]]:
    """Return a resolver for every field of the mutation type."""
    mutations = Mutations(shop, graph)
    return {
        "bulkOperationRunQuery": mutations.bulk_operation_run_query,
        "inventorySetQuantities": mutations.inventory_set_quantities,
        "webhookSubscriptionCreate": mutations.webhook_subscription_create,
        "webhookSubscriptionDelete": mutations.webhook_subscription_delete,
    }


class Mutations:
    """What the app may change in the shop."""

    def __init__(self, shop: Shop, graph: Graph) -> None:
        self._shop = shop
        self._graph = graph

    def bulk_operation_run_query(self, info: GraphQLResolveInfo, **given: object) -> Payload:
        """Resolve `bulkOperationRunQuery`: it runs on its own, at most 5 at a time."""
        return self._shop.bulk.begin(str(given["query"]), info.schema, info.root_value)

    def inventory_set_quantities(self, info: GraphQLResolveInfo, **given: Mapping[str, object]) -> Payload:
        """Resolve `inventorySetQuantities`, once for each idempotency key."""
        wanted = given["input"]
        return self._shop.idempotency.once(
            read_key(info),
            wanted,
            lambda: set_quantities(self._shop, self._graph, wanted),
        )

    def webhook_subscription_create(self, _: GraphQLResolveInfo, **given: object) -> Payload:
        """Resolve `webhookSubscriptionCreate`: one subscription for each topic and address."""
        wanted = cast("Mapping[str, object]", given["webhookSubscription"])
        topic = _topic(str(given["topic"]))
        uri = str(wanted.get("uri") or "")
        trouble = self._refusal(topic, uri)
        if trouble is not None:
            return {"webhookSubscription": None, "userErrors": [trouble]}
        made = self._shop.webhooks.subscribe(topic, uri, by_api=True)
        return {
            "webhookSubscription": self._graph.subscription(made),
            "userErrors": [],
        }

    def webhook_subscription_delete(self, _: GraphQLResolveInfo, **given: str) -> Payload:
        """Resolve `webhookSubscriptionDelete`: the app's config keeps its own."""
        number = local_id(given["id"], "WebhookSubscription") or 0
        found = self._shop.webhooks.subscriptions.get(number)
        if found is None or not found.by_api:
            error = _user_error("id", "Webhook subscription does not exist")
            return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}
        del self._shop.webhooks.subscriptions[number]
        deleted = gid("WebhookSubscription", number)
        return {"deletedWebhookSubscriptionId": deleted, "userErrors": []}

    def _refusal(self, topic: str, uri: str) -> Payload | None:
        scope = scope_of(topic)
        if scope and scope not in self._shop.settings.scopes:
            text = f"You do not have permission to create or update webhooks with {topic} topic ({scope})."
            return _user_error("topic", text)
        address = urlsplit(uri)
        if address.scheme not in SECURE_SCHEMES and address.hostname not in LOOPBACK:
            return _user_error("webhookSubscription", "Address is invalid", "uri")
        taken = {(kept.topic, kept.uri) for kept in self._shop.webhooks.subscriptions.values()}
        if (topic, uri) in taken:
            text = "Address for this topic has already been taken"
            return _user_error("webhookSubscription", text, "uri")
        return None


def _topic(name: str) -> str:
    resource, _, event = name.lower().rpartition("_")
    return f"{resource}/{event}"


def _user_error(field: str, message: str, *path: str) -> Payload:
    return {"field": [field, *path], "message": message}
