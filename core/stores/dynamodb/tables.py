"""Makes the tables and indexes that are missing and turns on what keeps them safe; instances may do so at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from core.errors import Unavailable
from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.replies import AbsentError, MalformedError, TakenError, UnknownError
from core.stores.dynamodb.schema import TABLES, Table

_PATIENCE = 120.0
_LOOK_AGAIN = 0.2


async def make(calls: Calls, prefix: str, *, protect: bool) -> None:
    """Make the four tables unless they are there; Unavailable when they are not ready within two minutes.

    Where nobody answers that is said at once.
    """
    await _reach(calls, prefix + TABLES[0].name)
    try:
        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*(_make(calls, prefix + table.name, table, protect=protect) for table in TABLES))
    except TimeoutError as error:
        raise Unavailable("the DynamoDB tables are not ready") from error
    except (AbsentError, MalformedError) as error:
        raise Unavailable(f"the DynamoDB tables cannot be made: {error}") from error


async def _reach(calls: Calls, name: str) -> None:
    async with calls.bounded("describe_table"):
        try:
            await calls.ask("describe_table", TableName=name)
        except AbsentError:
            return


async def _make(calls: Calls, name: str, table: Table, *, protect: bool) -> None:
    try:
        found = await calls.ask("describe_table", TableName=name)
    except AbsentError:
        await _create(calls, name, table, protect=protect)
        found = await _ready(calls, name)
    await _add_indexes(calls, name, table, found)
    if table.expires:
        await _expire(calls, name, table.expires)
    await _back_up(calls, name)


async def _create(calls: Calls, name: str, table: Table, *, protect: bool) -> None:
    try:
        await calls.ask("create_table", TableName=name, DeletionProtectionEnabled=protect, **table.definition())
    except TakenError:
        return


async def _add_indexes(calls: Calls, name: str, table: Table, found: Mapping[str, Any]) -> None:
    for index in table.indexes:
        if index.name in _index_names(found):
            continue
        create = [{"Create": index.definition()}]
        try:
            await calls.ask(
                "update_table",
                TableName=name,
                AttributeDefinitions=table.attributes(),
                GlobalSecondaryIndexUpdates=create,
            )
        except TakenError:
            await asyncio.sleep(_LOOK_AGAIN)
        found = await _ready(calls, name)


async def _ready(calls: Calls, name: str) -> dict[str, Any]:
    while True:
        try:
            found = await calls.ask("describe_table", TableName=name)
        except AbsentError:
            found = {}
        if _is_ready(found):
            return found
        await asyncio.sleep(_LOOK_AGAIN)


def _is_ready(found: Mapping[str, Any]) -> bool:
    table = found.get("Table", {})
    states = [table.get("TableStatus")] + [each.get("IndexStatus") for each in table.get("GlobalSecondaryIndexes", [])]
    return all(state == "ACTIVE" for state in states)


def _index_names(found: Mapping[str, Any]) -> set[str]:
    return {each["IndexName"] for each in found["Table"].get("GlobalSecondaryIndexes", [])}


async def _expire(calls: Calls, name: str, attribute: str) -> None:
    # CreateTable has no field for this: a table without the second request would keep everything for ever.
    while (state := await _expiry(calls, name)) not in ("ENABLED", "ENABLING"):
        wanted = {"Enabled": True, "AttributeName": attribute}
        try:
            await calls.ask("update_time_to_live", TableName=name, TimeToLiveSpecification=wanted)
        except (MalformedError, TakenError):
            if state == await _expiry(calls, name):
                await asyncio.sleep(_LOOK_AGAIN)


async def _expiry(calls: Calls, name: str) -> str:
    answer = await calls.ask("describe_time_to_live", TableName=name)
    return str(answer.get("TimeToLiveDescription", {}).get("TimeToLiveStatus", ""))


async def _back_up(calls: Calls, name: str) -> None:
    wanted = {"PointInTimeRecoveryEnabled": True}
    try:
        answer = await calls.ask("describe_continuous_backups", TableName=name)
        backups = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if backups.get("PointInTimeRecoveryStatus") != "ENABLED":
            await calls.ask("update_continuous_backups", TableName=name, PointInTimeRecoverySpecification=wanted)
    except UnknownError:
        return
