"""Quick changes on two instances, over a network that reorders: no shop ends with too many, each shows the final value.

One that sold by itself may wait ten minutes for its order: it then shows fewer, and is owed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.reorderings import CHANNELS, trading

TRIALS, GROUPS = 200, 5


@pytest.mark.parametrize("seed", range(GROUPS))
async def test_the_final_value_is_right_in_200_of_200_trials_and_never_too_high(seed: int, tmp_path: Path) -> None:
    skus = [f"SKU-{number}" for number in range(TRIALS // GROUPS)]
    async with trading(tmp_path, skus, seed) as trade:
        await trade.change(skus)
        await trade.settle()
        assert await trade.untrue(skus) == {name: [] for name in CHANNELS}, f"seed {seed}"
        await trade.wait_out()
        assert await trade.wrong(skus) == {name: [] for name in CHANNELS}, f"seed {seed}"
