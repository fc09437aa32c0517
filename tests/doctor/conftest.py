"""The installation that the tests of this folder look at."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.core.marketplaces.sqs_server import make_post, sqs_server
from tests.doctor.ward import Ward, a_ward


@pytest.fixture(scope="session")
def sqs() -> Iterator[str]:
    """The address of a queue server."""
    with sqs_server() as endpoint:
        yield endpoint


@pytest.fixture
async def ward(sqs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ward]:
    """An installation that is set up rightly, with all made that can be made."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    async with a_ward(tmp_path, make_post(sqs, f"q-{uuid.uuid4().hex}").url) as opened:
        opened.settle_in()
        yield opened
