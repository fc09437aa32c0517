"""The world around instances under fault: Slack and two shops as stand-ins, every call to them heard as it comes."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.shop import Shop
from playground.slack.api import slack_app
from playground.slack.seed import sample_workspace
from playground.slack.server import serve
from playground.slack.workspace import Workspace
from tests.faults.mail import AMAZON_SECRET, SHOPIFY_SECRET
from tests.flows.town import SELLER, SHOP, variables

SLACK, SHOPIFY, AMAZON = "slack", "shopify", "amazon"
PUSH, POST = "push", "post"
_POSTS = ("/api/chat.postMessage", "/api/chat.update")
_PUSHES = (b"inventorySetQuantities", b"fulfillment_availability")


async def go_on(_: str, __: str) -> None:
    """Nothing is to be done about it."""


@dataclass(slots=True)
class Outside:
    """Slack and the shops; `hear` is told of each push and post, and where, when it arrives and once it was applied.

    It is waited for. `variables` are those of an instance that speaks with all of them.
    """

    shop: Shop
    seller: Seller
    workspace: Workspace
    variables: dict[str, str]
    hear: Callable[[str, str], Awaitable[None]] = field(default=go_on)

    def offer(self, stock: Mapping[str, int]) -> None:
        """Put the SKUs on sale in both shops, showing so many."""
        for sku, quantity in stock.items():
            self.shop.add_variant(sku, quantity)
            self.seller.add_listing(sku, quantity)

    def shows(self, sku: str) -> tuple[int, int]:
        """What the two shops show."""
        return self.shop.quantity(sku), self.seller.quantity(sku)

    def posts(self) -> list[str]:
        """What is said in the channel of the alerts, one text for each message."""
        return [message.text for message in self.workspace.messages("alerts")]


@asynccontextmanager
async def outside(rng: random.Random) -> AsyncIterator[Outside]:
    """The world on loopback while the block runs."""
    ids = Ids(rng)
    shop, seller = Shop(SHOP, time.time, ids), Seller(SELLER, time.time, ids)
    made = Outside(shop, seller, sample_workspace(time.time), {})
    apps = {SLACK: slack_app(made.workspace), SHOPIFY: shopify_app(shop), AMAZON: amazon_app(seller)}
    async with AsyncExitStack() as opened:
        urls = [await opened.enter_async_context(serve(_heard(name, app, made))) for name, app in apps.items()]
        made.workspace.base_url = urls[0]
        secrets = {
            "SHOPIFY_WEBHOOK_SECRET": f"{SHOPIFY_SECRET},{SHOP.webhook_secret}",  # as while one is rotated
            "AMAZON_WEBHOOK_SECRET": AMAZON_SECRET,
        }
        made.variables = {**variables(shop, f"{urls[0]}/api/", *urls[1:]), **secrets}
        del made.variables["SYNCSTATE_API_TOKENS"]
        yield made


def _heard(name: str, app: ASGIApp, world: Outside) -> ASGIApp:
    """The app; the world hears when a push or a post arrives, and again when it is done but not yet answered."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        what = _kind(scope, body)

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


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += cast("bytes", message.get("body", b""))
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    left = [body]

    async def read() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return read
