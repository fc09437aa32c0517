"""The other half of the short form of `make faults`: what is refused, and how, while something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.checks import CHECKS
from tests.faults.effort import Effort
from tests.faults.nursery import Nursery

SEED = 7


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ["stopping", "overload", "storm", "store-gone"])
async def test_in_trouble_it_refuses_in_order_and_recovers(name: str, born: Nursery, tmp_path: Path) -> None:
    figures = await CHECKS[name](Effort(born, tmp_path, SEED, short=True))

    assert figures
    assert [str(each) for each in figures if not each.passed] == []
