"""Where the instances of a check keep their data: one SQLite file, or tables that several of them share."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.core.stores.dynamodb_local import dynamodb_local
from tests.faults.nursery import ROOT
from tests.faults.proxy import Proxy, proxy
from tests.flows.instance import free_port, until
from tests.programs import MissingError

Variables = Mapping[str, str]
SQLITE, MINISTACK, LOCAL = "sqlite", "ministack", "local"


@dataclass(frozen=True, slots=True)
class Place:
    """The variables that lead to a fresh store, and the way there, where it can be hindered."""

    name: str
    variables: Variables
    way: Proxy | None = None

    @property
    def line(self) -> Proxy:
        """The way to the tables."""
        assert self.way is not None, "a file has no way to it"
        return self.way


@asynccontextmanager
async def place(kind: str, folder: Path) -> AsyncIterator[Place]:
    """A fresh store of that kind; MissingError where the machine cannot run it."""
    if kind == SQLITE:
        yield Place(kind, {"SYNCSTATE_STORE": "sqlite", "SYNCSTATE_DATA_DIR": str(folder / "data")})
        return
    async with _server(kind) as port, proxy(port) as way:
        yield Place(kind, _variables(way.url), way)


def _variables(url: str) -> Variables:
    return {
        "SYNCSTATE_STORE": "dynamodb",
        "SYNCSTATE_TABLE_PREFIX": f"T{uuid.uuid4().hex[:8]}-",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }


@asynccontextmanager
async def _server(kind: str) -> AsyncIterator[int]:
    if kind == LOCAL:
        running = dynamodb_local()
        port = await asyncio.to_thread(running.__enter__)
        try:
            yield port
        finally:
            running.__exit__(None, None, None)
        return
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.flows.dynamodb_server", str(port), cwd=ROOT
    )
    try:
        await until(lambda: _listens(port), 60.0)
        yield port
    finally:
        process.kill()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


__all__ = ["LOCAL", "MINISTACK", "SQLITE", "MissingError", "Place", "place"]
