"""Periodic jobs run by hand, by the command, with the settings of the instance."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from playground.faults import Fault
from tests.flows.instance import until
from tests.flows.town import Town, town

SKU = "TEE-RED-M"


async def test_the_digest_says_what_was_sold(store: Mapping[str, str], tmp_path: Path) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.set_stock(SKU, 50)
        await until(lambda: here.shows(SKU) == (50, 50), 10.0)
        here.shop.faults.switch_on(Fault.DUPLICATE)
        here.shop.buy([(SKU, 3)])
        await here.deliver()
        await here.instance.kill()

        assert await _run_job(here, "digest") == 0

        digest = here.workspace.messages("digest")
        assert len(digest) == 1
        assert "3 sold" in digest[0].content.text


async def test_orders_whose_webhooks_were_lost_are_found(store: Mapping[str, str], tmp_path: Path) -> None:
    async with town(tmp_path, store, {SKU: 0}) as here:
        await here.set_stock(SKU, 50)
        await until(lambda: here.shows(SKU) == (50, 50), 10.0)
        await here.instance.kill()
        here.shop.buy([(SKU, 3)])

        assert await _run_job(here, "orders") == 0

        await here.instance.start()
        assert await here.physical(SKU) == 47


async def _run_job(here: Town, name: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "job", name, cwd=here.instance.folder, env=here.instance.whole_env()
    )
    return await process.wait()
