"""Who we are to the shop: an access token that was given, or one asked for with the app's credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson

from core.errors import ChannelError
from core.marketplaces.bodies import read_id
from core.marketplaces.client import Http
from core.marketplaces.shopify.admin import Keys
from core.marketplaces.shopify.posted import CHANNEL
from core.marketplaces.shopify.queries import API_VERSION
from core.marketplaces.tokens import Token, TokenCache

_DAY = 86_399.0
_REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class ShopifyAccess:
    """One shop and our keys to it; whatever is "" is not configured.

    `shop` is its name, with or without `.myshopify.com`; `webhook_secrets` are all good at once while they rotate.
    `location_id` is a number or a global id; `api_url` stands in for the shop's own address. `public_url`
    is our own, as the shop reaches us.
    """

    shop: str = ""
    access_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    location_id: str = ""
    api_url: str = ""
    public_url: str = ""

    @property
    def base(self) -> str:
        """The shop's address without a slash at its end, or ""."""
        if self.api_url:
            return self.api_url.rstrip("/")
        host = self.shop.strip().removeprefix("https://").rstrip("/")
        return f"https://{host if '.' in host else f'{host}.myshopify.com'}" if host else ""

    @property
    def graphql_url(self) -> str:
        """Where GraphQL is asked."""
        return f"{self.base}/admin/api/{API_VERSION}/graphql.json"

    @property
    def location(self) -> str:
        """The location's plain id, or ""."""
        return read_id(self.location_id.rpartition("/")[2])

    @property
    def location_gid(self) -> str:
        """The location's global id."""
        return f"gid://shopify/Location/{self.location}"

    @property
    def webhook_url(self) -> str:
        """Where the shop should send its webhooks, or ""."""
        return f"{self.public_url.rstrip('/')}/webhook/shopify" if self.public_url else ""

    @property
    def missing(self) -> str:
        """The setting without which the shop cannot be called, or ""."""
        if not self.base:
            return "SHOPIFY_SHOP"
        return "" if self.access_token or (self.client_id and self.client_secret) else "SHOPIFY_ACCESS_TOKEN"


@dataclass(frozen=True, slots=True)
class FixedKey:
    """A token that was given and never changes."""

    text: str = field(repr=False)

    async def get(self) -> str:
        """The token."""
        return self.text

    def forget(self, text: str) -> None:
        """There is no other."""


def keys_for(access: ShopifyAccess, http: Http, clock: Callable[[], float]) -> Keys:
    """The given token; without one, tokens by the client credentials grant, each of which lives a day."""
    if access.access_token:
        return FixedKey(access.access_token)

    async def fetch() -> Token:
        body = {
            "client_id": access.client_id,
            "client_secret": access.client_secret,
            "grant_type": "client_credentials",
        }
        url = f"{access.base}/admin/oauth/access_token"
        given = await http.send("POST", url, {"content-type": "application/json"}, orjson.dumps(body))
        if given.status_code in _REFUSALS:
            reason = f"it refuses SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET ({given.status_code})"
            raise ChannelError(CHANNEL, reason)
        answer = http.read(given)
        text, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(text, str) or not text:
            raise ChannelError(CHANNEL, "it gave no access token for SHOPIFY_CLIENT_ID")
        return Token(text, float(life) if isinstance(life, int | float) else _DAY)

    return TokenCache(fetch, clock)
