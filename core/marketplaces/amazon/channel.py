"""Amazon as a marketplace: its notifications verified and read, its listings set and read back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

import httpx2

from core.doors import Door, Takes
from core.errors import NotConfigured
from core.linking import ListingForm
from core.marketplaces.amazon.access import AmazonAccess, grantless_tokens, tokens_for
from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.documents import Documents
from core.marketplaces.amazon.examination import Examination
from core.marketplaces.amazon.feed_log import FeedLog
from core.marketplaces.amazon.feeds import MOST, OLDER, Feeds
from core.marketplaces.amazon.letters import Queue
from core.marketplaces.amazon.listings import Shelf
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.notifications import read_notifications
from core.marketplaces.amazon.operations import GET_ORDER
from core.marketplaces.amazon.orders import read_order
from core.marketplaces.amazon.patches import patch
from core.marketplaces.amazon.recall import orders_since
from core.marketplaces.amazon.regions import JAPAN
from core.marketplaces.amazon.reports import Reports
from core.marketplaces.amazon.returns import parse_return
from core.marketplaces.amazon.subscriptions import Subscriptions
from core.marketplaces.bodies import table
from core.marketplaces.client import Http
from core.marketplaces.signatures import check_bearer
from core.messages import Message
from core.orders.facts import OrderFacts
from core.ports import Finding, Listing, Notes, Pushed, Want

_FEED_FROM = 500
_PROOF = "Authorization"


class Amazon:
    """One seller, by `access`; `client` sends, `fresh_id` makes UUIDs, `clock` gives epoch seconds, `sleep` waits.

    `queue` is where its notifications arrive, where that is configured.
    """

    name = CHANNEL
    batch = 1
    at_once = 5
    bulk_over = _FEED_FROM
    bulk = MOST
    bulks_at_once = 4
    listing_form = ListingForm("asin", "[A-Z0-9]{10}", "an ASIN such as B07XJ8C8F5")

    def __init__(
        self,
        access: AmazonAccess,
        client: httpx2.AsyncClient,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        fresh_id: Callable[[], str],
        queue: Queue | None = None,
    ) -> None:
        self._access = access
        self._client = client
        self.queue = queue
        self._clock = clock
        self._fresh_id = fresh_id
        http = self._http = Http(CHANNEL, client)
        tokens = tokens_for(access, http, clock)
        api = self._api = SellingPartner(http, access.base, tokens, clock, sleep)
        app = SellingPartner(http, access.base, grantless_tokens(access, http, clock), clock, sleep)
        documents = Documents(http, access.base, "cp932" if access.marketplace_id == JAPAN else "cp1252")
        self.reports = Reports(api, documents, access.marketplace_id, clock, sleep)
        self._feed_log = FeedLog(clock, fresh_id)
        self._feeds = Feeds(api, documents, access, self._feed_log, clock, sleep)
        self._shelf = Shelf(api, access, self.reports)
        self._examination = Examination(access, tokens, api, Subscriptions(api, app), queue)

    @property
    def can_push(self) -> bool:
        """Whether the account and all keys to it are configured."""
        return not self._access.missing

    @property
    def doors(self) -> Sequence[Door]:
        """Notifications come in at one, returns that the seller's own systems report at the other."""
        returns = "Take a return, as the seller's own systems report it"
        return [
            Door(CHANNEL, "Take a notification", _PROOF, self.verify, self.parse),
            Door(f"{CHANNEL}/return", returns, _PROOF, self.verify, self.parse_return, Takes.RETURN),
        ]

    def remember_in(self, notes: Notes) -> None:
        """Keep there which feeds are under way, for the instances that may outlive this one."""
        self._feed_log.keep_in(notes)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """BadSignature without the bearer secret; NotConfigured when none is set."""
        check_bearer(self._access.webhook_secret, headers.get("authorization", ""), "AMAZON_WEBHOOK_SECRET")

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """What the notifications say; BadPayload unless the body is a JSON object or a list."""
        return read_notifications(body, now, self._access.seller_id, self._access.marketplace_id)

    def parse_return(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """The return that `POST /webhook/amazon/return` brings; BadPayload unless it is a JSON object."""
        return parse_return(body, headers, now, self._fresh_id)

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set each SKU's quantity: up to 500 one by one, more in one feed, whose report may take long.

        Amazon knows a listing by its SKU, whatever it is linked to.
        """
        self._check()
        if len(wants) > _FEED_FROM:
            return await self._feeds.push(wants)
        return await asyncio.gather(*[self._push(want) for want in wants])

    async def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        """What the listings of the SKUs, or all of them, show now; ChannelError, NotConfigured without all keys."""
        self._check()
        async for page in self._shelf.of(skus) if skus else self._shelf.all():
            yield page

    async def orders_since(self, since: float) -> AsyncIterator[Sequence[Message]]:
        """The orders that changed then (epoch s) or later; ChannelError, NotConfigured without all keys."""
        self._check()
        async for page in orders_since(self._api, self._access, since, self._clock()):
            yield page

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """Keys, roles, the queue and the subscriptions; `mend` makes the destination and what is not subscribed."""
        return await self._examination.findings(mend=mend)

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        """The order as it is now, None when there is none that the seller fulfils; NotConfigured without all keys."""
        self._check()
        path = f"/orders/2026-01-01/orders/{quote(order_id, safe='')}?includedData=FULFILLMENT"
        answer = await self._api.call(GET_ORDER, "GET", path)
        if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST):
            return None
        return read_order(table(self._http.read(answer).get("order")), self._clock())

    async def sku_of(self, listing: str) -> str:
        """The SKU itself: that is how Amazon names a listing."""
        return listing

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()

    def _check(self) -> None:
        if self._access.missing:
            raise NotConfigured(self._access.missing)

    async def _push(self, want: Want) -> Pushed:
        pushed = await patch(self._api, self._access, want)
        if pushed.ok and await self._feeds.is_older_at_work():
            return replace(pushed, ok=False, error=OLDER)
        return pushed
