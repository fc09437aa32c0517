"""Levels page by page, the SKUs that moved or are owed, and what is noted on a level; all from sharded indexes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from core.channels import Arrears, added_up
from core.ports import Page
from core.stock import Level, Push
from core.stores.dynamodb import claims
from core.stores.dynamodb.context import Context, shard, shards
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.queries import Query, read
from core.stores.dynamodb.replies import ConditionFailedError
from core.stores.dynamodb.schema import DIRECTORY, OWED
from core.stores.dynamodb.stock_rows import LINK, arrears_of, lay_out
from core.stores.dynamodb.values import number, text, text_of


async def glance(context: Context, sku: str) -> Level:
    """The level at half the cost; it may be a moment old."""
    item = await context.calls.get(context.names.inventory, {"sku": text(sku)}, consistent=False)
    return claims.level(context, sku, item)


async def page(context: Context, cursor: str, limit: int) -> Page[Level]:
    """Levels shard by shard, each in the order of its SKUs, after the cursor (a SKU)."""
    found = await page_of_skus(context, cursor, limit)
    levels = await claims.read(context, found.items)
    return Page(tuple(levels[sku] for sku in found.items), found.cursor)


async def page_of_skus(context: Context, cursor: str, limit: int) -> Page[str]:
    """SKUs shard by shard, each in their order, after the cursor (a SKU)."""
    return await _skus(context, [_query(context, DIRECTORY, "shelf", shelf) for shelf in shards()], cursor, limit)


async def moved_since(context: Context, day: int) -> list[str]:
    """SKUs whose stock moved on that day or later."""
    found = await asyncio.gather(*(_moved(context, shelf, day) for shelf in shards()))
    return [sku for each in found for sku in each]


async def owed(context: Context, channel: str, cursor: str, limit: int) -> Page[str]:
    """SKUs whose last word to the channel was not confirmed, shard by shard, after the cursor (a SKU)."""
    return await _skus(context, [_owed_query(context, shelf, channel) for shelf in shards()], cursor, limit)


async def arrears(context: Context) -> dict[str, Arrears]:
    """What each channel is owed in all, from the index of what is owed."""
    found: dict[str, Arrears] = {}
    for part in await asyncio.gather(*(_arrears(context, shelf) for shelf in shards())):
        for channel, each in part.items():
            found[channel] = added_up(found.get(channel, Arrears()), each)
    return found


async def _arrears(context: Context, shelf: str) -> dict[str, Arrears]:
    found: dict[str, Arrears] = {}
    async for item in read(context.calls, _query(context, OWED, "owed", shelf)):
        for channel, each in arrears_of(item).items():
            found[channel] = added_up(found.get(channel, Arrears()), each)
    return found


async def link(context: Context, sku: str, links: Mapping[str, str], seen: Mapping[str, str]) -> bool:
    """Remember or forget the SKU's listing ids, while those seen are still stored; whether they were."""
    expression = Expression()
    for channel, listing in seen.items():
        if listing:
            expression.require_equal(text(listing), LINK + channel)
        else:
            expression.require_absent(LINK + channel)
    lay_out(expression, sku)
    for name in ("physical", "buffer", "version"):
        expression.keep(number(0), name)
    for channel, listing in links.items():
        if listing:
            expression.set(text(listing), LINK + channel)
        else:
            expression.remove(LINK + channel)
    return await _update_if(context, sku, expression)


async def flag_alert(context: Context, sku: str, kind: str) -> None:
    """Note which kind of stock alert is open, on a level that is stored."""
    expression = Expression()
    expression.require_present("sku")
    if kind:
        expression.set(text(kind), "alertKind")
    else:
        expression.remove("alertKind")
    await _update_if(context, sku, expression)


async def _update_if(context: Context, sku: str, expression: Expression) -> bool:
    """Update the SKU's item unless its condition fails; whether it held."""
    key = {"sku": text(sku)}
    try:
        await context.calls.call("update_item", TableName=context.names.inventory, Key=key, **expression.request())
    except ConditionFailedError:
        return False
    return True


async def _moved(context: Context, shelf: str, day: int) -> list[str]:
    query = _query(context, DIRECTORY, "shelf", shelf)
    query.keep(f"{query.expression.path('movedDay')} >= {query.expression.value(number(day))}")
    return [text_of(item, "sku") async for item in read(context.calls, query)]


def _owed_query(context: Context, shelf: str, channel: str) -> Query:
    query = _query(context, OWED, "owed", shelf)
    status = query.expression.path("lastBroadcast", channel, "status")
    owed, refused = (query.expression.value(text(each.value)) for each in (Push.OWED, Push.REFUSED))
    query.keep(f"{status} IN ({owed}, {refused})")
    return query


def _query(context: Context, index: str, key: str, shelf: str) -> Query:
    return Query(context.names.inventory, index, key, shelf)


async def _skus(context: Context, queries: Sequence[Query], cursor: str, limit: int) -> Page[str]:
    found: list[str] = []
    for query in queries[int(shard(cursor)) if cursor else 0 :]:
        if cursor and query.value == shard(cursor):
            query.start = {query.key: text(query.value), "sku": text(cursor)}
        query.limit = limit - len(found)
        async for item in read(context.calls, query):
            found.append(text_of(item, "sku"))
            if len(found) == limit:
                return Page(tuple(found), found[-1])
    return Page(tuple(found))
