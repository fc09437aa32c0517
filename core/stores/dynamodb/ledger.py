"""What the ledger says of a SKU, and the marks of what is left to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from core.changes import Entry, Mark, Progress, ReturnRow
from core.ports import Page
from core.stores.dynamodb.context import Context, shards
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.forms import fit
from core.stores.dynamodb.ledger_rows import entry_item, entry_of, return_of
from core.stores.dynamodb.marks import GroupMark, Part, mark_of
from core.stores.dynamodb.queries import Query, read, read_page
from core.stores.dynamodb.replies import ConditionFailedError
from core.stores.dynamodb.schema import HISTORY, PENDING
from core.stores.dynamodb.values import Item, blob, blob_of, number, number_of, text, text_of


async def history(context: Context, sku: str, cursor: str, limit: int) -> Page[Entry]:
    """The SKU's ledger rows, newest first; an order's further lines show once its mark is finished."""
    query = Query(context.names.transactions, HISTORY, "sku", sku, limit=limit, newest_first=True)
    found = await read_page(context.calls, query, cursor, ("timestamp", "txId"))
    return Page(tuple(entry_of(item) for item in found.items), found.cursor)


async def knowledge(context: Context, keys: Sequence[str]) -> dict[str, bytes]:
    """What is known under the keys; a row that holds nothing known is left out."""
    found = ((text_of(item, "txId"), blob_of(item, "known")) for item in await _rows(context, list(keys)))
    return {key: known for key, known in found if known is not None}


async def returns(context: Context, sku: str, cursor: str, limit: int) -> Page[ReturnRow]:
    """The SKU's returns, newest first."""
    query = Query(context.names.returns, "", "sku", sku, limit=limit, newest_first=True, consistent=True)
    found = await read_page(context.calls, query, cursor, ("timestamp",))
    return Page(tuple(return_of(item) for item in found.items), found.cursor)


async def finish(context: Context, mark: Mark) -> None:
    """Write the ledger rows that the mark still holds, then complete its rows, unless they were marked anew."""
    parts = mark.parts if isinstance(mark, GroupMark) else await _parts(context, mark)
    entries = {entry.tx_id: entry_item(entry) for part in parts for entry in part.todo.entries}
    await context.calls.put_many(context.names.transactions, list(entries.values()))
    await asyncio.gather(*(_complete(context, part) for part in parts))


async def unfinished(context: Context, before: float, limit: int) -> Sequence[Mark]:
    """Marks made before that time, oldest first."""
    found = await asyncio.gather(*(_pending(context, each, before, limit) for each in shards()))
    oldest = sorted((item for items in found for item in items), key=lambda item: number_of(item, "markedAt"))[:limit]
    items = await _rows(context, list(dict.fromkeys(text_of(item, "txId") for item in oldest)))
    marks = [mark for item in items if (mark := mark_of(item)) is not None and mark.at < before]
    return sorted(marks, key=lambda mark: mark.at)


async def _pending(context: Context, each: str, before: float, limit: int) -> list[Item]:
    query = Query(context.names.transactions, PENDING, "pending", each, limit=limit)
    query.also(f"{query.expression.path('markedAt')} < {query.expression.value(number(before))}")
    found = []
    async for item in read(context.calls, query):
        found.append(item)
        if len(found) == limit:
            break
    return found


async def _rows(context: Context, ids: Sequence[str]) -> list[Item]:
    table = context.names.transactions
    found = await context.calls.get_many({table: [{"txId": text(each)} for each in ids]})
    return [fit(item) for item in found[table]]


async def _parts(context: Context, mark: Mark) -> Sequence[Part]:
    # A mark that was not handed back as it was given: what its row says counts, unless that was marked anew.
    tx_id, _, _ = mark.mark_id.rpartition(" ")
    marks = [mark_of(item) for item in await _rows(context, [tx_id])]
    return [part for found in marks if found is not None and found.mark_id == mark.mark_id for part in found.parts]


async def _complete(context: Context, part: Part) -> None:
    expression = Expression()
    expression.require_equal(blob(part.body), "mark")
    for name in ("pending", "markedAt", "mark"):
        expression.remove(name)
    if part.status is Progress.COMPLETED:
        expression.set(text(part.status.value), "status")
    key = {"txId": text(part.tx_id)}
    with suppress(ConditionFailedError):  # it was finished before, or the row has been marked anew
        await context.calls.call("update_item", TableName=context.names.transactions, Key=key, **expression.request())
    context.memory.finished(part.tx_id, part.body)
