"""The stores that the flows run on: SQLite, and DynamoDB as MiniStack speaks it in a process of its own."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx2
import pytest

from tests.flows.instance import free_port, until

Variables = Mapping[str, str]


@pytest.fixture(params=["sqlite", "dynamodb"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Variables]:
    """The variables that name a fresh store."""
    if request.param == "sqlite":
        yield {"SYNCSTATE_STORE": "sqlite", "SYNCSTATE_DATA_DIR": str(tmp_path / "data")}
        return
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.flows.dynamodb_server",
        str(port),
        cwd=Path(__file__).parents[2],
    )
    try:
        await until(lambda: _answers(port), 30.0)
        yield {
            "SYNCSTATE_STORE": "dynamodb",
            "SYNCSTATE_TABLE_PREFIX": f"T{uuid.uuid4().hex[:8]}-",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
    finally:
        process.kill()
        await process.wait()


async def _answers(port: int) -> bool:
    try:
        async with httpx2.AsyncClient() as client:
            await client.get(f"http://127.0.0.1:{port}/", timeout=1.0)
    except httpx2.HTTPError:
        return False
    return True
