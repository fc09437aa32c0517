"""What the houses over one stand-in channel share: a store to look into, jobs, and alerts."""

from __future__ import annotations

from dataclasses import dataclass

from core.alerts import Alert
from core.house import House
from core.jobs import Runner
from core.ports import Store
from tests.core.stand_ins import FOREVER, until


@dataclass(frozen=True, slots=True)
class ChannelHouse:
    """The house and its jobs."""

    house: House
    runner: Runner

    @property
    def store(self) -> Store:
        """What the house stores in."""
        return self.house.store

    async def count(self, sku: str, physical: int) -> None:
        """Set what is on hand."""
        await self.house.service.adjust(sku, "tests", physical=physical)
        await self.settled()

    async def settled(self) -> None:
        """Until all that follows from what was committed has been done."""

        async def is_done() -> bool:
            return not await self.store.unfinished(FOREVER, 1)

        await until(is_done)

    async def on_hand(self, sku: str) -> int:
        """What the store has on hand."""
        return (await self.store.levels([sku]))[sku].stock.physical

    async def alerts(self) -> list[Alert]:
        """What is not resolved, newest first."""
        return list((await self.store.list_alerts("", "", 100)).items)
