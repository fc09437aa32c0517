"""Shopify as a marketplace: its webhooks verified and read, its listings set."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import httpx2

from core.doors import Door, Takes
from core.errors import NotConfigured
from core.linking import ListingForm
from core.marketplaces.bodies import read_id, read_object, read_text
from core.marketplaces.client import Http
from core.marketplaces.shopify.access import ShopifyAccess, keys_for
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.bulk import Bulk
from core.marketplaces.shopify.examination import Examination
from core.marketplaces.shopify.fetch import fetch_order
from core.marketplaces.shopify.index import Index
from core.marketplaces.shopify.items import is_item
from core.marketplaces.shopify.listings import Listings
from core.marketplaces.shopify.payloads import read_webhook
from core.marketplaces.shopify.posted import CHANNEL, ITEM, Posted, header
from core.marketplaces.shopify.push import Setter
from core.marketplaces.shopify.recall import orders_since
from core.marketplaces.shopify.shelf import Shelf
from core.marketplaces.signatures import check_hmac
from core.messages import Message
from core.orders.facts import OrderFacts
from core.ports import Finding, Listing, Pushed, Want

_SIGNS = ("x-shopify-topic", "shopify-hmac-sha256", "shopify-topic")


class Shopify:
    """One shop, by `access`; `client` sends, `fresh_id` makes UUIDs, `clock` gives epoch seconds and `sleep` waits."""

    name = CHANNEL
    batch = 250
    at_once = 1
    listing_form = ListingForm(
        CHANNEL, "(gid://shopify/[A-Za-z]+/)?[0-9]{1,20}", "the number of an inventory item", ITEM
    )

    def __init__(
        self,
        access: ShopifyAccess,
        client: httpx2.AsyncClient,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        fresh_id: Callable[[], str],
    ) -> None:
        self._access = access
        self._client = client
        self._fresh_id = fresh_id
        http = Http(CHANNEL, client)
        location = access.location_gid
        self._admin = Admin(http, access.graphql_url, keys_for(access, http, clock), clock, sleep)
        bulk = Bulk(self._admin, http, access.base, sleep)
        self._index = Index(bulk, location, clock)
        self._shelf = Shelf(self._admin, bulk, location)
        self._listings = Listings(self._admin, self._index, location, clock)
        self._setter = Setter(self._admin, self._listings, location, fresh_id, clock, sleep)

    @property
    def can_push(self) -> bool:
        """Whether the shop, a key to it and the location are configured."""
        return not self._access.missing and bool(self._access.location)

    @property
    def doors(self) -> Sequence[Door]:
        """Every topic comes in at one."""
        summary = "Take a Shopify webhook of any topic, or an order in the short form"
        return [Door(CHANNEL, summary, "X-Shopify-Hmac-SHA256", self.verify, self.parse, Takes.ORDER, _SIGNS)]

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """BadSignature unless one of the secrets signed the raw body; NotConfigured without a secret."""
        given = header(headers, "hmac-sha256")
        check_hmac(self._access.webhook_secrets, given, body, "SHOPIFY_WEBHOOK_SECRET")

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """What the webhook says; BadPayload unless it is a JSON object."""
        posted = Posted(
            body=body,
            data=read_object(body),
            topic=read_text(header(headers, "topic"), 100).lower(),
            now=now,
            webhook_id=read_id(header(headers, "webhook-id")),
            location_id=self._access.location,
            fresh_id=self._fresh_id,
        )
        return read_webhook(posted)

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set up to 250 listings in as few calls as can be; one that is refused holds up no other."""
        self._check_location()
        return await self._setter.push(wants)

    async def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        """What the listings of the SKUs, or all of them, show at the location; ChannelError, NotConfigured."""
        self._check_location()
        async for page in self._shelf.of(skus) if skus else self._shelf.all():
            yield page

    async def orders_since(self, since: float) -> AsyncIterator[Sequence[Message]]:
        """The orders that changed then (epoch s) or later, oldest change first; ChannelError, NotConfigured."""
        self._check(self._access.missing)
        async for page in orders_since(self._admin, since):
            yield page

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """Keys, permissions, the location and the subscriptions; `mend` subscribes to what is missing."""
        return await Examination(self._access, self._admin).findings(mend=mend)

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        """The order as it is now, None when the shop has none with this id; NotConfigured without a key to the shop."""
        self._check(self._access.missing)
        return await fetch_order(self._admin, order_id)

    async def sku_of(self, listing: str) -> str:
        """The SKU of an inventory item's global id, or ""; NotConfigured without a key to the shop."""
        self._check(self._access.missing)
        return await self._listings.sku_of(listing) if is_item(listing) else ""

    async def close(self) -> None:
        """Break off what goes on in the background, and close the client's connections."""
        await self._index.close()
        await self._client.aclose()

    def _check_location(self) -> None:
        self._check(self._access.missing or ("" if self.can_push else "SHOPIFY_LOCATION_ID"))

    def _check(self, missing: str) -> None:
        if missing:
            raise NotConfigured(missing)
