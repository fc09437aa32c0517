"""Which form the newest SyncState over these tables writes: noted when it starts, so that no older one starts."""

from __future__ import annotations

from core.errors import StoreUnfit
from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.forms import FORM, FORM_NAME, form
from core.stores.dynamodb.replies import AbsentError, ConditionFailedError
from core.stores.dynamodb.schema import names
from core.stores.dynamodb.values import text, whole_of

NEWER = "a newer SyncState writes to them"
_KEY = {"txId": text("note#form")}


async def is_newer(calls: Calls, prefix: str) -> bool:
    """Whether a SyncState that this one cannot read has written to the tables."""
    async with calls.bounded("get_item"):
        try:
            return await _newest(calls, prefix) > FORM
        except AbsentError:
            return False


async def refuse_newer(calls: Calls, prefix: str) -> None:
    """StoreUnfit where a newer SyncState has written to the tables: nothing of them may be changed then."""
    if await is_newer(calls, prefix):
        raise _unfit(prefix)


async def join(calls: Calls, prefix: str) -> None:
    """Note the form of this SyncState unless it is noted; StoreUnfit where a newer one has come first meanwhile."""
    async with calls.bounded("get_item"):
        newest = await _newest(calls, prefix)
    if newest > FORM or (newest < FORM and not await _note(calls, prefix)):
        raise _unfit(prefix)


def _unfit(prefix: str) -> StoreUnfit:
    return StoreUnfit(f"the DynamoDB tables {prefix}*", NEWER)


async def _newest(calls: Calls, prefix: str) -> int:
    answer = await calls.ask("get_item", TableName=names(prefix).transactions, Key=_KEY, ConsistentRead=True)
    return whole_of(answer.get("Item", {}), FORM_NAME)


async def _note(calls: Calls, prefix: str) -> bool:
    """Whether there is still no newer form."""
    expression = Expression()
    noted = expression.path(FORM_NAME)
    expression.require(f"attribute_not_exists({noted}) OR {noted} <= {expression.value(form()[FORM_NAME])}")
    item = {**_KEY, **form()}
    try:
        await calls.call("put_item", TableName=names(prefix).transactions, Item=item, **expression.request())
    except ConditionFailedError:
        return False
    return True
