"""Quick changes on two instances, over a network that reorders: every shop shows the final value in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.reorderings import CHANNELS, trading

TRIALS, GROUPS = 200, 5


@pytest.mark.parametrize("seed", range(GROUPS))
async def test_the_final_value_is_right_in_200_of_200_trials_on_every_channel(seed: int, tmp_path: Path) -> None:
    skus = [f"SKU-{number}" for number in range(TRIALS // GROUPS)]
    async with trading(tmp_path, skus, seed) as trade:
        await trade.change(skus)
        assert await trade.settle(skus) == {name: [] for name in CHANNELS}, f"seed {seed}"
