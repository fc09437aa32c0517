"""Quick changes on two instances over a network that reorders: how often each channel shows the final value."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from benchmarks.rounds import Effort
from benchmarks.table import Row, at_least
from tests.core.reorderings import CHANNELS, trading

_GROUPS, _AT_ONCE = 5, 40
_QUICK_ROUNDS = 2


def measure(effort: Effort) -> list[Row]:
    """A row for each channel; AssertionError unless every final value is right, and none too high before."""
    groups = 1 if effort.rounds <= _QUICK_ROUNDS else _GROUPS
    late: Counter[str] = Counter()
    for seed in range(groups):
        late.update(asyncio.run(_try(effort.folder / f"reorderings-{seed}", seed)))
    trials = groups * _AT_ONCE
    return [_row(name, trials, late[name]) for name in CHANNELS]


def _row(name: str, trials: int, late: int) -> Row:
    figure = f"{trials} of {trials} final values right, {late} of them once their own order was waited for"
    return at_least(f"two instances, reordered: {name}", figure, trials, trials, "right")


async def _try(folder: Path, seed: int) -> Mapping[str, int]:
    """How many of each channel show fewer than there is until ten minutes are over."""
    skus = [f"SKU-{number}" for number in range(_AT_ONCE)]
    async with trading(folder, skus, seed) as trade:
        await trade.change(skus)
        await trade.settle()
        untrue, late = await trade.untrue(skus), await trade.wrong(skus)
        await trade.wait_out()
        wrong = await trade.wrong(skus)
    assert not any(untrue.values()), f"too high, or forgotten: {untrue}"
    assert not any(wrong.values()), f"wrong in the end: {wrong}"
    return {name: len(found) for name, found in late.items()}
