"""A WooCommerce shop and a server that is killed in the middle: what was lost on the way is found, and counted once."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

from playground.courier import WOOCOMMERCE_RETRIES, Courier
from playground.ids import Ids
from playground.slack.server import serve
from playground.woocommerce.app import woocommerce_app
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site
from tests.flows.instance import Instance, free_port, until

KEY = {"authorization": "Bearer letmein"}
SETTINGS = SiteSettings("ck_flow", "cs_flow", "flow-secret")


async def test_a_kill_in_the_middle_of_a_rush_loses_and_doubles_nothing(tmp_path: Path) -> None:
    site = Site(SETTINGS, time.time, Ids(random.Random(2)))
    site.add_product("MUG", 500)
    async with serve(woocommerce_app(site)) as url:
        env = {
            "SYNCSTATE_DATA_DIR": str(tmp_path / "data"),
            "SYNCSTATE_API_TOKENS": "flow:admin:letmein",
            "WOOCOMMERCE_URL": url,
            "WOOCOMMERCE_KEY": SETTINGS.key,
            "WOOCOMMERCE_SECRET": SETTINGS.secret,
            "WOOCOMMERCE_WEBHOOK_SECRET": SETTINGS.webhook_secret,
        }
        instance = Instance(env, free_port(), tmp_path)
        courier = Courier(site, instance.http, WOOCOMMERCE_RETRIES, sleep=asyncio.sleep, rng=random.Random(1))
        await run_job(instance, "orders")
        await instance.start()
        try:
            await instance.http.put("/api/inventory/MUG", json={"physical": 500}, headers=KEY)
            bought = [site.buy([("MUG", 2)]) for _ in range(60)]
            delivering = asyncio.create_task(courier.drain())
            await until(lambda: len(courier.attempts) >= 20, 20.0)
            await instance.kill()
            await delivering
            assert courier.given_up
            site.refund(bought[0].id, {bought[0].lines[0].id: 1}, restock=True)
            site.cancel(bought[1].id)
            site.outbox.take_all()

            await run_job(instance, "orders")
            await instance.start()

            answer = await instance.http.get("/api/inventory/MUG?fresh=1", headers=KEY)
            assert answer.json()["physical"] == 500 - 120 + 1 + 2 == site.quantity("MUG")
        finally:
            await instance.stop()


async def run_job(instance: Instance, name: str) -> None:
    """Run a job by the command, while no server holds the file."""
    command = (sys.executable, "-m", "cli", "job", name)
    process = await asyncio.create_subprocess_exec(*command, cwd=instance.folder, env=instance.whole_env())
    assert await process.wait() == 0
