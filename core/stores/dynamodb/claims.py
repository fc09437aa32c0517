"""Levels as they are now, and who tells which channel: claims that lapse by themselves when their holder dies."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from core.stock import Level, Stock
from core.stores.dynamodb.context import Context
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.replies import ConditionFailedError
from core.stores.dynamodb.stock_rows import CLAIM, claim_value, is_mine, is_others, level_of, outdated_days
from core.stores.dynamodb.values import Item, text, text_of

_TRIES = 5


async def read(context: Context, skus: Sequence[str]) -> dict[str, Level]:
    """The levels, read consistently."""
    items = await _items(context, skus)
    return {sku: level(context, sku, items.get(sku)) for sku in dict.fromkeys(skus)}


async def look(context: Context, skus: Sequence[str], moved: Collection[str]) -> dict[str, Level]:
    """The same right after a commit has claimed the SKUs it moved; a claim that had lapsed before is taken over."""
    items = await _items(context, skus)
    levels = {sku: level(context, sku, items.get(sku)) for sku in skus}
    channels, lease = context.claims(), context.lease
    lapsed = [sku for sku in moved if levels[sku].stock.managed and _free(context, items[sku], channels, lease)]
    taken = await asyncio.gather(*(_take(context, sku, items[sku], channels, lease) for sku in lapsed))
    return levels | dict(zip(lapsed, taken, strict=True))


async def claim(context: Context, skus: Sequence[str], channels: Sequence[str], lease: float) -> dict[str, Level]:
    """The levels, with this instance as the one that tells each of the channels nobody else tells, for `lease` (s)."""
    items = await _items(context, skus)
    wanted = list(dict.fromkeys(skus))
    taken = await asyncio.gather(*(_take(context, sku, items.get(sku), channels, lease) for sku in wanted))
    return dict(zip(wanted, taken, strict=True))


def level(context: Context, sku: str, item: Item | None) -> Level:
    """The level of the row; remembers what of it need not be kept."""
    now = context.clock()
    if item is not None and (days := outdated_days(item, now)):
        context.memory.outdated[sku] = days
    return level_of(sku, item, context.instance, now)


async def _items(context: Context, skus: Sequence[str]) -> dict[str, Item]:
    table = context.names.inventory
    found = await context.calls.get_many({table: [{"sku": text(sku)} for sku in dict.fromkeys(skus)]})
    return {text_of(item, "sku"): item for item in found[table]}


async def _take(context: Context, sku: str, item: Item | None, channels: Sequence[str], lease: float) -> Level:
    for _ in range(_TRIES):
        if item is None:
            return Level(Stock(sku))
        free = _free(context, item, channels, lease)
        if not free:
            break
        try:
            item = await _swap(context, sku, item, free, lease)
        except ConditionFailedError as failed:
            item = failed.item
    return level(context, sku, item)


def _free(context: Context, item: Item, channels: Sequence[str], lease: float) -> list[str]:
    """The channels that nobody else tells, less those that are safely ours for a while yet."""
    now = context.clock()
    soon = now + lease / 2
    return [
        channel
        for channel in channels
        if not is_others(item, channel, context.instance, now) and not is_mine(item, channel, context.instance, soon)
    ]


async def _swap(context: Context, sku: str, item: Item, free: Sequence[str], lease: float) -> Item:
    expression = Expression()
    for channel in free:
        name = CLAIM + channel
        if name in item:
            expression.require_equal(item[name], name)
        else:
            expression.require_absent(name)
        expression.set(claim_value(context.instance, context.clock() + lease), name)
    expression.require_present("sku")
    answer = await context.calls.call(
        "update_item",
        TableName=context.names.inventory,
        Key={"sku": text(sku)},
        ReturnValues="ALL_NEW",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
        **expression.request(),
    )
    new: Item = answer["Attributes"]
    return new
