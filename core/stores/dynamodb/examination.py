"""Whether the tables are there as they should be: keys, indexes, expiry, recovery, and protection from deletion."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.errors import SyncStateError
from core.ports import Finding
from core.skew import judge
from core.stores.dynamodb import generation, tables
from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.replies import AbsentError, BusyError, MalformedError, TakenError, UnknownError
from core.stores.dynamodb.schema import TABLES, Table

_REACH = "check AWS_REGION, AWS_ENDPOINT_URL and the AWS credentials, and what they may do (deploy/template.yaml)"
_MAKE = "run syncstate doctor --fix; if there were tables, check AWS_REGION and SYNCSTATE_TABLE_PREFIX"
_FIX = "run syncstate doctor --fix"
_OLDER = "install that version again"
_STRANGE = "set SYNCSTATE_TABLE_PREFIX to a prefix of its own"


async def examine(calls: Calls, prefix: str, clock: Callable[[], float], *, protect: bool, mend: bool) -> list[Finding]:
    """One finding for each thing that is wrong with a table, or one for the table; `mend` makes what can be made.

    Never raises. `protect`: whether tables are to be protected from deletion.
    """
    try:
        if await generation.is_newer(calls, prefix):
            return [Finding("DynamoDB", f"the tables {prefix}* cannot be used: {generation.NEWER}", _OLDER)]
        date, found = await _look(calls, prefix, protect=protect)
        wrong = [each for each in found if each.problem]
        if mend and wrong and all(each.advice is not _STRANGE for each in wrong):
            found = await _mended(calls, prefix, found, protect=protect)
    except SyncStateError as error:
        return [Finding("DynamoDB", str(error), _REACH)]
    clocks = judge("AWS", date, clock())
    return [Finding("DynamoDB"), *([clocks] if clocks else []), *found]


async def _mended(calls: Calls, prefix: str, found: list[Finding], *, protect: bool) -> list[Finding]:
    await tables.make(calls, prefix, protect=protect)
    for table in TABLES if protect else ():
        await _protect(calls, prefix + table.name)
    _, after = await _look(calls, prefix, protect=protect)
    left = {each.check for each in after if each.problem}
    return [replace(each, mended=True) if each.problem and each.check not in left else each for each in found]


async def _look(calls: Calls, prefix: str, *, protect: bool) -> tuple[str, list[Finding]]:
    async with calls.bounded("describe_table"):
        looks = await asyncio.gather(*(_look_at(calls, prefix + table.name, table, protect) for table in TABLES))
    return looks[0][0], [finding for _, findings in looks for finding in findings]


async def _look_at(calls: Calls, name: str, table: Table, protect: bool) -> tuple[str, list[Finding]]:  # noqa: FBT001
    try:
        answer = await calls.ask("describe_table", TableName=name)
    except AbsentError:
        return "", [Finding(name, "there is no such table", _MAKE)]
    described = answer["Table"]
    if not _is_ours(described, table):
        return _date(answer), [Finding(name, "its keys are not those of SyncState", _STRANGE)]
    wrong = [
        *_missing_indexes(name, described, table),
        *(await _expiry(calls, name, table)),
        *(await _recovery(calls, name)),
    ]
    if protect and described.get("DeletionProtectionEnabled") is False:
        wrong.append(Finding(f"{name}: protection", "it can be deleted by mistake", _FIX))
    return _date(answer), wrong or [Finding(name)]


def _is_ours(described: Mapping[str, Any], table: Table) -> bool:
    wanted = table.definition()
    types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    ours = {each["AttributeName"]: each["AttributeType"] for each in wanted["AttributeDefinitions"]}
    agree = all(types.get(attribute, kind) == kind for attribute, kind in ours.items())
    return agree and described["KeySchema"] == wanted["KeySchema"]


def _missing_indexes(name: str, described: Mapping[str, Any], table: Table) -> list[Finding]:
    ready = {
        each["IndexName"] for each in described.get("GlobalSecondaryIndexes", []) if each["IndexStatus"] == "ACTIVE"
    }
    missing = [index.name for index in table.indexes if index.name not in ready]
    return [Finding(f"{name}: indexes", f"{', '.join(missing)} missing or not ready", _FIX)] if missing else []


async def _expiry(calls: Calls, name: str, table: Table) -> list[Finding]:
    if not table.expires:
        return []
    answer = await calls.ask("describe_time_to_live", TableName=name)
    found = answer.get("TimeToLiveDescription", {})
    if found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING") and found.get("AttributeName") == table.expires:
        return []
    return [Finding(f"{name}: expiry", f"nothing in it expires (TTL on {table.expires} is off)", _FIX)]


async def _recovery(calls: Calls, name: str) -> list[Finding]:
    try:
        answer = await calls.ask("describe_continuous_backups", TableName=name)
    except UnknownError:
        return []
    found = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if found.get("PointInTimeRecoveryStatus") == "ENABLED":
        return []
    return [Finding(f"{name}: recovery", "it cannot be put back to an earlier moment (PITR is off)", _FIX)]


async def _protect(calls: Calls, name: str) -> None:
    try:
        found = (await calls.ask("describe_table", TableName=name))["Table"]
        if found.get("DeletionProtectionEnabled") is False:
            await calls.ask("update_table", TableName=name, DeletionProtectionEnabled=True)
    except (BusyError, MalformedError, TakenError, UnknownError):
        return


def _date(answer: Mapping[str, Any]) -> str:
    headers: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return next((value for key, value in headers.items() if key.lower() == "date"), "")
