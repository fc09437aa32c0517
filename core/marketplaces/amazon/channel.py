"""Amazon as a marketplace: its notifications verified and read, its listings set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

import httpx2
import orjson

from core.errors import ChannelError, NotConfigured
from core.marketplaces.amazon.access import AmazonAccess, tokens_for
from core.marketplaces.amazon.api import SellingPartner, read_errors
from core.marketplaces.amazon.names import CHANNEL, OWN_STOCK
from core.marketplaces.amazon.notifications import read_notifications
from core.marketplaces.amazon.orders import read_order
from core.marketplaces.amazon.returns import parse_return
from core.marketplaces.bodies import table
from core.marketplaces.client import Http
from core.marketplaces.pace import Bucket
from core.marketplaces.signatures import check_bearer
from core.messages import Message
from core.orders.facts import OrderFacts
from core.ports import Pushed, Want

_PATCHES = (5.0, 5.0)
_ORDERS = (0.5, 30.0)


class Amazon:
    """One seller, by `access`; `client` sends, `fresh_id` makes UUIDs, `clock` gives epoch seconds, `sleep` waits."""

    name = CHANNEL
    batch = 1
    at_once = 5

    def __init__(
        self,
        access: AmazonAccess,
        client: httpx2.AsyncClient,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        fresh_id: Callable[[], str],
    ) -> None:
        self._access = access
        self._client = client
        self._clock = clock
        self._fresh_id = fresh_id
        self._http = Http(CHANNEL, client)
        self._api = SellingPartner(self._http, access.base, tokens_for(access, self._http, clock))
        self._patches = Bucket(*_PATCHES, clock, sleep)
        self._orders = Bucket(*_ORDERS, clock, sleep)

    @property
    def can_push(self) -> bool:
        """Whether the account and all keys to it are configured."""
        return not self._access.missing

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """BadSignature without the bearer secret; NotConfigured when none is set."""
        check_bearer(self._access.webhook_secret, headers.get("authorization", ""), "AMAZON_WEBHOOK_SECRET")

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """What the notifications say; BadPayload unless the body is a JSON object or a list."""
        return read_notifications(body, now, self._access.seller_id)

    def parse_return(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """The return that `POST /webhook/amazon/return` brings; BadPayload unless it is a JSON object."""
        return parse_return(body, headers, now, self._fresh_id)

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set each SKU's quantity; Amazon knows a listing by its SKU, whatever it is linked to."""
        self._check()
        return [await self._push(want) for want in wants]

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        """The order as it is now, None when there is none that the seller fulfils; NotConfigured without all keys."""
        self._check()
        path = f"/orders/2026-01-01/orders/{quote(order_id, safe='')}?includedData=FULFILLMENT"
        answer = await self._api.call(self._orders, "GET", path)
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
        marketplace = quote(self._access.marketplace_id, safe="")
        path = f"/listings/2021-08-01/items/{quote(self._access.seller_id, safe='')}/{_segment(want.sku)}"
        answer = await self._api.call(self._patches, "PATCH", f"{path}?marketplaceIds={marketplace}", _patch(want))
        return _read_answer(want, answer)


def _segment(sku: str) -> str:
    """The SKU as one segment of a path; dots alone would be taken for a way up."""
    return quote(sku, safe="").replace(".", "%2E") if not sku.strip(".") else quote(sku, safe="")


def _patch(want: Want) -> Mapping[str, object]:
    entry = {"fulfillment_channel_code": OWN_STOCK, "quantity": want.quantity}
    # Merge, for replace would drop the lead time and the restock date.
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [entry]}
    return {"productType": "PRODUCT", "patches": [patch]}


def _read_answer(want: Want, answer: httpx2.Response) -> Pushed:
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return replace(_failed(want, "no listing with this SKU"), unlisted=True)
    try:
        said = table(orjson.loads(answer.content))
    except orjson.JSONDecodeError:
        raise ChannelError(CHANNEL, "its answer is not JSON") from None
    if not answer.is_success:
        return _failed(want, read_errors(said, "errors"))
    if said.get("status") == "INVALID":
        return _failed(want, read_errors(said, "issues"))
    if said.get("status") not in ("ACCEPTED", "VALID"):
        raise ChannelError(CHANNEL, "it did not say whether the quantity was accepted")
    return Pushed(want.sku, ok=True, listing=want.listing)


def _failed(want: Want, reason: str) -> Pushed:
    return Pushed(want.sku, ok=False, error=reason, listing=want.listing, final=True)
