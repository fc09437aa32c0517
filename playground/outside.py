"""The world outside the app: both shops, Slack, the people, and what carries their messages to the app."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2

from playground.amazon.seller import Seller
from playground.amazon.settings import SellerSettings
from playground.changes import Changes
from playground.courier import AMAZON_RETRIES, SHOPIFY_RETRIES, Courier
from playground.ids import Ids
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from playground.slack.client import SlackClient
from playground.slack.seed import SIGNING_SECRET, sample_workspace
from playground.slack.workspace import Workspace

SHOPIFY, AMAZON, SLACK = "shopify", "amazon", "slack"
BELOW = "/stand-ins"
SHOP = ShopSettings(access_token="shpat_playground", webhook_secret="playground-shopify-secret")
SELLER = SellerSettings(
    client_id="amzn1.application-oa2-client.playground",
    client_secret="playground-lwa-secret",
    refresh_token="Atzr|playground",
    webhook_secret="playground-amazon-secret",
)
_KEPT = 400


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that the app speaks with; `couriers` deliver what each shop sends, `slack` is a person's client."""

    shop: Shop
    seller: Seller
    workspace: Workspace
    slack: SlackClient
    couriers: Mapping[str, Courier]

    @property
    def shops(self) -> Mapping[str, Shop | Seller]:
        """The shops by the name of their channel."""
        return {SHOPIFY: self.shop, AMAZON: self.seller}

    @property
    def changes(self) -> tuple[Changes, ...]:
        """What tells that something happened out there."""
        return (self.shop.changes, self.seller.changes, self.workspace.changes)

    def forget(self) -> None:
        """Drop what is too old for anybody to look at."""
        for rows in self._rows():
            del rows[:-_KEPT]

    def _rows(self) -> Iterator[list[Any]]:
        for name, shop in self.shops.items():
            courier = self.couriers[name]
            yield from (shop.calls, shop.outbox.history, courier.attempts, courier.dropped, courier.given_up)
        yield from (self.workspace.calls, self.slack.deliveries)


def make_outside(http: httpx2.AsyncClient, clock: Callable[[], float], rng: Random) -> Outside:
    """The outside of one app, whose address is the base URL of `http`; nothing moves before `delivering`."""
    ids = Ids(rng)
    shop, seller = Shop(SHOP, clock, ids), Seller(SELLER, clock, ids)
    workspace = sample_workspace(clock, f"{str(http.base_url).rstrip('/')}{BELOW}/{SLACK}")
    return Outside(
        shop,
        seller,
        workspace,
        SlackClient(workspace, http, SIGNING_SECRET),
        {
            SHOPIFY: Courier(shop, http, SHOPIFY_RETRIES, sleep=asyncio.sleep, rng=rng),
            AMAZON: Courier(seller, http, AMAZON_RETRIES, sleep=asyncio.sleep, rng=rng),
        },
    )
