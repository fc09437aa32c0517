"""Five hundred orders on one SKU, in every shop at once."""

import asyncio
from itertools import cycle, islice
from statistics import quantiles

from playground.stories.stage import Stage
from playground.stories.story import Story

_SKU = "TEE-RED-M"
_ORDERS = 500
_COUNTED = 600
_BREATH = 20


async def _play(stage: Stage) -> None:
    await stage.count(_SKU, _COUNTED)
    stage.tell(f"{_COUNTED} × {_SKU} counted in Slack; every shop shows {(await stage.level(_SKU)).stock.broadcast}.")
    since = stage.outside.clock()
    for number, stall in enumerate(islice(cycle(stage.stalls), _ORDERS), start=1):
        stall.buy(_SKU, 1)
        if number % _BREATH == 0:
            await asyncio.sleep(0)
    stage.tell(f"{_ORDERS} buyers take one each, in {len(stage.stalls)} shops.")
    shown = await stage.all_told(_SKU, within=90)
    left = (await stage.level(_SKU)).stock.physical
    stage.check(left == _COUNTED - _ORDERS, f"{left} are on hand, not {_COUNTED - _ORDERS}")
    _tell_figures(stage, since)
    stage.tell(f"{_COUNTED} less {_ORDERS} is {left} on hand, and every shop shows {shown}. Not one sold twice.")


def _tell_figures(stage: Stage, since: float) -> None:
    attempts = stage.attempts(since)
    took = max(each.answered_at for each in attempts) - since
    p95 = quantiles([each.answered_at - each.at for each in attempts], n=20)[-1]
    pushes = sum(
        sku == _SKU
        for stall in stage.stalls
        for call in stall.shop.calls
        if call.at >= since
        for sku in stall.told_by(call)
    )
    stage.tell(
        f"{len(attempts):,} signed webhooks in {took:.1f} s, 95 % of them durable and answered within {p95 * 1000:.0f}"
        f" ms; {pushes} pushes told the shops. (All on this machine, the shops included.)"
    )


STORY = Story("flash_sale", "Flash sale", "500 orders on one SKU, in every shop at once.", _play)
