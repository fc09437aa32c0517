"""The short form of `make faults`: real processes, killed and lied to, against a model of what must be true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.checks import CHECKS
from tests.faults.effort import Effort
from tests.faults.nursery import Nursery, nursery

SEED = 7


@pytest.fixture
async def born() -> AsyncIterator[Nursery]:
    async with nursery() as running:
        yield running


EXACT = ("kills", "teeth", "lost-replies", "oversold", "kill-points", "clocks", "sequences", "clicks", "races", "soak")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", EXACT)
async def test_nothing_is_lost_and_nothing_doubled(name: str, born: Nursery, tmp_path: Path) -> None:
    figures = await CHECKS[name](Effort(born, tmp_path, SEED, short=True))

    assert figures
    assert [str(each) for each in figures if not each.passed] == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ["stopping", "overload", "storm", "store-gone"])
async def test_in_trouble_it_refuses_in_order_and_recovers(name: str, born: Nursery, tmp_path: Path) -> None:
    figures = await CHECKS[name](Effort(born, tmp_path, SEED, short=True))

    assert figures
    assert [str(each) for each in figures if not each.passed] == []
