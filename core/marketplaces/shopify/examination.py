"""Whether all is well between us and the shop: keys, permissions, location, and the webhooks it should send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import ChannelError
from core.marketplaces.bodies import read_text, rows, table
from core.marketplaces.shopify.access import ShopifyAccess
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.pages import pages
from core.marketplaces.shopify.queries import API_VERSION, EXAMINE, LIST_SUBSCRIPTIONS, READ_LOCATION, SUBSCRIBE
from core.ports import Finding

# Each scope, and what is blind or mute without it.
SCOPES = {
    "read_inventory": "see what listings show",
    "write_inventory": "tell listings their stock",
    "read_locations": "see the location",
    "read_orders": "see orders and refunds",
    "read_products": "find listings by SKU",
    "read_returns": "hear of returns",
}

# What the shop must tell us of; orders/updated also covers payment and shipping.
TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/edited",
    "orders/cancelled",
    "orders/delete",
    "refunds/create",
    "returns/request",
    "returns/approve",
    "returns/cancel",
    "returns/close",
    "returns/decline",
    "returns/process",
    "returns/reopen",
    "returns/update",
    "reverse_fulfillment_orders/dispose",
    "inventory_levels/update",
    "app/uninstalled",
)

KEYS, WEBHOOKS = "Shopify's keys", "Shopify's webhooks"
_APP = "the app's configuration in Shopify's Dev Dashboard, and release it"
_TAKEN = "already been taken"


@dataclass(frozen=True, slots=True)
class Examination:
    """Looks at one shop."""

    access: ShopifyAccess
    admin: Admin

    async def findings(self, *, mend: bool) -> Sequence[Finding]:
        """What was found, one finding for each check; without keys nothing more is looked at. Never raises."""
        missing = self.access.missing or ("" if self.access.location else "SHOPIFY_LOCATION_ID")
        if missing:
            return [Finding(KEYS, f"{missing} is not set", f"set {missing}")]
        try:
            data = await self.admin.run(EXAMINE, {})
        except ChannelError as error:
            advice = "check SHOPIFY_SHOP and the access token or client credentials, and that the app is installed"
            return [Finding(KEYS, error.reason, advice)]
        return [
            Finding(KEYS),
            _scopes(data),
            _version(data),
            await self._location(),
            self._secret(),
            *await self._webhooks(mend=mend),
        ]

    async def _location(self) -> Finding:
        check = "Shopify's location"
        try:
            location = (await self.admin.run(READ_LOCATION, {"id": self.access.location_gid})).get("location")
        except ChannelError as error:
            return Finding(check, error.reason, f"add read_locations to {_APP}")
        if not isinstance(location, dict):
            problem = f"the shop has no location {self.access.location}"
            return Finding(check, problem, "set SHOPIFY_LOCATION_ID to the number in the location's address in Shopify")
        if location.get("isActive") is False:
            problem = f"the location {read_text(location.get('name'), 100)} is not active"
            return Finding(check, problem, "activate it in Shopify, or set SHOPIFY_LOCATION_ID to another one")
        return Finding(check)

    def _secret(self) -> Finding:
        check = "Shopify's signature"
        if self.access.webhook_secrets:
            return Finding(check)
        problem = "SHOPIFY_WEBHOOK_SECRET is not set, so every webhook is turned away"
        return Finding(check, problem, "set it to the app's client secret")

    async def _webhooks(self, *, mend: bool) -> Sequence[Finding]:
        address = self.access.webhook_url
        if not address:
            return [Finding(WEBHOOKS, advice="set SYNCSTATE_PUBLIC_URL to have the shop's subscriptions looked after")]
        try:
            there = await self._subscribed(address)
            found = [await self._subscribe(topic, address, mend=mend) for topic in TOPICS if topic not in there]
        except ChannelError as error:
            return [Finding(WEBHOOKS, error.reason, "see that the app is installed, and try again")]
        return found or [Finding(WEBHOOKS)]

    async def _subscribed(self, address: str) -> set[str]:
        found: set[str] = set()
        async for page in pages(self.admin, LIST_SUBSCRIPTIONS, {}, "webhookSubscriptions"):
            names = {name_of(topic): topic for topic in TOPICS}
            found |= {names.get(str(node.get("topic")), "") for node in page if node.get("uri") == address}
        return found

    async def _subscribe(self, topic: str, address: str, *, mend: bool) -> Finding:
        gone = Finding(
            f"{WEBHOOKS}: {topic}", "the shop does not send it to us", "run syncstate doctor --fix to make it"
        )
        if not mend:
            return gone
        data = await self.admin.run(SUBSCRIBE, {"topic": name_of(topic), "uri": address})
        errors = rows(table(data.get("webhookSubscriptionCreate")).get("userErrors"))
        said = "; ".join(read_text(table(error).get("message"), 200) for error in errors)
        if said and _TAKEN not in said:
            advice = "set SYNCSTATE_PUBLIC_URL to an https address that Shopify can reach, and grant the app its scopes"
            return Finding(gone.check, f"{gone.problem}, and refuses to: {said}", advice)
        return Finding(gone.check, gone.problem, mended=True)


def name_of(topic: str) -> str:
    """The topic as GraphQL spells it: `ORDERS_CREATE`."""
    return topic.upper().replace("/", "_")


def _scopes(data: Mapping[str, object]) -> Finding:
    check = "Shopify's permissions"
    granted = {
        table(scope).get("handle") for scope in rows(table(data.get("currentAppInstallation")).get("accessScopes"))
    }
    lacking = [scope for scope in SCOPES if not granted & {scope, scope.replace("read_", "write_")}]
    if not lacking:
        return Finding(check)
    means = ", ".join(f"{scope} (to {SCOPES[scope]})" for scope in lacking)
    return Finding(check, f"the app lacks {means}", f"add {', '.join(lacking)} to {_APP}; then approve it in the shop")


def _version(data: Mapping[str, object]) -> Finding:
    check = "Shopify's API version"
    versions = [table(version) for version in rows(data.get("publicApiVersions"))]
    if not versions or any(each.get("handle") == API_VERSION and each.get("supported") for each in versions):
        return Finding(check)
    return Finding(check, f"Shopify does not support {API_VERSION} any more", "update SyncState")
