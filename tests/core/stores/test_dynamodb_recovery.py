"""DynamoDB's own point-in-time recovery: on for every table that was made, and missed where it is off."""

from __future__ import annotations

from core.stores.dynamodb import DynamoStore
from tests.core.stores.engines import Engine
from tests.core.stores.places import Clock, drop_tables, dynamo_store, fresh_prefix


async def test_every_table_that_was_made_can_be_restored(ministack: Engine) -> None:
    client, prefix = ministack.connect(), fresh_prefix()
    store = dynamo_store(client, Clock(), prefix)
    await store.open()

    assert [each.problem for each in await store.recovery()] == ["", "", "", ""]

    client.update_continuous_backups(
        TableName=f"{prefix}Alerts", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert await _problems(store) == {f"{prefix}Alerts": "point-in-time recovery is off; syncstate tables turns it on"}

    drop_tables(client, prefix)
    assert set((await _problems(store)).values()) == {"there is no such table"}
    await store.close()


async def _problems(store: DynamoStore) -> dict[str, str]:
    return {each.table: each.problem for each in await store.recovery() if each.problem}
