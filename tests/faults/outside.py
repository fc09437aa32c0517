"""The world around instances under fault: Slack and three shops as stand-ins, every call to them heard as it comes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from playground.door import hang_up, read_body
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.shop import Shop
from playground.slack.api import slack_app
from playground.slack.seed import sample_workspace
from playground.slack.server import serve
from playground.slack.workspace import Workspace
from playground.woocommerce.app import woocommerce_app
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site
from tests.faults.mail import AMAZON_SECRET, SHOPIFY_SECRET
from tests.flows.town import SELLER, SHOP, variables

SLACK, SHOPIFY, AMAZON, WOOCOMMERCE = "slack", "shopify", "amazon", "woocommerce"
_SITE = SiteSettings("ck_faults", "cs_faults", "faults-woocommerce-secret")
PUSH, POST = "push", "post"
_POSTS = ("/api/chat.postMessage", "/api/chat.update")
_PUSHES = (b"inventorySetQuantities", b"fulfillment_availability")


async def go_on(_: str, __: str) -> None:
    """Nothing is to be done about it."""


def _at_once() -> float:
    return 0.0


@dataclass(slots=True)
class Outside:
    """Slack and the shops; `hear` is told of each push and post, and where, when it arrives and once it was applied.

    It is waited for. `late` says of each call how long (s) it is on its way, so that calls can overtake each other.
    """

    shop: Shop
    seller: Seller
    site: Site
    slack: Workspace
    every: dict[str, str]
    hear: Callable[[str, str], Awaitable[None]] = field(default=go_on)
    late: Callable[[], float] = field(default=_at_once)

    @property
    def variables(self) -> dict[str, str]:
        """Those of an instance that speaks with Slack, Shopify and Amazon."""
        return self.of(SLACK, SHOPIFY, AMAZON)

    def of(self, *names: str) -> dict[str, str]:
        """The variables of an instance that speaks with these alone."""
        heads = tuple(f"{name.upper()}_" for name in names) + (("SYNCSTATE_",) if SLACK in names else ())
        return {name: value for name, value in self.every.items() if name.startswith(heads)}

    def offer(self, stock: Mapping[str, int]) -> None:
        """Put the SKUs on sale in every shop, showing so many."""
        for sku, quantity in stock.items():
            self.shop.add_variant(sku, quantity)
            self.seller.add_listing(sku, quantity)
            self.site.add_product(sku, quantity)

    def shows(self, sku: str) -> tuple[int, int]:
        """What Shopify and Amazon show."""
        return self.shop.quantity(sku), self.seller.quantity(sku)

    def posts(self) -> list[str]:
        """What is said in the channel of the alerts, one text for each message."""
        return [message.text for message in self.slack.messages("alerts")]

    def posted(self) -> str:
        """All that stands there, threads included."""
        messages = self.slack.messages("alerts")
        return "\n".join(str(each) for message in messages for each in (message, *self.slack.thread(message)))


@asynccontextmanager
async def outside(rng: random.Random) -> AsyncIterator[Outside]:
    """The world on loopback while the block runs."""
    ids = Ids(rng)
    shop, seller, site = Shop(SHOP, time.time, ids), Seller(SELLER, time.time, ids), Site(_SITE, time.time, ids)
    made = Outside(shop, seller, site, sample_workspace(time.time), {})
    apps = {
        SLACK: slack_app(made.slack),
        SHOPIFY: shopify_app(shop, hang_up),
        AMAZON: amazon_app(seller, hang_up),
        WOOCOMMERCE: woocommerce_app(site, hang_up),
    }
    async with AsyncExitStack() as opened:
        urls = {name: await opened.enter_async_context(serve(_heard(name, app, made))) for name, app in apps.items()}
        made.slack.base_url = urls[SLACK]
        made.every = _variables(shop, urls)
        yield made


def _variables(shop: Shop, urls: Mapping[str, str]) -> dict[str, str]:
    found = {
        **variables(shop, f"{urls[SLACK]}/api/", urls[SHOPIFY], urls[AMAZON]),
        "SHOPIFY_WEBHOOK_SECRET": f"{SHOPIFY_SECRET},{SHOP.webhook_secret}",  # as while one is rotated
        "AMAZON_WEBHOOK_SECRET": AMAZON_SECRET,
        "WOOCOMMERCE_URL": urls[WOOCOMMERCE],
        "WOOCOMMERCE_KEY": _SITE.key,
        "WOOCOMMERCE_SECRET": _SITE.secret,
        "WOOCOMMERCE_WEBHOOK_SECRET": _SITE.webhook_secret,
    }
    del found["SYNCSTATE_API_TOKENS"]
    return found


def _heard(name: str, app: ASGIApp, world: Outside) -> ASGIApp:
    """The app; the world hears when a push or a post arrives, and again when it is done but not yet answered."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        what = _kind(scope, body)
        await asyncio.sleep(world.late())

        async def say_and_send(message: Message) -> None:
            if what and message["type"] == "http.response.start":
                await world.hear(f"{what} applied", name)
            await send(message)

        if what:
            await world.hear(f"{what} arrives", name)
        await app(scope, _again(body, receive), say_and_send)

    return answer


def _kind(scope: Scope, body: bytes) -> str:
    if scope["path"] in _POSTS:
        return POST
    return PUSH if any(sign in body for sign in _PUSHES) and scope["method"] != "GET" else ""


def _again(body: bytes, receive: Receive) -> Receive:
    left = [body]

    async def read() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return read
