"""What every short form needs: instances that start at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults.nursery import Nursery, nursery


@pytest.fixture
async def born() -> AsyncIterator[Nursery]:
    async with nursery() as running:
        yield running
