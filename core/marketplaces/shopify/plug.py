"""Shopify as one row of the table of marketplaces."""

from __future__ import annotations

import re

from core.marketplaces.plug import Plug, World
from core.marketplaces.shopify.access import ShopifyAccess
from core.marketplaces.shopify.channel import Shopify
from core.marketplaces.shopify.posted import CHANNEL
from core.variables import Given, Secret, Variable, read_secrets, read_url


def make(given: Given, world: World) -> Shopify:
    """Shopify with what was given for it."""
    access = ShopifyAccess(
        shop=given.text("SHOPIFY_SHOP"),
        access_token=given.secret("SHOPIFY_ACCESS_TOKEN"),
        client_id=given.text("SHOPIFY_CLIENT_ID"),
        client_secret=given.secret("SHOPIFY_CLIENT_SECRET"),
        webhook_secrets=given.secrets("SHOPIFY_WEBHOOK_SECRET"),
        location_id=given.text("SHOPIFY_LOCATION_ID"),
        api_url=given.text("SHOPIFY_API_URL"),
        public_url=given.text("SYNCSTATE_PUBLIC_URL"),
    )
    return Shopify(access, world.client(), clock=world.clock, sleep=world.sleep, fresh_id=world.fresh_id)


def read_shop(text: str) -> str:
    """The domain of a Shopify shop, or ""."""
    shop = text.lower().removeprefix("https://").rstrip("/")
    if shop and not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", shop):
        raise ValueError("must be the shop's own domain, such as example.myshopify.com")
    return shop if not shop or "." in shop else f"{shop}.myshopify.com"


def read_location(text: str) -> str:
    """The global id of a Shopify location, or ""."""
    number = text.removeprefix("gid://shopify/Location/")
    if number and not re.fullmatch("[0-9]+", number):
        raise ValueError("must be the location's number or its gid://shopify/Location/ id")
    return f"gid://shopify/Location/{number}" if number else ""


SHOPIFY = Plug(
    name=CHANNEL,
    make=make,
    variables=(
        Variable("SHOPIFY_SHOP", "", "The shop, `example.myshopify.com`", read_shop),
        Variable("SHOPIFY_ACCESS_TOKEN", "", "Admin API token, or:", Secret, secret=True),
        Variable("SHOPIFY_CLIENT_ID", "", "Client id of the app"),
        Variable("SHOPIFY_CLIENT_SECRET", "", "Client secret of the app", Secret, secret=True),
        Variable(
            "SHOPIFY_WEBHOOK_SECRET",
            "",
            "Signs the webhooks; two, comma-separated, while rotating",
            read_secrets,
            secret=True,
        ),
        Variable("SHOPIFY_LOCATION_ID", "", "The location whose stock is kept", read_location),
        Variable("SHOPIFY_API_URL", "", "Admin API, else the shop's own", read_url),
    ),
    needs=(
        ("SHOPIFY_SHOP", ("SHOPIFY_ACCESS_TOKEN", "SHOPIFY_CLIENT_ID")),
        ("SHOPIFY_SHOP", ("SHOPIFY_LOCATION_ID",)),
        ("SHOPIFY_ACCESS_TOKEN", ("SHOPIFY_SHOP",)),
        ("SHOPIFY_CLIENT_ID", ("SHOPIFY_CLIENT_SECRET",)),
        ("SHOPIFY_CLIENT_ID", ("SHOPIFY_SHOP",)),
        ("SHOPIFY_CLIENT_SECRET", ("SHOPIFY_CLIENT_ID",)),
    ),
)
