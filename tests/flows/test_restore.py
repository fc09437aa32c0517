"""A backup put back: what came since comes again, by the shop's own webhooks or by being fetched, and counts once."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

from tests.faults.mail import SHOPIFY_SECRET, Letter, Mail
from tests.faults.model import on_hand
from tests.flows.instance import Instance, free_port, until
from tests.flows.town import town

TOKEN = {"authorization": "Bearer letmein"}
STOCK = {f"SKU-{number}": 200 for number in range(5)}
TEE = "TEE-RED-M"


async def test_webhooks_that_are_sent_again_after_a_restore_count_once(tmp_path: Path) -> None:
    env = {
        "SYNCSTATE_DATA_DIR": str(tmp_path / "data"),
        "SYNCSTATE_API_TOKENS": "flow:admin:letmein",
        "SHOPIFY_WEBHOOK_SECRET": SHOPIFY_SECRET,
    }
    instance = Instance(env, free_port(), tmp_path)
    await instance.start()
    try:
        for sku, units in STOCK.items():
            await instance.http.put(f"/api/inventory/{sku}", json={"physical": units}, headers=TOKEN)
        mail = Mail(random.Random(5), list(STOCK), time.time() + 1)
        before, after = _lives(mail, 20), _lives(mail, 20)
        await _post(instance, before)
        assert await _run(instance, "backup", "monday.db") == 0
        await _post(instance, after)
        at_the_end = await _stock(instance)
        await instance.kill()

        assert await _run(instance, "restore", "monday.db") == 0
        await instance.start()
        assert await _stock(instance) != at_the_end
        again = [*before, *after]
        random.Random(6).shuffle(again)
        await _post(instance, again)

        assert await _stock(instance) == at_the_end == on_hand(STOCK, mail.orders.values())
        assert await _run(instance, "audit") == 0
    finally:
        await instance.stop()


async def test_orders_since_the_backup_are_fetched_and_both_shops_shown_right(tmp_path: Path) -> None:
    store = {"SYNCSTATE_STORE": "sqlite", "SYNCSTATE_DATA_DIR": str(tmp_path / "data")}
    async with town(tmp_path, store, {TEE: 0}) as here:
        await here.set_stock(TEE, 50, buffer=5)
        await until(lambda: here.shows(TEE) == (45, 45), 20.0)
        here.shop.buy([(TEE, 2)])
        await here.deliver()
        await until(lambda: here.shows(TEE) == (43, 43), 20.0)
        assert await _run(here.instance, "backup", "monday.db") == 0
        here.shop.buy([(TEE, 3)])
        await here.deliver()
        await until(lambda: here.shows(TEE) == (40, 40), 20.0)
        await here.instance.kill()

        assert await _run(here.instance, "restore", "monday.db") == 0
        assert await _run(here.instance, "job", "orders") == 0
        await here.instance.start()

        await until(lambda: here.shows(TEE) == (40, 40), 20.0)
        assert await here.physical(TEE) == 45


def _lives(mail: Mail, wanted: int) -> list[Letter]:
    return [letter for _ in range(wanted) for letter in mail.life()]


async def _post(instance: Instance, letters: list[Letter]) -> None:
    for letter in letters:
        answer = await instance.http.post(letter.path, content=letter.body, headers=dict(letter.headers))
        assert answer.is_success, answer.text


async def _stock(instance: Instance) -> dict[str, int]:
    found = (await instance.http.get("/api/inventory", headers=TOKEN)).json()["items"]
    return {row["sku"]: row["physical"] for row in found}


async def _run(instance: Instance, *words: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", *words, cwd=instance.folder, env=instance.whole_env()
    )
    return await process.wait()
