"""The stores that the flows run on: SQLite, and DynamoDB as MiniStack speaks it in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.flows.dynamodb_server import dynamodb_server

Variables = Mapping[str, str]


@pytest.fixture(params=["sqlite", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Variables]:
    """The variables that name a fresh store."""
    if request.param == "sqlite":
        yield {"SYNCSTATE_STORE": "sqlite", "SYNCSTATE_DATA_DIR": str(tmp_path / "data")}
        return
    with dynamodb_server() as variables:
        yield variables
