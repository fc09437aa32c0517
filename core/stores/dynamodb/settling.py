"""Stores what the channels of one SKU were told, and gives the claim on them back, in one write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.stock import Push, Told
from core.stores.dynamodb.context import Context, shard
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.replies import ConditionFailedError
from core.stores.dynamodb.stock_rows import CLAIM, MADE, OWN, is_others, owed_to, own_units, says, sold_name, told_value
from core.stores.dynamodb.values import Item, number, text, whole_of

_TRIES = 6


@dataclass(frozen=True, slots=True)
class _Settlement:
    """What is to be stored, and how far: `own` is what each channel has now and `spent` what of it is accounted for.

    `release`: the level is still the one that was looked at. `clear`: no other channel is owed anything.
    """

    sku: str
    version: int
    told: Mapping[str, Told]
    spent: Mapping[str, int]
    own: Mapping[str, int]
    release: bool = True
    clear: bool = True


async def settle(context: Context, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
    """Whether the level was still of that version, so that this instance is no longer the teller."""
    spent = {
        channel: own[channel] for channel, said in told.items() if said.status is Push.CONFIRMED and own.get(channel)
    }
    wanted = _Settlement(sku, version, told, spent, spent)
    for _ in range(_TRIES):
        try:
            await _store(context, wanted)
        except ConditionFailedError as failed:
            if failed.item is None or _is_done(wanted, failed.item):
                return True
            again = _revised(context, wanted, failed.item)
            if again is None:
                return False
            wanted = again
        else:
            context.memory.outdated.pop(sku, None)
            return wanted.release
    return False


def _is_done(wanted: _Settlement, item: Item) -> bool:
    # The answer to the write was lost, and asking again found it done.
    unclaimed = all(CLAIM + channel not in item for channel in wanted.told)
    return unclaimed and says(item, wanted.told) and whole_of(item, "version") == wanted.version


def _revised(context: Context, wanted: _Settlement, item: Item) -> _Settlement | None:
    """What may be stored on top of the row as it is; None when another instance has taken over."""
    now = context.clock()
    if any(is_others(item, channel, context.instance, now) for channel in wanted.told):
        return None
    own = {channel: own_units(item, channel) for channel in wanted.spent}
    release = whole_of(item, "version") == wanted.version
    # The level moved on and the answer to storing this was lost, or somebody else has accounted for these sales.
    if (not release and says(item, wanted.told)) or (release and own != dict(wanted.spent)):
        return None
    if any(own[channel] < units for channel, units in wanted.spent.items()):
        return None
    clear = not owed_to(item) - wanted.told.keys()
    return _Settlement(wanted.sku, wanted.version, wanted.told, wanted.spent, own, release, clear)


async def _store(context: Context, wanted: _Settlement) -> None:
    expression = Expression()
    if wanted.release:
        expression.require_count(wanted.version, "version")
        for day in context.memory.outdated.get(wanted.sku, ()):
            expression.remove(sold_name(day))
    for channel, said in wanted.told.items():
        expression.set(told_value(said), "lastBroadcast", channel)
        _hold(expression, context, channel, release=wanted.release)
    for channel, units in wanted.spent.items():
        _spend(expression, OWN + channel, wanted.own[channel], units)
    _owe(expression, context, wanted)
    await context.calls.call(
        "update_item",
        TableName=context.names.inventory,
        Key={"sku": text(wanted.sku)},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
        **expression.request(),
    )


def _hold(expression: Expression, context: Context, channel: str, *, release: bool) -> None:
    claim = expression.path(CLAIM + channel)
    mine = expression.value(text(f"{context.instance}|"))
    expression.require(f"attribute_not_exists({claim}) OR begins_with({claim}, {mine})")
    if release:
        expression.remove(CLAIM + channel)


def _spend(expression: Expression, name: str, own: int, units: int) -> None:
    expression.require_count(own, name)
    if own == units:
        expression.remove(name)
        expression.remove(MADE + name.removeprefix(OWN))
    else:
        expression.set(number(own - units), name)


def _owe(expression: Expression, context: Context, wanted: _Settlement) -> None:
    if any(said.is_owed for said in wanted.told.values()):
        expression.set(text(shard(wanted.sku)), "owed")
        return
    if not wanted.clear:
        return
    expression.remove("owed")
    for other in context.channels:
        if other not in wanted.told:
            status = expression.path("lastBroadcast", other, "status")
            owed, refused = (expression.value(text(each.value)) for each in (Push.OWED, Push.REFUSED))
            expression.require(f"NOT ({status} IN ({owed}, {refused}))")
