"""The short form of `make faults`: real processes, killed and lied to, against a model of what must be true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.checks import CHECKS
from tests.faults.effort import Effort
from tests.faults.nursery import Nursery

SEED = 7


EXACT = ("kills", "teeth", "lost-replies", "oversold", "kill-points", "clocks", "sequences", "clicks", "races", "soak")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", EXACT)
async def test_nothing_is_lost_and_nothing_doubled(name: str, born: Nursery, tmp_path: Path) -> None:
    figures = await CHECKS[name](Effort(born, tmp_path, SEED, short=True))

    assert figures
    assert [str(each) for each in figures if not each.passed] == []
