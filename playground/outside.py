"""The world outside the app: the shops, Slack, the people, and what carries their messages to the app."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2

from playground.amazon.seller import Seller
from playground.amazon.stall import AmazonStall
from playground.changes import Changes
from playground.courier import Courier
from playground.ids import Ids
from playground.shopify.shop import Shop
from playground.shopify.stall import ShopifyStall
from playground.slack.client import SlackClient
from playground.slack.seed import SIGNING_SECRET, sample_workspace
from playground.slack.workspace import Workspace
from playground.stall import Stall
from playground.stand_in import StandIn
from playground.woocommerce.site import Site
from playground.woocommerce.stall import WooStall

SLACK = "slack"
BELOW = "/stand-ins"
STALLS: tuple[Callable[[Callable[[], float], Ids], Stall], ...] = (ShopifyStall, AmazonStall, WooStall)
_KEPT = 400


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that the app speaks with; `couriers` deliver what each shop sends, `slack` is a person's client.

    `stalls` are the shops by the name of their channel.
    """

    clock: Callable[[], float]
    stalls: Mapping[str, Stall]
    workspace: Workspace
    slack: SlackClient
    couriers: Mapping[str, Courier]

    @property
    def shops(self) -> Mapping[str, StandIn]:
        """The stand-ins by the name of their channel."""
        return {name: stall.shop for name, stall in self.stalls.items()}

    @property
    def shop(self) -> Shop:
        """Shopify's."""
        return next(each for each in self.shops.values() if isinstance(each, Shop))

    @property
    def seller(self) -> Seller:
        """Amazon's."""
        return next(each for each in self.shops.values() if isinstance(each, Seller))

    @property
    def site(self) -> Site:
        """WooCommerce's."""
        return next(each for each in self.shops.values() if isinstance(each, Site))

    @property
    def changes(self) -> tuple[Changes, ...]:
        """What tells that something happened out there."""
        return (*(shop.changes for shop in self.shops.values()), self.workspace.changes)

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
    stalls = [make(clock, ids) for make in STALLS]
    workspace = sample_workspace(clock, f"{str(http.base_url).rstrip('/')}{BELOW}/{SLACK}")
    return Outside(
        clock,
        {stall.name: stall for stall in stalls},
        workspace,
        SlackClient(workspace, http, SIGNING_SECRET),
        {stall.name: Courier(stall.shop, http, stall.retries, sleep=asyncio.sleep, rng=rng) for stall in stalls},
    )
