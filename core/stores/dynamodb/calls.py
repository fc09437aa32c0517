"""Requests to DynamoDB from the event loop: on threads of their own, repeated where that is safe, bounded in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from core.errors import Unavailable
from core.stores.dynamodb.replies import AbsentError, BusyError, CancelledError, LostError, MalformedError, translate
from core.stores.dynamodb.values import Item

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
_KEYS_AT_ONCE = 100
_WHERE = "if it never does, check AWS_REGION, AWS_ENDPOINT_URL and the network"
_PUTS_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Calls:
    """One client and its threads; `deadline` seconds bound whatever is asked, `jitter` draws from 0 to 1."""

    client: DynamoDBClient
    pool: ThreadPoolExecutor
    deadline: float
    jitter: Callable[[], float]

    async def call(self, operation: str, **arguments: object) -> dict[str, Any]:
        """The answer; asks again while the server is busy or its answer is lost, so the request must be safe to repeat.

        Raises ConditionFailedError, CancelledError, TakenError, UnknownError, and Unavailable for all else.
        """
        async with self.bounded(operation):
            return await self.ask(operation, **arguments)

    async def ask(self, operation: str, **arguments: object) -> dict[str, Any]:
        """The same, unbounded and with every error of `replies` as it is."""
        return await self._insist(operation, (BusyError, LostError), arguments)

    async def transact(self, items: Sequence[Mapping[str, Any]], token: str) -> None:
        """All the writes or none; raises CancelledError, BusyError and MalformedError for the caller to decide.

        A lost answer is asked for again under the same token, by which DynamoDB knows what it has done; until there is
        one that says so, neither a busy server nor a conflict proves that nothing was done.
        """
        request = {"TransactItems": items, "ClientRequestToken": token}
        unsure, tries = False, 0
        while True:
            try:
                await self._once("transact_write_items", request)
            except LostError:
                unsure = True
            except (BusyError, CancelledError) as error:
                if not unsure or not error.contended or error.failed:
                    raise
            else:
                return
            await self.pause(tries)
            tries += 1

    async def pause(self, tries: int) -> None:
        """Wait a while drawn from a span that doubles with every try, up to a second."""
        await asyncio.sleep(self.jitter() * _PAUSES[min(tries, len(_PAUSES) - 1)])

    @asynccontextmanager
    async def bounded(self, what: str) -> AsyncIterator[None]:
        """What is asked inside ends within the deadline, with Unavailable where nothing else can be said."""
        try:
            async with asyncio.timeout(self.deadline):
                yield
        except TimeoutError as error:
            raise Unavailable(f"DynamoDB did not answer {what} in time; {_WHERE}") from error
        except (AbsentError, BusyError, LostError, MalformedError) as error:
            raise Unavailable(str(error)) from error

    async def get(self, table: str, key: Item, *, consistent: bool = True) -> Item | None:
        """The item of that key."""
        answer = await self.call("get_item", TableName=table, Key=key, ConsistentRead=consistent)
        found: Item | None = answer.get("Item")
        return found

    async def get_many(self, keys: Mapping[str, Sequence[Item]]) -> dict[str, list[Item]]:
        """The items of the keys by table, read consistently; a missing one is left out, the order is any."""
        wanted = [(table, key) for table, each in keys.items() for key in each]
        chunks = [wanted[start : start + _KEYS_AT_ONCE] for start in range(0, len(wanted), _KEYS_AT_ONCE)]
        found: dict[str, list[Item]] = {table: [] for table in keys}
        for answer in await asyncio.gather(*(self._get_chunk(chunk) for chunk in chunks)):
            for table, items in answer.items():
                found[table] += items
        return found

    async def put_many(self, table: str, items: Sequence[Item]) -> None:
        """Put all the items, in any order."""
        for start in range(0, len(items), _PUTS_AT_ONCE):
            left: Any = {table: [{"PutRequest": {"Item": item}} for item in items[start : start + _PUTS_AT_ONCE]]}
            async with self.bounded("batch_write_item"):
                tries = 0
                while left := (await self.call("batch_write_item", RequestItems=left)).get("UnprocessedItems"):
                    await self.pause(tries)
                    tries += 1

    async def _get_chunk(self, keys: Sequence[tuple[str, Item]]) -> dict[str, list[Item]]:
        left: Any = {}
        for table, key in keys:
            left.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
        found: dict[str, list[Item]] = {}
        tries = 0
        async with self.bounded("batch_get_item"):
            while left:
                answer = await self.call("batch_get_item", RequestItems=left)
                for table, items in answer.get("Responses", {}).items():
                    found.setdefault(table, []).extend(items)
                if left := answer.get("UnprocessedKeys"):
                    await self.pause(tries)
                    tries += 1
        return found

    async def _insist(
        self, operation: str, again: tuple[type[Exception], ...], arguments: Mapping[str, object]
    ) -> dict[str, Any]:
        tries = 0
        while True:
            try:
                return await self._once(operation, arguments)
            except again:
                await self.pause(tries)
                tries += 1

    async def _once(self, operation: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        ask = partial(getattr(self.client, operation), **arguments)
        try:
            asked = self.pool.submit(ask)
        except RuntimeError as error:
            raise Unavailable("the store is closed") from error
        try:
            answer: dict[str, Any] = await asyncio.wrap_future(asked)
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            raise translate(operation, error) from error
        return answer
