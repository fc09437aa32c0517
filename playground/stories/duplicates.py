"""Every webhook of three orders, again and again, in no order."""

from random import SystemRandom

from playground.stories.stage import Stage
from playground.stories.story import Story

_SKU = "TEE-RED-M"
_COPIES = 20


async def _play(stage: Stage) -> None:
    await stage.count(_SKU, 48)
    since = stage.outside.clock()
    for stall in stage.stalls:
        stall.buy(_SKU, 1)
    sold = len(stage.stalls)
    shown = await stage.all_told(_SKU)
    stage.tell(f"Each shop sold 1 × {_SKU}: 48 on hand became {48 - sold}, and every shop shows {shown}.")
    again = await _send_again(stage, since)
    level = await stage.level(_SKU)
    stage.check(level.stock.physical == 48 - sold, f"{level.stock.physical} are on hand, not {48 - sold}")
    answered = [each for each in stage.attempts(since) if each.succeeded]
    stage.check(len(answered) > again, "a delivery was not accepted")
    stage.tell(f"{again} deliveries later {48 - sold} are on hand still, and every shop shows {shown}.")


async def _send_again(stage: Stage, since: float) -> int:
    """Put everything that the shops sent since then into their outboxes again, shuffled; how many those are."""
    count = 0
    for stall in stage.stalls:
        sent = [each for each in stall.shop.outbox.history if each.made_at >= since] * _COPIES
        SystemRandom().shuffle(sent)
        count += len(sent)
        for delivery in sent:
            stall.shop.outbox.put(delivery)
    stage.tell(f"Every message of theirs is delivered {_COPIES} times more, in no order: {count} in all.")
    await stage.all_told(_SKU, within=60)
    return count


STORY = Story("duplicates", "Duplicate storm", "Every webhook comes 20 times more. None counts twice.", _play)
