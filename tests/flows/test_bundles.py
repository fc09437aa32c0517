"""A bundle in the whole town: sold in one shop, its parts and itself shown right in both, through a kill."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.flows.instance import until
from tests.flows.town import Town, town

TEE, MUG, KIT = "TEE-RED-M", "MUG", "GIFT-SET"
WITHIN = 30.0


async def test_a_bundle_follows_its_parts_and_its_parts_follow_it(store: Mapping[str, str], tmp_path: Path) -> None:
    async with town(tmp_path, store, {TEE: 0, MUG: 0, KIT: 0}) as here:
        await here.set_stock(TEE, 11)
        await here.set_stock(MUG, 9)
        await here.operator.command("operator", "stock", f"bundle {KIT} 2 {TEE} 1 {MUG}")
        await until(lambda: here.shows(KIT) == (5, 5), WITHIN)

        here.shop.buy([(KIT, 2)])
        await here.deliver()
        await until(lambda: shown(here) == {TEE: (7, 7), MUG: (7, 7), KIT: (3, 3)}, WITHIN)

        here.shop.buy([(TEE, 4)])
        await here.instance.kill()
        await here.instance.start()
        await here.deliver()
        await until(lambda: shown(here) == {TEE: (3, 3), MUG: (7, 7), KIT: (1, 1)}, WITHIN)

        await here.set_stock(MUG, 0)
        await until(lambda: here.shows(KIT) == (0, 0), WITHIN)
        assert await here.physical(TEE) == 3


def shown(here: Town) -> dict[str, tuple[int, int]]:
    return {sku: here.shows(sku) for sku in (TEE, MUG, KIT)}
