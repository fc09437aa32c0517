"""Slack is down while something runs low, and comes back."""

from playground.stories.stage import Stage
from playground.stories.story import Story

_SKU = "CAP-BLACK"
_COUNTED, _SOLD = 9, 5


async def _play(stage: Stage) -> None:
    workspace = stage.outside.workspace
    await stage.count(_SKU, _COUNTED)
    await stage.until(lambda: _nothing_waits(stage), "a quiet moment")
    workspace.faults.down = True
    workspace.changes.tell()
    stage.tell(f"Slack is down. {_SOLD} × {_SKU} are sold.")
    down, before = stage.outside.clock(), workspace.faults.turned_away
    stage.stalls[0].buy(_SKU, _SOLD)
    shown = await stage.all_told(_SKU)
    stage.tell(f"The shops do not mind: they show {shown}.")
    await stage.until(lambda: _was_turned_away(stage, before), "the alert being turned away")
    stage.tell("The alert that it runs low waits in the store; Slack answers 503.")
    workspace.faults.down = False
    back = stage.outside.clock()
    workspace.changes.tell()
    stage.tell(f"Slack is back after {back - down:.1f} s.")
    await stage.until(lambda: _nothing_waits(stage), "the alert")
    alerts = _alerts_since(stage, down)
    stage.check(len(alerts) == 1, f"the alert came {len(alerts)} times")
    stage.tell(f"The alert is there {alerts[0] - back:.1f} s later: once.")


async def _nothing_waits(stage: Stage) -> bool:
    return not await stage.store.untold_alerts(1)


async def _was_turned_away(stage: Stage, before: int) -> bool:
    return stage.outside.workspace.faults.turned_away > before and not await _nothing_waits(stage)


def _alerts_since(stage: Stage, since: float) -> list[float]:
    """When messages about the SKU were posted in the channel of the alerts since then."""
    found = stage.outside.workspace.messages("alerts")
    return [float(each.ts) for each in found if _SKU in each.text and float(each.ts) >= since]


STORY = Story("slack_down", "Slack down", "Its alert comes when Slack is back, and once.", _play)
