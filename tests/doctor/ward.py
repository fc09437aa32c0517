"""An installation that is looked at: stand-ins for everybody outside on loopback, and settings that name them."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.marketplaces.shopify.examination import TOPICS
from core.ports import Finding
from core.stores.sqlite.examination import examine as examine_file
from doctor.areas import Patient, examine
from doctor.report import State, state_of
from parts import World
from playground.amazon.app import amazon_app
from playground.amazon.office import Office, make_office
from playground.amazon.seller import Seller
from playground.ids import Ids
from playground.shopify.app import shopify_app
from playground.shopify.shop import Shop
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve, serve_slack
from playground.slack.workspace import Workspace
from settings import Settings
from tests.flows.instance import free_port
from tests.flows.town import API_SECRET, SELLER, SHOP, variables

SECRETS = (
    BOT_TOKEN,
    SIGNING_SECRET,
    SHOP.access_token,
    SHOP.webhook_secret,
    SELLER.client_secret,
    SELLER.refresh_token,
    SELLER.webhook_secret,
    API_SECRET,
)


@dataclass(slots=True)
class Ward:
    """Everybody outside, the variables that name them, and the time that our machine shows."""

    workspace: Workspace
    shop: Shop
    seller: Seller
    office: Office
    env: dict[str, str]
    clock: Callable[[], float] = time.time
    found: dict[str, Finding] = field(default_factory=dict)

    def settle_in(self) -> None:
        """Make all that `--fix` would make, without the waits that Amazon's limits ask for."""
        folder = Path(self.env["SYNCSTATE_DATA_DIR"])
        examine_file(folder / "syncstate.db", lambda _: 10**10, mend=True)
        for topic in TOPICS:
            self.shop.webhooks.subscribe(topic, f"{self.env['SYNCSTATE_PUBLIC_URL']}/webhook/shopify", by_api=True)
        notifications = self.office.notifications
        arn = f"arn:aws:sqs:us-east-1:123456789012:{self.env['AMAZON_SQS_QUEUE_URL'].rpartition('/')[2]}"
        queue = notifications._keep({"name": "syncstate", "resource": {"sqs": {"arn": arn}}})  # noqa: SLF001
        notifications.subscriptions["ORDER_CHANGE"] = {"subscriptionId": "s", "destinationId": queue}

    def disconnect(self, *families: str) -> None:
        """Have none of the variables that begin like this."""
        for name in [each for each in self.env if each.startswith(families)]:
            del self.env[name]

    async def visit(self, *, mend: bool = False) -> dict[str, Finding]:
        """What is not simply right, by check."""
        world = World(clock=self.clock)
        areas = await examine(Patient(self.env, Settings.from_env(self.env), world, mend))
        self.found = {finding.check: finding for _, findings in areas for finding in findings}
        return {check: each for check, each in self.found.items() if state_of(each) in (State.WRONG, State.FIXED)}


@asynccontextmanager
async def a_ward(folder: Path, queue_url: str) -> AsyncIterator[Ward]:
    """An installation whose settings are right and where nothing was made yet but the data folder."""
    ids, port = Ids(random.Random(5)), free_port()
    shop, seller = Shop(SHOP, time.time, ids), Seller(SELLER, time.time, ids)
    office, workspace = make_office(seller), sample_workspace(time.time)
    async with AsyncExitStack() as served:
        slack_url = await served.enter_async_context(serve_slack(workspace))
        shop_url = await served.enter_async_context(serve(shopify_app(shop)))
        amazon_url = await served.enter_async_context(serve(amazon_app(seller, office=office)))
        env = {
            **variables(shop, slack_url, shop_url, amazon_url),
            "SYNCSTATE_DATA_DIR": str(folder / "data"),
            "SYNCSTATE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
            "SYNCSTATE_ALERTS_CHANNEL": workspace.channel("alerts").id,
            "SYNCSTATE_DIGEST_CHANNEL": workspace.channel("digest").id,
            "AMAZON_SQS_QUEUE_URL": queue_url,
            "AWS_REGION": "us-east-1",
        }
        yield Ward(workspace, shop, seller, office, env)
