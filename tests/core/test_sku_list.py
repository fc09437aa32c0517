"""The SKUs in memory: read in the background, and added to as they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.adjustments import Adjustment
from core.errors import Unavailable
from core.house import House
from core.ports import Page
from core.sku_list import SkuList
from tests.core.stand_ins import NOON, HandClock, SteppedStore, until


async def fill(store: SteppedStore, *skus: str) -> None:
    await store.commit([Adjustment(f"count#{sku}", sku, NOON, "ann", physical=1) for sku in skus])


async def test_all_that_is_stored_is_found_the_first_time(store: SteppedStore, clock: HandClock) -> None:
    await fill(store, *(f"TEE-{number:04d}" for number in range(2_500)))
    skus = SkuList(store, clock)

    assert (await skus.find("tee-2499", 5))[0] == "TEE-2499"
    await skus.stop()


async def test_it_is_read_again_after_ten_minutes_and_not_before(store: SteppedStore, clock: HandClock) -> None:
    await fill(store, "TEE")
    skus = SkuList(store, clock)
    await skus.find("tee", 5)
    await fill(store, "TEETH")

    clock.advance(599)
    assert await skus.find("tee", 5) == ["TEE"]
    clock.advance(2)
    await skus.find("tee", 5)

    async def is_read() -> bool:
        return await skus.find("tee", 5) == ["TEE", "TEETH"]

    await until(is_read)
    await skus.stop()


async def test_what_is_set_or_linked_here_is_found_at_once(house: House) -> None:
    await house.service.find("tee", 5)

    await house.service.adjust("TEE-RED-M", "ann", physical=5)
    await house.service.link("TEE-BLUE-M", {"shopify": "gid://shopify/InventoryItem/1"})

    assert list(await house.service.find("tee", 5)) == ["TEE-RED-M", "TEE-BLUE-M"]
    await house.service.stop()


class Failing(SteppedStore):
    """Lists no SKUs while it is broken."""

    broken = True

    async def list_skus(self, cursor: str, limit: int) -> Page[str]:
        if self.broken:
            raise Unavailable("the store is away")
        return await super().list_skus(cursor, limit)


async def test_while_the_store_is_away_what_is_known_is_found_and_then_all(
    tmp_path: Path, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    store = Failing(tmp_path / "stock.db", clock)
    await store.open()
    await fill(store, "TEE", "TEETH")
    skus = SkuList(store, clock)
    skus.add(["TEETH"])

    assert await skus.find("tee", 5) == ["TEETH"]
    assert "the list of SKUs is not complete" in caplog.text
    store.broken = False
    assert await skus.find("tee", 5) == ["TEE", "TEETH"]
    await skus.stop()
    await store.close()
