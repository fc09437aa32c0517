"""The tables are made once, whoever comes first, and keep what the outside reads."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from core.alerts import acknowledged
from core.errors import Unavailable
from core.stock import Push, Told
from core.stores.dynamodb import DynamoStore
from core.stores.dynamodb.schema import TABLES, TRANSACTIONS
from tests.core.stores.engines import Engine
from tests.core.stores.faults import Wire, error
from tests.core.stores.places import START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import commit, counted, low, ordered, returned

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LATER = START + 60
WHEN = "2096-10-02T07:06:40.000000Z"


@pytest.fixture
def prefix() -> str:
    return fresh_prefix()


@pytest.fixture
async def open_store(prefix: str) -> AsyncIterator[Callable[..., DynamoStore]]:
    made: list[DynamoStore] = []

    def make(client: "DynamoDBClient", name: str = "one") -> DynamoStore:
        made.append(dynamo_store(client, Clock(), prefix, name))
        return made[-1]

    yield make
    for store in made:
        await store.close()


async def test_missing_tables_are_made_with_their_indexes(
    engine: Engine, prefix: str, open_store: Callable[..., DynamoStore]
) -> None:
    client = engine.connect()

    await open_store(client).open()

    for table in TABLES:
        found = client.describe_table(TableName=prefix + table.name)["Table"]
        assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert {each["IndexName"] for each in found.get("GlobalSecondaryIndexes", [])} == {
            index.name for index in table.indexes
        }


async def test_what_is_expired_is_deleted_by_dynamodb(
    engine: Engine, prefix: str, open_store: Callable[..., DynamoStore]
) -> None:
    client = engine.connect()
    await open_store(client).open()

    found = client.describe_time_to_live(TableName=f"{prefix}Transactions")["TimeToLiveDescription"]

    assert (found["TimeToLiveStatus"], found["AttributeName"]) == ("ENABLED", "expiresAt")


async def test_every_table_can_be_restored_to_any_moment(
    ministack: Engine, prefix: str, open_store: Callable[..., DynamoStore]
) -> None:
    client = ministack.connect()
    await open_store(client).open()

    for table in TABLES:
        found = client.describe_continuous_backups(TableName=prefix + table.name)["ContinuousBackupsDescription"]
        assert found["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


async def test_tables_cannot_be_deleted_by_mistake(engine: Engine, prefix: str) -> None:
    client = engine.connect()
    store = dynamo_store(client, Clock(), prefix)
    store.protect = True
    await store.open()

    with pytest.raises(ClientError, match="ValidationException"):
        client.delete_table(TableName=f"{prefix}Inventory")
    await store.close()


async def test_tables_that_are_there_keep_their_rows(engine: Engine, open_store: Callable[..., DynamoStore]) -> None:
    first = open_store(engine.connect())
    await first.open()
    await commit(first, counted("A", 50, START))
    await first.close()

    second = open_store(engine.connect(), "two")
    await second.open()
    await second.open()

    assert (await second.glance("A")).stock.physical == 50


async def test_instances_that_start_at_once_make_the_tables_together(
    engine: Engine, open_store: Callable[..., DynamoStore]
) -> None:
    stores = [open_store(engine.connect(), name) for name in ("one", "two", "three")]

    await asyncio.gather(*(store.open() for store in stores))

    await commit(stores[0], counted("A", 50, START))
    assert (await stores[2].levels(["A"]))["A"].stock.physical == 50


async def test_a_missing_index_is_added(engine: Engine, prefix: str, open_store: Callable[..., DynamoStore]) -> None:
    if engine.name == "local":
        pytest.skip("under load DynamoDB Local 3.3.1 once did not finish adding an index within two minutes")
    client = engine.connect()
    bare = TRANSACTIONS.definition()
    bare["AttributeDefinitions"] = [{"AttributeName": "txId", "AttributeType": "S"}]
    del bare["GlobalSecondaryIndexes"]
    client.create_table(TableName=f"{prefix}Transactions", **bare)

    store = open_store(client)
    await store.open()

    await commit(store, counted("A", 50, START))
    assert [entry.delta for entry in (await store.history("A", "", 10)).items] == [50]
    assert await store.unfinished(LATER, 10) == []


async def test_tables_that_may_not_be_made_are_unavailable(
    ministack: Engine, open_store: Callable[..., DynamoStore]
) -> None:
    wire = Wire(ministack)
    wire.plan("CreateTable", *[error("AccessDeniedException")] * 4)

    with pytest.raises(Unavailable, match="create_table: AccessDeniedException"):
        await open_store(wire.client()).open()


async def test_rows_read_from_outside_as_they_are_documented(
    engine: Engine, prefix: str, open_store: Callable[..., DynamoStore]
) -> None:
    client = engine.connect()
    store = open_store(client)
    await store.open()
    await commit(
        store, counted("A", 50, START), ordered("1", {"A": 3}, LATER), returned("A", 1, LATER, "r1", "EXPIRED")
    )
    await store.settle("A", 2, {"shopify": Told(47, 2, START, Push.CONFIRMED)}, {})
    await store.save_alert(low("a1"))
    alert = await store.alert("a1")
    assert alert is not None
    await store.save_alert(acknowledged(alert, "U1", START))

    inventory = client.get_item(TableName=f"{prefix}Inventory", Key={"sku": {"S": "A"}})["Item"]
    assert {name: inventory[name] for name in ("physical", "buffer", "version", "updatedAt")} == {
        "physical": {"N": "47"},
        "buffer": {"N": "0"},
        "version": {"N": "2"},
        "updatedAt": {"S": WHEN},
    }
    assert inventory["lastBroadcast"]["M"]["shopify"]["M"] == {
        "quantity": {"N": "47"},
        "version": {"N": "2"},
        "at": {"S": WHEN},
        "status": {"S": "confirmed"},
    }
    row = client.get_item(TableName=f"{prefix}Transactions", Key={"txId": {"S": "shopify#1"}})["Item"]
    assert {name: next(iter(row[name].values())) for name in row if name not in ("known", "mark", "pending")} == {
        "txId": "shopify#1",
        "sku": "A",
        "action": "orders/updated",
        "status": "completed",
        "delta": "-3",
        "channel": "shopify",
        "orderId": "1",
        "timestamp": WHEN.replace("06:40", "07:40"),
        "expiresAt": str(int(START) + 30 * 86_400),
        "form": "1",
    }
    back = client.scan(TableName=f"{prefix}Returns")["Items"][0]
    assert back["timestamp"]["S"] == WHEN.replace("06:40", "07:40") + "#r1"
    assert (back["quantity"]["N"], back["disposition"]["S"], back["decision"]["S"]) == ("1", "EXPIRED", "alert_only")
    kept = client.get_item(TableName=f"{prefix}Alerts", Key={"alertId": {"S": "a1"}})["Item"]
    assert (kept["type"]["S"], kept["severity"]["S"], kept["sku"]["S"]) == ("stock_low", "warning", "A")
    assert (kept["timestamp"]["S"], kept["read"]["BOOL"], kept["status"]["S"]) == (WHEN, True, "acknowledged")
    assert (kept["count"]["N"], kept["acknowledgedBy"]["S"], kept["acknowledgedAt"]["S"]) == ("1", "U1", WHEN)


async def test_a_row_is_pending_until_its_mark_is_finished(
    engine: Engine, prefix: str, open_store: Callable[..., DynamoStore]
) -> None:
    client = engine.connect()
    store = open_store(client)
    await store.open()

    committed = await store.commit([counted("A", 50, START, key="k1")])
    before = client.get_item(TableName=f"{prefix}Transactions", Key={"txId": {"S": "k1"}})["Item"]
    assert committed.mark is not None
    await store.finish(committed.mark)

    after = client.get_item(TableName=f"{prefix}Transactions", Key={"txId": {"S": "k1"}})["Item"]
    assert (before["status"]["S"], after["status"]["S"]) == ("pending", "completed")
    assert not {"mark", "markedAt", "pending"} & after.keys()
