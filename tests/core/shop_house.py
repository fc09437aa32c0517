"""A house whose one channel is the real Shopify, over a stand-in shop in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.house import House
from core.stores.sqlite import SqliteStore
from playground.shopify.settings import ShopSettings
from playground.shopify.shop import Shop
from tests.core.channel_house import ChannelHouse
from tests.core.marketplaces.support import SECRET, SHOP_SETTINGS, ShopWorld, open_shop
from tests.core.stand_ins import numbered

ADDRESS = "https://stock.example"


@dataclass(frozen=True, slots=True)
class ShopHouse(ChannelHouse):
    """The shop, the house and its jobs, on one clock that stands still."""

    world: ShopWorld

    @property
    def shop(self) -> Shop:
        """The stand-in."""
        return self.world.shop

    async def stock(self, sku: str, physical: int) -> None:
        """Put the SKU on sale and set what is on hand."""
        self.shop.add_variant(sku, physical)
        await self.count(sku, physical)

    async def job(self, name: str, later: float = 0.0) -> None:
        """Run a job, after so many seconds."""
        self.world.time.at += later
        await self.runner.run_now(name)

    async def is_calm(self) -> bool:
        """Whether there is no alert."""
        return not await self.alerts()


@asynccontextmanager
async def open_shop_house(
    folder: Path, settings: ShopSettings = SHOP_SETTINGS, **access: object
) -> AsyncIterator[ShopHouse]:
    """A house on a file in the folder; its address is known to the shop unless the access says otherwise."""
    async with open_shop(settings, **{"public_url": ADDRESS, "webhook_secrets": (SECRET,), **access}) as world:
        house = House(
            SqliteStore(folder / "stock.db", world.time.clock),
            marketplaces=(world.shopify,),
            tellable=(world.shopify,),
            clock=world.time.clock,
            sleep=world.time.sleep,
            fresh_id=numbered(),
            owner="one",
        )
        await house.open()
        yield ShopHouse(house, house.runner(), world)
        await house.close()
