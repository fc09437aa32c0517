"""Which form the newest SyncState over these tables writes: noted when it starts, so that no older one starts."""

from __future__ import annotations

from core.errors import StoreUnfit
from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.forms import FORM, NAME, form
from core.stores.dynamodb.replies import AbsentError, ConditionFailedError
from core.stores.dynamodb.schema import names
from core.stores.dynamodb.values import text, whole_of

NEWER = "a newer SyncState writes to them"
_KEY = {"txId": text("note#form")}


async def is_newer(calls: Calls, prefix: str) -> bool:
    """Whether a SyncState that this one cannot read has written to the tables."""
    async with calls.bounded("get_item"):
        try:
            answer = await calls.ask("get_item", TableName=names(prefix).transactions, Key=_KEY)
        except AbsentError:
            return False
    return whole_of(answer.get("Item", {}), NAME) > FORM


async def join(calls: Calls, prefix: str) -> None:
    """Note the form of this SyncState, and never an older one over it; StoreUnfit where there is a newer one."""
    expression = Expression()
    noted = expression.path(NAME)
    expression.require(f"attribute_not_exists({noted}) OR {noted} <= {expression.value(form()[NAME])}")
    item = {**_KEY, **form()}
    try:
        await calls.call("put_item", TableName=names(prefix).transactions, Item=item, **expression.request())
    except ConditionFailedError as error:
        raise StoreUnfit(f"the DynamoDB tables {prefix}*", NEWER) from error
