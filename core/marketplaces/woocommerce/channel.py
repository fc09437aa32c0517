"""WooCommerce as a marketplace: its webhooks verified and read, its listings set and read back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import httpx2

from core.doors import Door
from core.errors import NotConfigured
from core.linking import ListingForm
from core.marketplaces.client import Http
from core.marketplaces.signatures import check_hmac
from core.marketplaces.woocommerce.access import CHANNEL, WooAccess
from core.marketplaces.woocommerce.api import Api
from core.marketplaces.woocommerce.examination import Examination
from core.marketplaces.woocommerce.payloads import SIGNATURE, TOPIC, is_ping, read_webhook
from core.marketplaces.woocommerce.products import LISTING, is_listing
from core.marketplaces.woocommerce.push import BATCH, Setter
from core.marketplaces.woocommerce.recall import fetch_order, orders_since
from core.marketplaces.woocommerce.shelf import Shelf
from core.messages import Message
from core.orders.facts import OrderFacts
from core.ports import Finding, Listing, Pushed, Want

_SUMMARY = "Take a WooCommerce webhook of any topic"


class WooCommerce:
    """One shop, by `access`; `client` sends, `clock` gives epoch seconds and `sleep` waits."""

    name = CHANNEL
    batch = BATCH
    at_once = 2
    listing_form = ListingForm(CHANNEL, LISTING, "the number of a product, or product:variation")

    def __init__(
        self,
        access: WooAccess,
        client: httpx2.AsyncClient,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._access = access
        self._client = client
        self._api = Api(Http(CHANNEL, client), access, clock, sleep)
        self._shelf = Shelf(self._api, clock)
        self._setter = Setter(self._api, self._shelf)

    @property
    def can_push(self) -> bool:
        """Whether the shop and the keys to it are configured."""
        return not self._access.missing

    @property
    def doors(self) -> Sequence[Door]:
        """Every topic comes in at one."""
        return [Door(CHANNEL, _SUMMARY, "X-WC-Webhook-Signature", self.verify, self.parse, signs=(TOPIC,))]

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """BadSignature unless one of the secrets signed the raw body; NotConfigured without a secret.

        The unsigned ping that the shop sends when a webhook is made may pass: it says nothing.
        """
        if not self._access.webhook_secrets or not is_ping(headers, body):
            check_hmac(self._access.webhook_secrets, headers.get(SIGNATURE, ""), body, "WOOCOMMERCE_WEBHOOK_SECRET")

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """What the webhook says; BadPayload unless it is a JSON object or the ping."""
        return read_webhook(headers, body, now)

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set up to 100 listings in as few calls as can be; one that is refused holds up no other."""
        self._check()
        return await self._setter.push(wants)

    async def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        """What the listings of the SKUs, or all of them, show now; ChannelError, NotConfigured."""
        self._check()
        async for page in self._shelf.of(skus) if skus else self._shelf.all():
            yield page

    async def orders_since(self, since: float) -> AsyncIterator[Sequence[Message]]:
        """The orders that changed then (epoch s) or later, oldest change first; ChannelError, NotConfigured."""
        self._check()
        async for page in orders_since(self._api, since):
            yield page

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """Keys and webhooks; `mend` makes those again that are missing or that the shop disabled."""
        return await Examination(self._access, self._api).findings(mend=mend)

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        """The order as it is now, None when the shop has none with this id; NotConfigured without keys."""
        self._check()
        return await fetch_order(self._api, order_id)

    async def sku_of(self, listing: str) -> str:
        """The SKU of a listing's id, or ""; NotConfigured without keys."""
        self._check()
        return await self._shelf.sku_of(listing) if is_listing(listing) else ""

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()

    def _check(self) -> None:
        if self._access.missing:
            raise NotConfigured(self._access.missing)
