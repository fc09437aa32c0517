"""The app is killed in the middle of a rush, and started again."""

from itertools import cycle, islice

from playground.stall import Stall
from playground.stories.stage import Stage
from playground.stories.story import Story

_SKU = "TEE-RED-M"
_COUNTED, _ORDERS, _BEFORE = 200, 60, 20


async def _play(stage: Stage) -> None:
    await stage.count(_SKU, _COUNTED)
    since, starts, killed = stage.outside.clock(), stage.kept.starts, stage.kept.pid
    # A shop that sends a message only once would lose it here; its orders are fetched later.
    _buy([stall for stall in stage.stalls if stall.retries.delays])
    await stage.until(lambda: _answered(stage, since), "the first orders")
    done = sum(each.succeeded for each in stage.attempts(since))
    stage.kept.kill()
    stage.tell(f"kill -9 {killed}, {done} webhooks into a rush of {_ORDERS} orders. Nothing could be tidied up.")
    await stage.until(lambda: _is_up(stage, starts), "the app", 60)
    stage.tell(f"The app is back as process {stage.kept.pid}, on the same file. The shops try again.")
    shown = await stage.all_told(_SKU, within=60)
    level = await stage.level(_SKU)
    left = _COUNTED - _ORDERS
    stage.check(level.stock.physical == left, f"{level.stock.physical} are on hand, not {left}")
    stage.tell(
        f"{_COUNTED} less {_ORDERS} is {left} on hand, and every shop shows {shown}: nothing lost, nothing twice."
    )


def _buy(patient: list[Stall]) -> None:
    for stall in islice(cycle(patient), _ORDERS):
        stall.buy(_SKU, 1)


async def _answered(stage: Stage, since: float) -> bool:
    return sum(each.succeeded for each in stage.attempts(since)) >= _BEFORE


async def _is_up(stage: Stage, starts: int) -> bool:
    return stage.kept.up and stage.kept.starts > starts


STORY = Story("killed", "kill -9", "The app dies amid 60 orders, and starts again.", _play)
