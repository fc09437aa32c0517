"""Every test that asks for a `place` or a `store` runs on each of the stores."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.ports import Store
from tests.core.stores.engines import Engine, Engines
from tests.core.stores.places import Place, file_place, table_place

TABLES = ["ministack", "moto", "local"]


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """The engines, each started when a test first asks for it."""
    with ExitStack() as running:
        yield Engines(running)


@pytest.fixture(params=["sqlite", *TABLES])
async def place(request: pytest.FixtureRequest, engines: Engines, tmp_path: Path) -> AsyncIterator[Place]:
    """Where one test keeps its data, on each store."""
    made = file_place(tmp_path) if request.param == "sqlite" else table_place(engines.client(request.param))
    yield made
    await made.close()


@pytest.fixture(params=["ministack", "local"])
async def shared_place(request: pytest.FixtureRequest, engines: Engines) -> AsyncIterator[Place]:
    """The same, on each store that several instances may share; moto only ever serves one at a time."""
    made = table_place(engines.client(request.param))
    yield made
    await made.close()


@pytest.fixture
async def store(place: Place) -> Store:
    """One instance on each store."""
    return await place.instance()


@pytest.fixture(params=["ministack", "local"])
def engine(request: pytest.FixtureRequest, engines: Engines) -> Engine:
    """An engine that keeps request tokens as AWS does."""
    return engines.get(request.param)


@pytest.fixture
def ministack(engines: Engines) -> Engine:
    """The engine that meters capacity as AWS does."""
    return engines.get("ministack")
