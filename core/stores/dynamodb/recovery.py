"""Whether the tables can be put back to an earlier moment: DynamoDB's own point-in-time recovery."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from core.stores.dynamodb.calls import Calls
from core.stores.dynamodb.replies import AbsentError, UnknownError
from core.stores.dynamodb.schema import TABLES


@dataclass(frozen=True, slots=True)
class Recovery:
    """One table: restorable from `since` to `until` (None: the server does not say), or why it is not."""

    table: str
    problem: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def recovery_of(calls: Calls, prefix: str) -> tuple[Recovery, ...]:
    """How far back each table can be restored."""
    return tuple(await asyncio.gather(*(_look(calls, prefix + table.name) for table in TABLES)))


async def _look(calls: Calls, name: str) -> Recovery:
    async with calls.bounded("describe_continuous_backups"):
        try:
            answer = await calls.ask("describe_continuous_backups", TableName=name)
        except AbsentError:
            return Recovery(name, "there is no such table")
        except UnknownError:
            return Recovery(name, "the server has no point-in-time recovery")
    found = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if found.get("PointInTimeRecoveryStatus") != "ENABLED":
        return Recovery(name, "point-in-time recovery is off; syncstate tables turns it on")
    return Recovery(name, "", found.get("EarliestRestorableDateTime"), found.get("LatestRestorableDateTime"))
