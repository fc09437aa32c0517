"""Quick changes on two instances, over a network that reorders: no shop ends with too many, none is forgotten.

How often each shows the final value is a figure of `make bench`: one that sold by itself may wait for its order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.reorderings import CHANNELS, trading, two_stores

TRIALS, GROUPS = 200, 5


@pytest.mark.parametrize("seed", range(GROUPS))
async def test_no_shop_ends_with_more_than_there_is_and_none_with_fewer_is_forgotten(seed: int, tmp_path: Path) -> None:
    skus = [f"SKU-{number}" for number in range(TRIALS // GROUPS)]
    async with trading(tmp_path, two_stores(), skus, seed) as trade:
        await trade.change(skus)
        await trade.settle(skus)
        assert await trade.untrue(skus) == {name: [] for name in CHANNELS}, f"seed {seed}"
