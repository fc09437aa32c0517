"""A house whose one channel is the real WooCommerce, over a stand-in shop in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx2
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from core.house import House
from core.marketplaces.woocommerce import WooAccess, WooCommerce
from core.stores.sqlite import SqliteStore
from playground.courier import WOOCOMMERCE_RETRIES, Courier
from playground.ids import Ids
from playground.woocommerce.app import woocommerce_app
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site
from tests.core.channel_house import ChannelHouse
from tests.core.marketplaces.support import SECRET, FakeTime
from tests.core.stand_ins import numbered
from tests.webhooks.site import client_of
from webhooks.app import Terms, exception_handlers, routes

ADDRESS = "http://sync.test"
SETTINGS = SiteSettings("ck_known", "cs_known", SECRET, callback=f"{ADDRESS}/webhook/woocommerce")
ACCESS = WooAccess("http://woo.test", SETTINGS.key, SETTINGS.secret, (SECRET,), ADDRESS)


@dataclass(frozen=True, slots=True)
class WooWorld:
    """A stand-in shop, the WooCommerce that speaks to it, and the time they share."""

    site: Site
    woo: WooCommerce
    time: FakeTime

    def over(self, client: httpx2.AsyncClient) -> WooCommerce:
        """Another WooCommerce for the same shop, over another client."""
        return WooCommerce(ACCESS, client, clock=self.time.clock, sleep=self.time.sleep)

    def sent(self, method: str, path: str = "") -> list[str]:
        """The paths of the calls of that method below wc/v3 that begin like that, in order."""
        paths = [call.path.partition("/wc/v3")[2] for call in self.site.calls if call.method == method]
        return [found for found in paths if found.startswith(path)]


@asynccontextmanager
async def open_woo(settings: SiteSettings = SETTINGS, **access: object) -> AsyncIterator[WooWorld]:
    """A shop in this process, with time standing still."""
    time = FakeTime()
    site = Site(settings, time.clock, Ids(Random(7)))
    keys = replace(ACCESS, **access)  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(woocommerce_app(site))) as client:
        yield WooWorld(site, WooCommerce(keys, client, clock=time.clock, sleep=time.sleep), time)


@dataclass(frozen=True, slots=True)
class WooHouse(ChannelHouse):
    """The shop, the house behind its real routes, and the courier between them."""

    world: WooWorld
    client: httpx2.AsyncClient
    courier: Courier

    @property
    def site(self) -> Site:
        """The stand-in."""
        return self.world.site

    async def stock(self, sku: str, physical: int) -> None:
        """Put the SKU on sale and set what is on hand."""
        self.site.add_product(sku, physical)
        await self.count(sku, physical)

    async def deliver(self, *topics: str) -> None:
        """Bring what waits of these topics (none: all) to the routes, signed; the rest is lost."""
        for sent in self.site.outbox.take_all():
            if not topics or sent.topic in topics:
                self.site.outbox.put(sent)
        await self.courier.drain()

    async def job(self, name: str, later: float = 0.0) -> None:
        """Run a job, after so many seconds."""
        self.world.time.at += later
        await self.runner.run_now(name)


@asynccontextmanager
async def open_woo_house(folder: Path, settings: SiteSettings = SETTINGS, **access: object) -> AsyncIterator[WooHouse]:
    """A house on a file in the folder, behind the product's own routes."""
    async with open_woo(settings, **access) as world:
        house = House(
            SqliteStore(folder / "stock.db", world.time.clock),
            marketplaces=(world.woo,),
            tellable=(world.woo,),
            clock=world.time.clock,
            sleep=world.time.sleep,
            fresh_id=numbered(),
            owner="one",
        )
        app = Starlette(
            routes=routes(house.service, Terms(), CollectorRegistry()),
            exception_handlers=exception_handlers(numbered()),
        )
        await house.open()
        async with client_of(app) as client:
            sleep = world.time.sleep
            courier = Courier(world.site, client, WOOCOMMERCE_RETRIES, sleep=sleep, rng=Random(1), parallel=1)
            yield WooHouse(house, house.runner(), world, client, courier)
        await house.close()
