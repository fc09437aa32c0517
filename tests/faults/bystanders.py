"""Who stands by: two shops that are told and a Slack that is posted to, on loopback, each with its own troubles."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from playground.amazon.settings import SellerSettings
from playground.door import hang_up
from playground.ids import Ids
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve, serve_slack
from playground.slack.workspace import Workspace
from playground.woocommerce.app import woocommerce_app
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site
from tests.faults.mail import AMAZON_SECRET

_SETTINGS = SiteSettings("ck_faults", "cs_faults", "faults-woocommerce-secret")
_SELLER = SellerSettings("faults-client", "faults-client-secret", "faults-refresh", AMAZON_SECRET)


@dataclass(frozen=True, slots=True)
class Bystanders:
    """The shops, the Slack, and the variables by which an instance finds each of them."""

    site: Site
    seller: Seller
    slack: Workspace
    woocommerce: Mapping[str, str]
    amazon: Mapping[str, str]
    chat: Mapping[str, str]

    def posted(self) -> str:
        """All that stands in the channel for alerts, threads included."""
        messages = self.slack.messages("alerts")
        return "\n".join(str(each) for message in messages for each in (message, *self.slack.thread(message)))


@asynccontextmanager
async def bystanders(skus: Iterable[str], late: Callable[[], float] | None = None) -> AsyncIterator[Bystanders]:
    """A WooCommerce shop and an Amazon seller that list the SKUs, none of which they have yet, and a Slack.

    `late` draws for each call to a shop how long (s) it is on its way, so that calls arrive in another order.
    """
    site = Site(_SETTINGS, time.time, Ids(random.Random(3)))
    seller = Seller(_SELLER, time.time, Ids(random.Random(4)))
    for sku in skus:
        site.add_product(sku, 0)
        seller.add_listing(sku, 0)
    slack = sample_workspace(time.time)
    async with AsyncExitStack() as opened:
        shop_url = await opened.enter_async_context(serve(_late(woocommerce_app(site, hang_up), late)))
        amazon_url = await opened.enter_async_context(serve(_late(amazon_app(seller, hang_up), late)))
        slack_url = await opened.enter_async_context(serve_slack(slack))
        yield Bystanders(site, seller, slack, _woocommerce(shop_url), _amazon(amazon_url), _chat(slack_url))


def _late(app: ASGIApp, late: Callable[[], float] | None) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if late is not None:
            await asyncio.sleep(late())
        await app(scope, receive, send)

    return answer


def _woocommerce(url: str) -> Mapping[str, str]:
    return {
        "WOOCOMMERCE_URL": url,
        "WOOCOMMERCE_KEY": _SETTINGS.key,
        "WOOCOMMERCE_SECRET": _SETTINGS.secret,
        "WOOCOMMERCE_WEBHOOK_SECRET": _SETTINGS.webhook_secret,
    }


def _amazon(url: str) -> Mapping[str, str]:
    return {
        "AMAZON_SELLER_ID": _SELLER.seller_id,
        "AMAZON_MARKETPLACE_ID": _SELLER.marketplace_id,
        "AMAZON_LWA_CLIENT_ID": _SELLER.client_id,
        "AMAZON_LWA_CLIENT_SECRET": _SELLER.client_secret,
        "AMAZON_LWA_REFRESH_TOKEN": _SELLER.refresh_token,
        "AMAZON_SP_API_URL": url,
        "AMAZON_LWA_URL": f"{url}/auth/o2/token",
    }


def _chat(url: str) -> Mapping[str, str]:
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": url,
        "SYNCSTATE_ALERTS_CHANNEL": "#alerts",
    }
