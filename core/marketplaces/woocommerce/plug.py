"""WooCommerce as one row of the table of marketplaces."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx2

from core.marketplaces.plug import Plug, World
from core.marketplaces.woocommerce.access import CHANNEL, WooAccess
from core.marketplaces.woocommerce.channel import WooCommerce
from core.variables import Given, Secret, Variable, read_secrets, read_url

# A shop on a small server takes seconds to save a hundred products.
_PATIENCE = httpx2.Timeout(30.0, connect=2.0)
_TAIL = "/wp-json"


def make(given: Given, world: World) -> WooCommerce:
    """WooCommerce with what was given for it."""
    access = WooAccess(
        url=given.text("WOOCOMMERCE_URL"),
        key=given.secret("WOOCOMMERCE_KEY"),
        secret=given.secret("WOOCOMMERCE_SECRET"),
        webhook_secrets=given.secrets("WOOCOMMERCE_WEBHOOK_SECRET"),
        public_url=given.text("SYNCSTATE_PUBLIC_URL"),
    )
    client = world.client()
    client.timeout = _PATIENCE
    return WooCommerce(access, client, clock=world.clock, sleep=world.sleep)


def read_site(text: str) -> str:
    """The address of a site, or ""; keys go out in the clear only to this machine."""
    url = read_url(text).partition(_TAIL)[0].rstrip("/")
    parts = urlsplit(url)
    if url and (parts.query or parts.fragment):
        raise ValueError("must be the shop's address alone, such as https://shop.example.com")
    if url and parts.scheme != "https" and not _is_here(parts.hostname or ""):
        raise ValueError("must be an https address: over http the keys could be read on the way")
    return url


def read_key(text: str) -> Secret:
    """A consumer key."""
    if text.startswith("cs_"):
        raise ValueError("must be the consumer key (ck_); this is the consumer secret, for WOOCOMMERCE_SECRET")
    return Secret(text)


def read_secret(text: str) -> Secret:
    """A consumer secret."""
    if text.startswith("ck_"):
        raise ValueError("must be the consumer secret (cs_); this is the consumer key, for WOOCOMMERCE_KEY")
    return Secret(text)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


WOOCOMMERCE = Plug(
    name=CHANNEL,
    make=make,
    variables=(
        Variable("WOOCOMMERCE_URL", "", "The shop's address, `https://shop.example.com`", read_site),
        Variable("WOOCOMMERCE_KEY", "", "Consumer key of the REST API, `ck_...`, Read/Write", read_key, secret=True),
        Variable("WOOCOMMERCE_SECRET", "", "Consumer secret of the REST API, `cs_...`", read_secret, secret=True),
        Variable(
            "WOOCOMMERCE_WEBHOOK_SECRET",
            "",
            "Signs the webhooks; two, comma-separated, while rotating",
            read_secrets,
            secret=True,
        ),
    ),
    needs=(
        ("WOOCOMMERCE_URL", ("WOOCOMMERCE_KEY",)),
        ("WOOCOMMERCE_URL", ("WOOCOMMERCE_SECRET",)),
        ("WOOCOMMERCE_KEY", ("WOOCOMMERCE_URL",)),
        ("WOOCOMMERCE_KEY", ("WOOCOMMERCE_SECRET",)),
        ("WOOCOMMERCE_SECRET", ("WOOCOMMERCE_URL",)),
        ("WOOCOMMERCE_SECRET", ("WOOCOMMERCE_KEY",)),
    ),
)
