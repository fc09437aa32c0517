"""Every marketplace says that it is asked too often."""

from playground.faults import Fault
from playground.stories.stage import Stage
from playground.stories.story import Story

_SKU = "MUG-WHITE"
_COUNTED, _SOLD = 40, 3
_TOO_OFTEN = 2


async def _play(stage: Stage) -> None:
    await stage.count(_SKU, _COUNTED)
    for stall in stage.stalls:
        stall.shop.faults.switch_on(Fault.THROTTLED)
    before = {stall.name: len(stall.shop.calls) for stall in stage.stalls}
    stage.tell("Every shop answers that it is asked too often.")
    seller, *others = stage.stalls
    seller.buy(_SKU, _SOLD)

    async def all_refused() -> bool:
        return all(len(stall.shop.calls) - before[stall.name] >= _TOO_OFTEN for stall in others)

    await stage.until(all_refused, "the app asking again")
    level = await stage.level(_SKU)
    owed = sum(told.is_owed for told in level.told.values())
    stage.tell(f"{_SOLD} × {_SKU} sold: {level.stock.physical} on hand, {owed} shops still to be told.")
    for stall in stage.stalls:
        stall.shop.faults.switch_off(Fault.THROTTLED)
    since = stage.outside.clock()
    stage.tell("They answer again.")
    shown = await stage.all_told(_SKU)
    took = stage.outside.clock() - since
    stage.check(level.stock.physical == _COUNTED - _SOLD, f"{level.stock.physical} are on hand")
    stage.tell(f"Every shop shows {shown} {took:.1f} s later. Nothing was given up.")


STORY = Story("throttled", "Shops throttled", "Pushes wait while the shops refuse. None is lost.", _play)
