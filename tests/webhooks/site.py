"""The real routes over the real core and a real file, and a client that speaks to them without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import orjson
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from core.house import House
from core.marketplaces.amazon import Amazon, AmazonAccess
from core.marketplaces.shopify import Shopify, ShopifyAccess
from core.ports import Store
from core.stores.sqlite import SqliteStore
from tests.webhooks import signing
from webhooks.app import Terms, exception_handlers, routes
from webhooks.tokens import parse_tokens

NOON = 1_800_014_400.0
HERE = ("127.0.0.1", 4711)
ELSEWHERE = ("203.0.113.9", 4711)
SHOPIFY = ShopifyAccess(webhook_secrets=(signing.SHOPIFY_SECRET, "the-next-secret"))
AMAZON = AmazonAccess(webhook_secret=signing.AMAZON_SECRET)
TERMS = Terms(
    tokens=parse_tokens(",".join(f"{role.rstrip('e')}er:{role}:{secret}" for role, secret in signing.TOKENS.items()))
)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is set."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Site:
    """An app in this process; every request goes through `client`."""

    app: Starlette
    client: httpx2.AsyncClient
    house: House
    clock: Clock
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    async def post(self, path: str, body: object, headers: dict[str, str]) -> httpx2.Response:
        """Post the body as JSON."""
        return await self.client.post(path, content=orjson.dumps(body), headers=headers)

    async def order(self, body: object, topic: str = "orders/create", **headers: str) -> httpx2.Response:
        """Post to Shopify's route, signed."""
        data = orjson.dumps(body)
        return await self.client.post("/webhook/shopify", content=data, headers=signing.shopify(data, topic, **headers))

    async def call(self, method: str, path: str, body: object = None, role: str = "admin") -> httpx2.Response:
        """Call the REST API with a token of that role."""
        content = None if body is None else orjson.dumps(body)
        return await self.client.request(method, path, content=content, headers=signing.token(role))

    async def stock(self, sku: str, physical: int) -> None:
        """Set what is on hand."""
        await self.house.service.adjust(sku, "tests", physical=physical)

    async def on_hand(self, sku: str) -> int:
        """What the store has on hand."""
        return (await self.house.store.levels([sku]))[sku].stock.physical


def client_of(app: Starlette, client: tuple[str, int] = HERE) -> httpx2.AsyncClient:
    """A client of the app at that address; what nobody foresaw comes as its 500."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=client)
    return httpx2.AsyncClient(transport=transport, base_url="http://sync.test")


@asynccontextmanager
async def open_site(
    folder: Path,
    terms: Terms = TERMS,
    *,
    shopify: ShopifyAccess = SHOPIFY,
    amazon: AmazonAccess = AMAZON,
    wrap: Callable[[Store], Store] = lambda store: store,
) -> AsyncIterator[Site]:
    """A site on a fresh file; `wrap` may put something between the core and the store."""
    clock = Clock()
    numbers = count(1)

    def fresh_id() -> str:
        return f"id{next(numbers)}"

    means: dict[str, Any] = {"clock": clock, "sleep": asyncio.sleep, "fresh_id": fresh_id}
    house = House(
        wrap(SqliteStore(folder / "stock.db", clock)),
        marketplaces=(Shopify(shopify, httpx2.AsyncClient(), **means), Amazon(amazon, httpx2.AsyncClient(), **means)),
        tellable=(),
        clock=clock,
        fresh_id=fresh_id,
        owner="tests",
        sleep=asyncio.sleep,
    )
    registry = CollectorRegistry()
    app = Starlette(
        routes=routes(house.service, terms, registry),
        exception_handlers=exception_handlers(fresh_id),
    )
    await house.open()
    async with client_of(app) as client:
        yield Site(app, client, house, clock, registry)
    await house.close()
