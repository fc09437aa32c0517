"""Queries over one partition of a table or an index, with cursors that only fit where they came from."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.errors import BadInput
from core.ports import Page
from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.values import Item, text

_FILTERED_AT_ONCE = 500


@dataclass(slots=True)
class Query:
    """One partition: the items whose `key` is `value`; `start` is the key to go on after, `limit` how many to read."""

    table: str
    index: str
    key: str
    value: str
    start: Item | None = None
    limit: int = 0
    newest_first: bool = False
    consistent: bool = False
    range: str = ""
    filter: str = ""
    expression: Expression = field(default_factory=Expression)

    def also(self, condition: str) -> None:
        """Read only where this, about the second key, holds; made of the query's expression."""
        self.range = f" AND {condition}"

    def keep(self, condition: str) -> None:
        """Leave out items for which this, made of the query's expression, does not hold."""
        self.filter = condition

    def arguments(self) -> dict[str, Any]:
        """The request."""
        condition = f"{self.expression.path(self.key)} = {self.expression.value(text(self.value))}"
        fields: dict[str, Any] = {
            "IndexName": self.index,
            "FilterExpression": self.filter,
            "Limit": max(self.limit, _FILTERED_AT_ONCE) if self.filter else self.limit,
            "ExclusiveStartKey": self.start,
        }
        return {
            "TableName": self.table,
            "KeyConditionExpression": condition + self.range,
            "ScanIndexForward": not self.newest_first,
            "ConsistentRead": self.consistent,
            **self.expression.request(),
            **{name: value for name, value in fields.items() if value},
        }


async def read(calls: Calls, query: Query) -> AsyncIterator[Item]:
    """All items, page after page, until the caller has enough."""
    arguments = query.arguments()
    while True:
        answer = await calls.call("query", **arguments)
        for item in answer["Items"]:
            yield item
        if not answer.get("LastEvaluatedKey"):
            return
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


async def read_page(calls: Calls, query: Query, cursor: str, names: tuple[str, ...]) -> Page[Item]:
    """At most `limit` items after the cursor, which holds the values of `names`; BadInput when it does not."""
    if cursor:
        query.start = {query.key: text(query.value), **_unpack(cursor, names)}
    answer = await calls.call("query", **query.arguments())
    last = answer.get("LastEvaluatedKey")
    return Page(tuple(answer["Items"]), _pack(last, names) if last else "")


def _pack(last: Item, names: tuple[str, ...]) -> str:
    return urlsafe_b64encode(orjson.dumps([last[name]["S"] for name in names])).decode().rstrip("=")


def _unpack(cursor: str, names: tuple[str, ...]) -> Item:
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadInput("cursor", "is not one that a page gave") from error
    good = isinstance(values, list) and len(values) == len(names) and all(isinstance(each, str) for each in values)
    if not good or not all(values):
        raise BadInput("cursor", "is not one that a page gave")
    return {name: text(value) for name, value in zip(names, values, strict=True)}
