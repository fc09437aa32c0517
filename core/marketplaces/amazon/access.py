"""Who we are to Amazon: the seller's account, and tokens from Login with Amazon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from core.errors import ChannelError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.regions import address, check_pair
from core.marketplaces.bodies import read_text, table
from core.marketplaces.client import Http
from core.marketplaces.tokens import Token, TokenCache

_LWA_URL = "https://api.amazon.com/auth/o2/token"
_SCOPE = "sellingpartnerapi::notifications"
_HOUR = 3600.0
_UNAVAILABLE = 500


@dataclass(frozen=True, slots=True)
class AmazonAccess:
    """One seller in one marketplace and our keys to the account; whatever is "" is not configured.

    `region` is na, eu or fe, or the AWS region of one ("": the marketplace's own); `api_url` and `lwa_url` stand in for
    Amazon's own addresses.
    """

    seller_id: str = ""
    marketplace_id: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    region: str = ""
    api_url: str = ""
    lwa_url: str = ""

    @property
    def base(self) -> str:
        """The Selling Partner API's address without a slash at its end; BadInput for one of another region."""
        check_pair(self.api_url, self.marketplace_id)
        return self.api_url.rstrip("/") or address(self.region, self.marketplace_id)

    @property
    def missing(self) -> str:
        """The setting without which the account cannot be called, or ""."""
        needed = {
            "AMAZON_SELLER_ID": self.seller_id,
            "AMAZON_MARKETPLACE_ID": self.marketplace_id,
            "AMAZON_LWA_CLIENT_ID": self.client_id,
            "AMAZON_LWA_CLIENT_SECRET": self.client_secret,
            "AMAZON_LWA_REFRESH_TOKEN": self.refresh_token,
        }
        return next((name for name, value in needed.items() if not value), "")


def tokens_for(access: AmazonAccess, http: Http, clock: Callable[[], float]) -> TokenCache:
    """The seller's access tokens by the refresh_token grant; each lives an hour."""
    return _tokens(access, http, clock, {"grant_type": "refresh_token", "refresh_token": access.refresh_token})


def grantless_tokens(access: AmazonAccess, http: Http, clock: Callable[[], float]) -> TokenCache:
    """The application's own tokens, for the destinations of notifications: they belong to no seller."""
    return _tokens(access, http, clock, {"grant_type": "client_credentials", "scope": _SCOPE})


def _tokens(access: AmazonAccess, http: Http, clock: Callable[[], float], grant: Mapping[str, str]) -> TokenCache:
    async def fetch() -> Token:
        form = {**grant, "client_id": access.client_id, "client_secret": access.client_secret}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await http.send("POST", access.lwa_url or _LWA_URL, headers, urlencode(form).encode())
        if not answer.is_success and answer.status_code < _UNAVAILABLE:
            raise ChannelError(CHANNEL, f"Login with Amazon refused us: {_error(answer.content)}")
        said = http.read(answer)
        text, life = said.get("access_token"), said.get("expires_in")
        if not isinstance(text, str) or not text:
            raise ChannelError(CHANNEL, "Login with Amazon gave no access token")
        return Token(text, float(life) if isinstance(life, int | float) else _HOUR)

    return TokenCache(fetch, clock)


def _error(body: bytes) -> str:
    try:
        return read_text(table(orjson.loads(body)).get("error"), 100) or "no reason given"
    except orjson.JSONDecodeError:
        return "no reason given"
