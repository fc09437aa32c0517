"""Who is outside: a shop that is told and a Slack that is posted to, on loopback, each with its own troubles."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from playground.ids import Ids
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve, serve_slack
from playground.slack.workspace import Workspace
from playground.woocommerce.app import woocommerce_app
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site

_SETTINGS = SiteSettings("ck_faults", "cs_faults", "faults-woocommerce-secret")


@dataclass(frozen=True, slots=True)
class Outside:
    """The shop, the Slack, and the variables by which an instance finds both."""

    site: Site
    slack: Workspace
    variables: Mapping[str, str]

    def posted(self) -> str:
        """All that stands in the channel for alerts, threads included."""
        messages = self.slack.messages("alerts")
        return "\n".join(str(each) for message in messages for each in (message, *self.slack.thread(message)))


@asynccontextmanager
async def outside(skus: Iterable[str]) -> AsyncIterator[Outside]:
    """A WooCommerce shop that lists the SKUs, none of which it has yet, and a Slack."""
    site = Site(_SETTINGS, time.time, Ids(random.Random(3)))
    for sku in skus:
        site.add_product(sku, 0)
    slack = sample_workspace(time.time)
    async with AsyncExitStack() as opened:
        shop_url = await opened.enter_async_context(serve(woocommerce_app(site)))
        slack_url = await opened.enter_async_context(serve_slack(slack))
        yield Outside(site, slack, _variables(shop_url, slack_url))


def _variables(shop_url: str, slack_url: str) -> Mapping[str, str]:
    return {
        "WOOCOMMERCE_URL": shop_url,
        "WOOCOMMERCE_KEY": _SETTINGS.key,
        "WOOCOMMERCE_SECRET": _SETTINGS.secret,
        "WOOCOMMERCE_WEBHOOK_SECRET": _SETTINGS.webhook_secret,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack_url,
        "SYNCSTATE_ALERTS_CHANNEL": "#alerts",
    }
