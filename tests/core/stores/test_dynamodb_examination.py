"""What is wrong with the tables is found, said, and mended where it can be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import pytest

from core.ports import Finding
from core.stores.dynamodb import DynamoStore
from core.stores.dynamodb.schema import ALERTS, HISTORY
from tests.core.stores.engines import Engine
from tests.core.stores.faults import Wire, error
from tests.core.stores.places import Clock, dynamo_store, fresh_prefix

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Harm = Callable[["DynamoDBClient", str], object]


async def wrong(store: DynamoStore, *, mend: bool = False) -> dict[str, Finding]:
    found = await store.examine(mend=mend)
    return {each.check.removeprefix(store.prefix): each for each in found if each.problem and "clock" not in each.check}


@pytest.fixture
async def store(ministack: Engine) -> AsyncIterator[DynamoStore]:
    made = dynamo_store(ministack.connect(), Clock(), fresh_prefix())
    made.protect = True
    await made.open()
    yield made
    await made.close()


def drop(client: DynamoDBClient, prefix: str) -> None:
    client.update_table(TableName=f"{prefix}Returns", DeletionProtectionEnabled=False)
    client.delete_table(TableName=f"{prefix}Returns")


def forget_expiry(client: DynamoDBClient, prefix: str) -> None:
    off = {"Enabled": False, "AttributeName": "expiresAt"}
    client.update_time_to_live(TableName=f"{prefix}Transactions", TimeToLiveSpecification=off)  # type: ignore[arg-type]


def forget_recovery(client: DynamoDBClient, prefix: str) -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    client.update_continuous_backups(TableName=f"{prefix}Inventory", PointInTimeRecoverySpecification=off)  # type: ignore[arg-type]


def expose(client: DynamoDBClient, prefix: str) -> None:
    client.update_table(TableName=f"{prefix}Alerts", DeletionProtectionEnabled=False)


def lose_index(client: DynamoDBClient, prefix: str) -> None:
    gone = [{"Delete": {"IndexName": HISTORY}}]
    client.update_table(TableName=f"{prefix}Transactions", GlobalSecondaryIndexUpdates=gone)  # type: ignore[arg-type]


HARMS: dict[str, tuple[Harm, str]] = {
    "a table is gone": (drop, "Returns"),
    "nothing expires": (forget_expiry, "Transactions: expiry"),
    "no recovery": (forget_recovery, "Inventory: recovery"),
    "no protection": (expose, "Alerts: protection"),
    "an index is gone": (lose_index, "Transactions: indexes"),
}


async def test_tables_as_we_make_them_are_sound(store: DynamoStore) -> None:
    assert await wrong(store) == {}


@pytest.mark.parametrize("harm", HARMS)
async def test_harm_is_found_and_mended_and_gone(store: DynamoStore, harm: str) -> None:
    do, check = HARMS[harm]
    do(store.client, store.prefix)

    found = await wrong(store)
    assert list(found) == [check]
    assert "doctor --fix" in found[check].advice
    assert not found[check].mended

    mended = await wrong(store, mend=True)
    assert {name: each.mended for name, each in mended.items()} == {check: True}
    assert await wrong(store) == {}


async def test_tables_of_somebody_else_are_left_alone(ministack: Engine) -> None:
    client, prefix = ministack.connect(), fresh_prefix()
    foreign = ALERTS.definition()
    foreign["GlobalSecondaryIndexes"] = foreign["GlobalSecondaryIndexes"][:1]
    foreign["AttributeDefinitions"] = [
        {"AttributeName": "alertId", "AttributeType": "S"},
        {"AttributeName": "open", "AttributeType": "S"},
        {"AttributeName": "timestamp", "AttributeType": "N"},
    ]
    client.create_table(TableName=f"{prefix}Alerts", **foreign)
    store = dynamo_store(client, Clock(), prefix)

    found = await wrong(store, mend=True)

    assert "SYNCSTATE_TABLE_PREFIX" in found["Alerts"].advice
    assert client.list_tables()["TableNames"].count(f"{prefix}Inventory") == 0
    await store.close()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("AccessDeniedException", "do not allow it"),
        ("UnrecognizedClientException", "are not valid"),
        ("InvalidSignatureException", "machine's clock"),
        ("ExpiredTokenException", "have expired"),
    ],
)
async def test_refused_credentials_are_one_finding_in_plain_words(ministack: Engine, code: str, says: str) -> None:
    wire = Wire(ministack)
    wire.plan("DescribeTable", *[error(code)] * 4)
    store = dynamo_store(wire.client(), Clock(), fresh_prefix())

    (finding,) = await store.examine(mend=False)

    assert code in finding.problem
    assert says in finding.problem
    assert "AWS_REGION" in finding.advice
    await store.close()


async def test_nobody_there_is_one_finding_within_the_deadline(ministack: Engine) -> None:
    wire = Wire(ministack)
    wire.plan("DescribeTable", *[error("InternalServerError", 500)] * 10_000)
    store = dynamo_store(wire.client(), Clock(), fresh_prefix(), deadline=0.2)

    (finding,) = await store.examine(mend=True)

    assert "did not answer" in finding.problem
    await store.close()
