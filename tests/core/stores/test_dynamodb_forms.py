"""Stored items say in which form they are: the first ones are read right, newer ones are not read wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from botocore.exceptions import ClientError

from core.alerts import Severity, State
from core.changes import Progress
from core.errors import StoreUnfit, Unavailable
from core.stock import Push
from core.stores.dynamodb import DynamoStore
from core.stores.dynamodb.forms import FORM, FORM_NAME
from core.stores.dynamodb.schema import RETURNS, TABLES
from tests.core.stores.engines import Engine
from tests.core.stores.faults import Wire
from tests.core.stores.places import START, Clock, drop_tables, dynamo_store, fresh_prefix
from tests.core.stores.samples import commit, counted, ledger, low, ordered, physical, returned, stock, try_commit

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
WHEN = "2096-10-02T07:06:40.000000Z"
LINE = ["A", START, 3, 0, {}, 0, 3, START, 3]
KNOWN = orjson.dumps([1, START, START, None, 1, {"1-A": LINE}, []])
MARK = orjson.dumps(["n0", ["A"], [["n1", "unlisted_sku", "B", "B is not set", "", ""]], []])
OLD_STOCK: Item = {
    "sku": {"S": "A"},
    "shelf": {"S": "3"},
    "physical": {"N": "47"},
    "buffer": {"N": "5"},
    "version": {"N": "2"},
    "countedAt": {"N": "3999999990"},
    "updatedAt": {"S": WHEN},
    "movedDay": {"N": "46296"},
    "s_46296": {"N": "3"},
    "own_shopify": {"N": "3"},
    "link_shopify": {"S": "gid-1"},
    "lastBroadcast": {
        "M": {
            "shopify": {
                "M": {
                    "version": {"N": "1"},
                    "at": {"S": WHEN},
                    "status": {"S": "owed"},
                    "quantity": {"N": "45"},
                    "owedSince": {"S": WHEN},
                    "error": {"S": "no answer"},
                }
            }
        }
    },
}
OLD_ORDER: Item = {
    "txId": {"S": "shopify#1"},
    "known": {"B": KNOWN},
    "expiresAt": {"N": "4002592000"},
    "timestamp": {"S": WHEN},
    "status": {"S": "pending"},
    "sku": {"S": "A"},
    "action": {"S": "orders/updated"},
    "channel": {"S": "shopify"},
    "orderId": {"S": "1"},
    "delta": {"N": "-3"},
    "mark": {"B": MARK},
    "pending": {"S": "1"},
    "markedAt": {"N": "4000000000"},
}
OLD_RETURN: Item = {
    "sku": {"S": "A"},
    "timestamp": {"S": f"{WHEN}#r1"},
    "returnId": {"S": "r1"},
    "disposition": {"S": "DEFECTIVE"},
    "channel": {"S": "amazon"},
    "decision": {"S": "alert_only"},
    "quantity": {"N": "2"},
}
OLD_ALERT: Item = {
    "alertId": {"S": "a1"},
    "type": {"S": "stock_low"},
    "severity": {"S": "warning"},
    "sku": {"S": "A"},
    "message": {"S": "A runs low"},
    "subject": {"S": "stock#A"},
    "timestamp": {"S": WHEN},
    "updatedAt": {"S": WHEN},
    "status": {"S": "open"},
    "open": {"S": "open"},
    "untold": {"S": "untold"},
    "read": {"BOOL": False},
    **{name: {"N": "1"} for name in ("count", "revision", "edition")},
    **{name: {"N": "0"} for name in ("told", "resolvedAt", "snoozedUntil", "escalatedAt", "postingUntil")},
}
OLD_POINTER: Item = {"alertId": {"S": "open#stock#A"}, "holder": {"S": "a1"}}
OLD_NOTE: Item = {"txId": {"S": "note#last-digest"}, "value": {"B": b"7"}, "timestamp": {"S": WHEN}}
OLD: dict[str, tuple[Item, ...]] = {
    "Inventory": (OLD_STOCK,),
    "Transactions": (OLD_ORDER, OLD_NOTE),
    "Returns": (OLD_RETURN,),
    "Alerts": (OLD_ALERT, OLD_POINTER),
}


class Tables:
    """Four tables, what is put into them by hand, and a store over them."""

    def __init__(self, client: DynamoDBClient) -> None:
        self.client, self.prefix = client, fresh_prefix()

    def store(self, name: str = "one") -> DynamoStore:
        return dynamo_store(self.client, Clock(), self.prefix, name)

    def put(self, table: str, item: Item) -> None:
        self.client.put_item(TableName=self.prefix + table, Item=item)

    def items(self) -> list[Item]:
        return [item for table in TABLES for item in self.client.scan(TableName=self.prefix + table.name)["Items"]]

    def age(self, table: str, key: Item) -> None:
        """Have the item look as if the next form had written it."""
        self.client.update_item(
            TableName=self.prefix + table,
            Key=key,
            UpdateExpression="SET #form = :next",
            ExpressionAttributeNames={"#form": FORM_NAME},
            ExpressionAttributeValues={":next": {"N": str(FORM + 1)}},
        )


@pytest.fixture
async def tables(engine: Engine) -> AsyncIterator[Tables]:
    made = Tables(engine.connect())
    yield made
    drop_tables(made.client, made.prefix)


@pytest.fixture
async def store(tables: Tables) -> AsyncIterator[DynamoStore]:
    made = tables.store()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def old(tables: Tables, store: DynamoStore) -> DynamoStore:
    """A store over items as the first version wrote them."""
    for table, items in OLD.items():
        for item in items:
            tables.put(table, item)
    return store


async def test_the_first_stock_is_read_right(old: DynamoStore) -> None:
    level = (await old.levels(["A"]))["A"]
    told = level.told["shopify"]

    assert (level.stock.physical, level.stock.buffer, level.stock.version, level.stock.low_at) == (47, 5, 2, 5)
    assert level.stock.managed
    assert (level.own, level.links, level.updated_at) == ({"shopify": 3}, {"shopify": "gid-1"}, START)
    assert (told.quantity, told.status, told.error, told.owed_since) == (45, Push.OWED, "no answer", START)


async def test_an_order_of_the_first_form_sent_again_takes_nothing(old: DynamoStore) -> None:
    (again,) = await commit(old, ordered("1", {"A": 3}, START))

    assert again.status == "duplicate"
    assert await physical(old, "A") == [47]


async def test_a_first_order_that_is_edited_moves_by_the_difference(old: DynamoStore) -> None:
    await commit(old, ordered("1", {"A": 5}, START + 9))

    assert await physical(old, "A") == [45]
    assert [entry.delta for entry in await ledger(old, "A")] == [-2, -3]


async def test_what_the_first_form_left_to_do_is_done(old: DynamoStore) -> None:
    (mark,) = await old.unfinished(START + 60, 10)
    await old.finish(mark)

    assert (mark.skus, [notice.kind for notice in mark.notices]) == (("A",), ["unlisted_sku"])
    assert await old.unfinished(START + 60, 10) == []
    assert [entry.status for entry in await ledger(old, "A")] == [Progress.COMPLETED]


async def test_the_first_alert_is_read_right_and_goes_on(old: DynamoStore) -> None:
    found = await old.open_alert("stock#A")

    assert found is not None
    assert (found.kind, found.severity, found.state, found.count) == ("stock_low", Severity.WARNING, State.OPEN, 1)
    assert [each.alert_id for each in await old.untold_alerts(10)] == ["a1"]
    assert await old.save_alert(found)


async def test_the_first_return_and_the_first_note_are_read_right(old: DynamoStore) -> None:
    (row,) = (await old.returns("A", "", 10)).items

    assert (row.return_id, row.quantity, row.disposition, row.at) == ("r1", 2, "DEFECTIVE", START)
    assert await old.note("last-digest") == b"7"


async def test_a_first_row_says_its_form_from_its_next_change_on(old: DynamoStore, tables: Tables) -> None:
    await commit(old, counted("A", 60, START + 5))

    (row,) = [item for item in tables.items() if item.get("sku") == {"S": "A"} and "shelf" in item]
    assert row[FORM_NAME] == {"N": str(FORM)}


async def test_everything_that_is_stored_says_its_form(store: DynamoStore, tables: Tables) -> None:
    await commit(store, counted("A", 50, START), counted("B", 9, START))
    await commit(store, ordered("1", {"A": 3, "B": 1, "new": 1}, START + 1), returned("A", 1, START + 2, "r1"))
    await store.link("C", {"shopify": "gid"})
    await store.save_alert(low("a1"))
    await store.claim_job("digest", START, "one", START, 60.0)
    await store.save_note("n", b"1")
    await store.swap_note("m", None, b"1")

    assert [item for item in tables.items() if item.get(FORM_NAME) != {"N": str(FORM)}] == []


@pytest.mark.parametrize(
    ("table", "key"),
    [("Inventory", {"sku": {"S": "A"}}), ("Transactions", {"txId": {"S": "shopify#1"}})],
    ids=["stock", "order"],
)
async def test_what_a_newer_version_wrote_is_put_off_and_left_as_it_is(
    store: DynamoStore, tables: Tables, table: str, key: Item
) -> None:
    await commit(store, counted("A", 50, START), ordered("1", {"A": 3}, START + 1))
    tables.age(table, key)
    other = tables.store("two")

    (refused,) = await try_commit_one(other)

    assert isinstance(refused, Unavailable)
    assert "newer SyncState" in refused.reason
    row = tables.client.get_item(TableName=f"{tables.prefix}Inventory", Key={"sku": {"S": "A"}})["Item"]
    assert row["physical"] == {"N": "47"}
    await other.close()


async def try_commit_one(store: DynamoStore) -> list[object]:
    try:
        return list(await try_commit(store, ordered("1", {"A": 4}, START + 2)))
    except Unavailable as error:
        return [error]


async def test_a_version_is_not_started_over_what_a_newer_one_writes_and_doctor_says_so(
    store: DynamoStore, tables: Tables
) -> None:
    await commit(store, counted("A", 50, START))
    tables.age("Transactions", {"txId": {"S": "note#form"}})
    tables.client.delete_table(TableName=f"{tables.prefix}Returns")
    other = tables.store("two")

    with pytest.raises(StoreUnfit, match="a newer SyncState writes to them"):
        await other.open()

    (found,) = await other.examine(mend=True)
    assert found.problem.endswith("a newer SyncState writes to them")
    assert found.advice == "install that version again"
    assert (await stock(store, "A")).physical == 50
    with pytest.raises(ClientError, match="ResourceNotFound"):
        tables.client.describe_table(TableName=f"{tables.prefix}Returns")
    await other.close()
    tables.client.create_table(TableName=f"{tables.prefix}Returns", **RETURNS.definition())


async def test_where_the_form_is_noted_a_start_writes_nothing(
    store: DynamoStore, tables: Tables, engine: Engine
) -> None:
    wire = Wire(engine)
    other = dynamo_store(wire.client(), Clock(), tables.prefix, "reader")

    await other.open()

    assert wire.requests("PutItem") == []
    await other.close()
