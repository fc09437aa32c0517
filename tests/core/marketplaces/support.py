"""What the tests of this folder share: a time that passes only when asked, and marketplaces over the stand-ins."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random

import httpx2
import orjson
import pytest

from core.marketplaces.amazon import Amazon, AmazonAccess
from core.marketplaces.amazon.letters import Queue
from core.marketplaces.shopify import Shopify, ShopifyAccess
from core.ports import Want
from playground.amazon.app import amazon_app
from playground.amazon.office import Office, make_office
from playground.amazon.seller import Seller
from playground.amazon.settings import SellerSettings
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from playground.stand_in import Call

NOON = 1_795_521_600.0
SECRET = "hush"
SHOP_SETTINGS = ShopSettings("shpat_known", SECRET, client_id="app", client_secret="app-secret")
SELLER_SETTINGS = SellerSettings("amzn1.client", "lwa-secret", "Atzr|refresh", SECRET)
SAMPLES = next(
    (found for each in Path(__file__).parents[4:] if (found := each / "shared" / "samples").is_dir()),
    Path("shared/samples"),
)


@dataclass(slots=True)
class FakeTime:
    """A clock that only `sleep` moves, and the sleeps there were; while it is `stopped`, sleep has no end."""

    at: float = NOON
    slept: list[float] = field(default_factory=list)
    stopped: bool = False

    def clock(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.stopped:
            await asyncio.Event().wait()
        self.at += seconds


def counting(prefix: str) -> Callable[[], str]:
    """Ids that count up, so that a test can name them."""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def sign(body: bytes, secret: str = SECRET) -> str:
    """The value of X-Shopify-Hmac-SHA256."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def no_network(**access: object) -> Shopify:
    """A Shopify that can verify and parse, and whose every call fails."""
    given: dict[str, object] = {"webhook_secrets": (SECRET,), "location_id": "55"} | access
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(unreachable))
    time = FakeTime()
    return Shopify(
        replace(ShopifyAccess(), **given),  # type: ignore[arg-type]
        client,
        clock=time.clock,
        sleep=time.sleep,
        fresh_id=counting("fresh"),
    )


def unreachable(request: httpx2.Request) -> httpx2.Response:
    """The answer of a network that is down."""
    raise httpx2.ConnectError("nobody is there", request=request)


@dataclass(frozen=True, slots=True)
class ShopWorld:
    """A stand-in shop, the Shopify that pushes to it, and the time they share."""

    shop: Shop
    shopify: Shopify
    time: FakeTime

    def item(self, sku: str) -> str:
        """The global id of the SKU's inventory item."""
        return f"gid://shopify/InventoryItem/{self.shop.catalog.find(sku).item_id}"

    def over(self, client: httpx2.AsyncClient) -> Shopify:
        """Another Shopify for the same shop, over another client."""
        access = ShopifyAccess(
            api_url="http://shop.test",
            access_token=self.shop.settings.access_token,
            location_id=str(self.shop.catalog.primary.id),
        )
        return Shopify(access, client, clock=self.time.clock, sleep=self.time.sleep, fresh_id=counting("other"))

    def documents(self) -> list[str]:
        """The names of the operations that were sent, in order."""
        bodies = [orjson.loads(call.body) for call in self.shop.calls if call.path.endswith("graphql.json")]
        return [body["query"].split("(")[0].split()[1] for body in bodies]

    def sent(self, name: str) -> list[Mapping[str, object]]:
        """The variables of each sent operation of that name."""
        bodies = [orjson.loads(call.body) for call in self.shop.calls if call.path.endswith("graphql.json")]
        return [body["variables"] for body in bodies if f" {name}(" in body["query"]]


@asynccontextmanager
async def open_shop(settings: ShopSettings = SHOP_SETTINGS, **access: object) -> AsyncIterator[ShopWorld]:
    """A shop in this process, with time standing still."""
    time = FakeTime()
    shop = Shop(settings, time.clock, Ids(Random(7)))
    given = {"access_token": settings.access_token} | access
    keys = replace(
        ShopifyAccess(shop="unit", api_url="http://shop.test", location_id=str(shop.catalog.primary.id)),
        **given,  # type: ignore[arg-type]
    )
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(shopify_app(shop))) as client:
        yield ShopWorld(
            shop,
            Shopify(keys, client, clock=time.clock, sleep=time.sleep, fresh_id=counting("key")),
            time,
        )


@dataclass(frozen=True, slots=True)
class SellerWorld:
    """A stand-in seller, the Amazon that pushes to it, the time they share, and what else Amazon keeps for it."""

    seller: Seller
    amazon: Amazon
    time: FakeTime
    office: Office

    def over(self, client: httpx2.AsyncClient, queue: Queue | None = None) -> Amazon:
        """Another Amazon for the same seller, over another client."""
        clock, sleep, fresh_id = self.time.clock, self.time.sleep, counting("other")
        return Amazon(seller_access(), client, clock=clock, sleep=sleep, fresh_id=fresh_id, queue=queue)

    def sent(self, method: str, path: str) -> list[Call]:
        """The calls of that method whose path begins like that, oldest first."""
        return [call for call in self.seller.calls if call.method == method and call.path.startswith(path)]


@asynccontextmanager
async def open_seller(queue: Queue | None = None, **access: str) -> AsyncIterator[SellerWorld]:
    """A seller in this process, with time standing still; `queue` is where its notifications go."""
    time = FakeTime()
    seller = Seller(SELLER_SETTINGS, time.clock, Ids(Random(7)))
    office = make_office(seller)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(amazon_app(seller, office=office))) as client:
        keys, fresh_id = replace(seller_access(), **access), counting("fresh")
        amazon = Amazon(keys, client, clock=time.clock, sleep=time.sleep, fresh_id=fresh_id, queue=queue)
        yield SellerWorld(seller, amazon, time, office)


def seller_access() -> AmazonAccess:
    """Our keys to the stand-in seller."""
    settings = SELLER_SETTINGS
    return AmazonAccess(
        seller_id=settings.seller_id,
        marketplace_id=settings.marketplace_id,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        refresh_token=settings.refresh_token,
        webhook_secret=SECRET,
        api_url="http://amazon.test",
        lwa_url="http://amazon.test/auth/o2/token",
    )


def want(sku: str, quantity: int, listing: str = "", expected: int | None = None) -> Want:
    """One want, with a key of its own."""
    return Want(sku, listing, quantity, expected, f"{sku}@{quantity}")


def sample(path: str) -> Path:
    """A file of the shared samples; skips the test where they are not at hand."""
    found = SAMPLES / path
    if not found.exists():
        pytest.skip(f"the shared samples are not at hand: {path}")
    return found


JUNK: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    1e300,
    "",
    "x" * 300,
    "\x00",
    "\ud800",
    "gid://shopify/",
    "gid://[/?inventory_item_id=\ud800",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    [],
    [[]],
    {},
    {"": []},
)


def spoilt(body: object) -> Iterator[object]:
    """The body with each of its parts in turn replaced by each kind of junk."""
    yield from JUNK
    if isinstance(body, dict):
        for key, value in body.items():
            yield from ({**body, key: each} for each in spoilt(value))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from ([*body[:index], each, *body[index + 1 :]] for each in spoilt(value))
