"""Who we are to Amazon: the seller's account, and tokens from Login with Amazon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from core.errors import BadInput, ChannelError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.bodies import read_text, table
from core.marketplaces.client import Http
from core.marketplaces.tokens import Token, TokenCache

_REGIONS = {"na": "na", "eu": "eu", "fe": "fe", "us-east-1": "na", "eu-west-1": "eu", "us-west-2": "fe"}
_LWA_URL = "https://api.amazon.com/auth/o2/token"
_HOUR = 3600.0
_UNAVAILABLE = 500


@dataclass(frozen=True, slots=True)
class AmazonAccess:
    """One seller in one marketplace and our keys to the account; whatever is "" is not configured.

    `region` is na, eu or fe, or the AWS region of one; `api_url` and `lwa_url` stand in for Amazon's own addresses.
    """

    seller_id: str = ""
    marketplace_id: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    region: str = "na"
    api_url: str = ""
    lwa_url: str = ""

    @property
    def base(self) -> str:
        """The Selling Partner API's address without a slash at its end; BadInput for an unknown region."""
        if self.api_url:
            return self.api_url.rstrip("/")
        region = _REGIONS.get(self.region.strip().lower() or "na")
        if region is None:
            raise BadInput("AMAZON_REGION", f"must be one of {', '.join(_REGIONS)}")
        return f"https://sellingpartnerapi-{region}.amazon.com"

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

    async def fetch() -> Token:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": access.refresh_token,
            "client_id": access.client_id,
            "client_secret": access.client_secret,
        }
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
