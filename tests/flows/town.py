"""A town of stand-ins around one instance: Slack, Shopify and Amazon on loopback, and people who use them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from playground.amazon.settings import SellerSettings
from playground.courier import AMAZON_RETRIES, SHOPIFY_RETRIES, Courier
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from playground.slack.client import SlackClient
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve, serve_slack
from playground.slack.workspace import Workspace
from tests.flows.instance import Instance, free_port

SHOPIFY_SECRET = "town-shopify-secret"
AMAZON_SECRET = "town-amazon-secret"
API_SECRET = "town-api-secret"
SHOP = ShopSettings("shpat-town", SHOPIFY_SECRET)
SELLER = SellerSettings("town-client", "town-client-secret", "town-refresh", AMAZON_SECRET)


@dataclass(frozen=True, slots=True)
class Town:
    """The instance and everybody around it."""

    instance: Instance
    shop: Shop
    seller: Seller
    workspace: Workspace
    operator: SlackClient
    couriers: tuple[Courier, Courier]

    async def deliver(self) -> None:
        """Have every webhook that waits delivered."""
        await asyncio.gather(*[courier.drain() for courier in self.couriers])

    async def set_stock(self, sku: str, physical: int, buffer: int = 0) -> None:
        """Set a SKU's stock by the REST API."""
        body = {"physical": physical, "buffer": buffer}
        answer = await self.instance.http.put(f"/api/inventory/{sku}", json=body, headers=_bearer())
        assert answer.status_code == 200, answer.text

    async def ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What the REST API answers."""
        answer = await self.instance.http.get(path, headers=_bearer())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def physical(self, sku: str) -> int:
        """What is on hand, read through every cache."""
        return int((await self.ask(f"/api/inventory/{sku}?fresh=1"))["physical"])

    def shows(self, sku: str) -> tuple[int, int]:
        """What Shopify and Amazon show."""
        return self.shop.quantity(sku), self.seller.quantity(sku)


@asynccontextmanager
async def town(folder: Path, store: Mapping[str, str], stock: Mapping[str, int]) -> AsyncIterator[Town]:
    """A town whose shops list so many units of each SKU, and an instance on the store that the variables name."""
    ids = Ids(random.Random(time.time_ns()))
    shop, seller = Shop(SHOP, time.time, ids), Seller(SELLER, time.time, ids)
    for sku, quantity in stock.items():
        shop.add_variant(sku, quantity)
        seller.add_listing(sku, quantity)
    workspace = sample_workspace(time.time)
    async with AsyncExitStack() as open_now:
        slack_url = await open_now.enter_async_context(serve_slack(workspace))
        shop_url = await open_now.enter_async_context(serve(shopify_app(shop)))
        amazon_url = await open_now.enter_async_context(serve(amazon_app(seller)))
        port = free_port()
        instance = Instance({**variables(shop, slack_url, shop_url, amazon_url), **store}, port, folder)
        await instance.start()
        open_now.push_async_callback(instance.stop)
        couriers = tuple(
            Courier(each, instance.http, plan, sleep=asyncio.sleep, rng=random.Random(1))
            for each, plan in ((shop, SHOPIFY_RETRIES), (seller, AMAZON_RETRIES))
        )
        operator = SlackClient(workspace, instance.http, SIGNING_SECRET)
        yield Town(instance, shop, seller, workspace, operator, (couriers[0], couriers[1]))


def variables(shop: Shop, slack_url: str, shop_url: str, amazon_url: str) -> dict[str, str]:
    """The variables that name the stand-ins at these addresses."""
    return {
        "SYNCSTATE_API_TOKENS": f"town:admin:{API_SECRET}",
        "SYNCSTATE_ALERTS_CHANNEL": "#alerts",
        "SYNCSTATE_DIGEST_CHANNEL": "#digest",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack_url,
        "SHOPIFY_SHOP": SHOP.domain,
        "SHOPIFY_ACCESS_TOKEN": SHOP.access_token,
        "SHOPIFY_WEBHOOK_SECRET": SHOPIFY_SECRET,
        "SHOPIFY_LOCATION_ID": str(shop.catalog.primary.id),
        "SHOPIFY_API_URL": shop_url,
        "AMAZON_SELLER_ID": SELLER.seller_id,
        "AMAZON_MARKETPLACE_ID": SELLER.marketplace_id,
        "AMAZON_LWA_CLIENT_ID": SELLER.client_id,
        "AMAZON_LWA_CLIENT_SECRET": SELLER.client_secret,
        "AMAZON_LWA_REFRESH_TOKEN": SELLER.refresh_token,
        "AMAZON_WEBHOOK_SECRET": AMAZON_SECRET,
        "AMAZON_SP_API_URL": amazon_url,
        "AMAZON_LWA_URL": f"{amazon_url}/auth/o2/token",
    }


def _bearer() -> dict[str, str]:
    return {"authorization": f"Bearer {API_SECRET}"}
