"""`syncstate send`, typed beside a running playground."""

import asyncio
from pathlib import Path

import pytest

from playground.shopify.stall import SHOP
from tests.playground.running import visiting
from tests.test_newcomers import typed


@pytest.mark.parametrize(("secret", "code", "says"), [(SHOP.webhook_secret, 0, "200 "), ("wrong", 1, "401 ")])
async def test_its_exit_code_says_whether_the_server_took_it(tmp_path: Path, secret: str, code: int, says: str) -> None:
    async with visiting(tmp_path / "data") as visit:
        words = ("send", "order", "--sku", "CAP-BLACK", "--url", visit.playground.address)
        answer = await asyncio.to_thread(typed, tmp_path, *words, env={"SHOPIFY_WEBHOOK_SECRET": secret})

    assert answer.returncode == code
    assert answer.stdout.startswith(says)
