"""An order that Amazon puts into the queue is taken by the server and told to Shopify; a lost queue is said."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path

import orjson

from playground.amazon.orders import FulfilledBy
from playground.amazon.seller import Returned
from tests.core.marketplaces.sqs_server import make_post, sqs_server
from tests.flows.instance import Instance, until
from tests.flows.town import town

SKU = "TEE-RED-M"
STORE = {"SYNCSTATE_STORE": "sqlite", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


async def test_orders_come_by_the_queue_and_a_lost_queue_is_said_but_harms_nothing(tmp_path: Path) -> None:
    with sqs_server() as endpoint:
        post = await asyncio.to_thread(make_post, endpoint, f"q-{uuid.uuid4().hex}")
        variables = {**STORE, "SYNCSTATE_DATA_DIR": str(tmp_path / "data"), "AMAZON_SQS_QUEUE_URL": post.url}
        async with town(tmp_path, variables, {SKU: 0}) as here:
            await here.set_stock(SKU, 50)
            await until(lambda: here.shows(SKU) == (50, 50), 10.0)
            here.seller.buy([(SKU, 3)])
            (delivery,) = here.seller.outbox.take_all()
            body = orjson.dumps({"Type": "Notification", "Message": delivery.body.decode()}).decode()
            await asyncio.to_thread(post.send, body, body, "{")
            await until(lambda: here.shows(SKU) == (47, 47), 10.0)
            assert await here.physical(SKU) == 47
            assert "warnings" not in (await here.instance.http.get("/readyz")).json()
            await asyncio.to_thread(post.drop)

            async def is_said() -> bool:
                answer = await here.instance.http.get("/readyz")
                assert answer.status_code == 200
                said: list[str] = answer.json().get("warnings", [])
                return said == ["Amazon's queue cannot be read: there is no such queue"]

            await until(is_said, 30.0)


async def _run_job(instance: Instance, name: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "job", name, cwd=instance.folder, env=instance.whole_env()
    )
    return await process.wait()


async def test_returns_reports_are_fetched_by_the_job_and_each_row_is_told_once(tmp_path: Path) -> None:
    variables = {"SYNCSTATE_STORE": "sqlite", "SYNCSTATE_DATA_DIR": str(tmp_path / "data")}
    async with town(tmp_path, variables, {SKU: 0}) as here:
        await here.set_stock(SKU, 50)
        now = here.seller.clock() - 3_600
        here.seller.returned += [
            Returned(SKU, 1, "902-1", now, FulfilledBy.MFN, rma="R1"),
            Returned(SKU, 1, "902-2", now, FulfilledBy.AFN, plate="LPN1"),
        ]
        await here.instance.kill()
        for _ in range(2):
            assert await _run_job(here.instance, "amazon-returns") == 0
        await here.instance.start()
        rows = (await here.ask(f"/api/returns?sku={SKU}"))["items"]
        assert {(row["orderId"], row["disposition"]) for row in rows} == {
            ("902-1", "NOT_INSPECTED"),
            ("902-2", "SELLABLE"),
        }
        assert await here.physical(SKU) == 50
        kinds = [alert["type"] for alert in (await here.ask("/api/alerts/unread"))["alerts"]]
        assert kinds.count("manual_review") == 1
