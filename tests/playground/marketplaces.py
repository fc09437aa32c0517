"""What the tests of the marketplace stand-ins share: a clock to turn, clients, and an inbox that receives."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import httpx2
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from playground.amazon.settings import SellerSettings
from playground.courier import Courier, RetryPlan
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from playground.stand_in import StandIn

Json: TypeAlias = dict[str, Any]

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
STARTED = 1_795_457_100.25
TOKEN = "shpat_test"
GRAPHQL = "/admin/api/2026-10/graphql.json"


class Clock:
    """Epoch seconds that stand still until they are advanced."""

    def __init__(self) -> None:
        self.now = STARTED

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)


def make_shop(clock: Clock | None = None) -> Shop:
    settings = ShopSettings(
        access_token=TOKEN, webhook_secret="hush", client_id="client", client_secret="client-secret"
    )
    return Shop(settings, clock or Clock(), Ids(Random(1)))


def make_seller(clock: Clock | None = None) -> Seller:
    settings = SellerSettings("amzn1.client", "client-secret", "Atzr|refresh", "hush")
    return Seller(settings, clock or Clock(), Ids(Random(2)))


def in_process(app: Starlette) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://stand-in")


@asynccontextmanager
async def shop_client(shop: Shop) -> AsyncIterator[httpx2.AsyncClient]:
    async with in_process(shopify_app(shop)) as client:
        client.headers["X-Shopify-Access-Token"] = TOKEN
        yield client


@asynccontextmanager
async def seller_client(seller: Seller) -> AsyncIterator[httpx2.AsyncClient]:
    async with in_process(amazon_app(seller)) as client:
        form = {"grant_type": "refresh_token", "refresh_token": "Atzr|refresh"}
        answer = await client.post("/auth/o2/token", data=form | amazon_app_credentials())
        client.headers["x-amz-access-token"] = answer.json()["access_token"]
        yield client


def amazon_app_credentials() -> dict[str, str]:
    return {"client_id": "amzn1.client", "client_secret": "client-secret"}


async def ask(shop: Shop, operation: str, /, **variables: object) -> Json:
    """Post one operation and return the whole answer."""
    async with shop_client(shop) as client:
        answer = await client.post(GRAPHQL, json={"query": operation, "variables": variables})
    assert answer.status_code == 200
    body: Json = answer.json()
    return body


async def data_of(shop: Shop, operation: str, /, **variables: object) -> Json:
    """Post one operation that must not fail, and return its data."""
    body = await ask(shop, operation, **variables)
    assert "errors" not in body, body
    data: Json = body["data"]
    return data


def bodies(stand_in: StandIn, topic: str) -> list[Json]:
    """Return every body that was ever queued under a topic, oldest first."""
    return [orjson.loads(sent.body) for sent in stand_in.outbox.history if sent.topic == topic]


def topics(stand_in: StandIn) -> list[str]:
    """Return the topics that are pending, in order, and forget them."""
    return [sent.topic for sent in stand_in.outbox.take_all()]


class Inbox:
    """An app that accepts webhooks, or answers the statuses it is told to first."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self.received: list[tuple[Mapping[str, str], bytes]] = []
        self.app = Starlette(routes=[Route("/{path:path}", self._accept, methods=["POST"])])

    @property
    def ids(self) -> list[str]:
        return [headers["x-shopify-webhook-id"] for headers, _ in self.received]

    async def _accept(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        return Response(status_code=self._statuses.pop(0) if self._statuses else 200)


@asynccontextmanager
async def courier_to(inbox: Inbox, stand_in: StandIn, clock: Clock, plan: RetryPlan) -> AsyncIterator[Courier]:
    """Make a courier that delivers in order, and whose waiting advances the clock."""
    async with in_process(inbox.app) as client:
        yield Courier(stand_in, client, plan, sleep=clock.sleep, rng=Random(3), parallel=1)


ITEMS = "/listings/2021-08-01/items/A1PLAYGROUND00/"
US = {"marketplaceIds": "ATVPDKIKX0DER"}


def mug_seller(clock: Clock | None = None, *, lead_time_days: int | None = None, fba: int | None = None) -> Seller:
    """Return a seller with 9 mugs listed."""
    seller = make_seller(clock)
    seller.add_listing("MUG", 9, title="A mug", lead_time_days=lead_time_days, fba=fba)
    return seller


def patch_of(op: str = "merge", path: str = "/attributes/fulfillment_availability", **entry: object) -> Json:
    """Return a patch request of one entry, by default of the seller's own stock."""
    entry = {"fulfillment_channel_code": "DEFAULT"} | entry
    return {"productType": "PRODUCT", "patches": [{"op": op, "path": path, "value": [entry]}]}


async def send_patch(seller: Seller, body: object, sku: str = "MUG", **params: str) -> httpx2.Response:
    """Patch a listing, its SKU as it stands in the path."""
    async with seller_client(seller) as client:
        return await client.request("PATCH", ITEMS + sku, params=US | params, json=body)
