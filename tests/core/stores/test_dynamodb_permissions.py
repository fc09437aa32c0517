"""What the store asks of DynamoDB is what deploy/template.yaml lets it do, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.alerts import acknowledged, resolved
from core.changes import Mark
from core.stock import Push, Told
from core.stores.dynamodb import DynamoStore
from tests.core.stores.engines import Engine
from tests.core.stores.faults import Request, Wire
from tests.core.stores.places import START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import added, commit, counted, facts, low, ordered, refunded, returned
from tests.project.deployment import listed, read_template, statements

Asked = tuple[str, str]
_INNER = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


async def work_through(store: DynamoStore) -> None:
    """Ask every method of the store once, and some in more ways than one."""
    await store.open()
    await store.examine(mend=False)
    await store.ping()
    await commit(store, counted("A", 50, START, "k0"), counted("B", 9, START, "k1"))
    await commit(store, ordered("1", {"A": 3, "B": 1, "new": 1}, START + 1), returned("A", 1, START + 2, "r1"))
    await commit(store, ordered("1", {"A": 3, "B": 1, "new": 1}, START + 1), refunded("1", "A", 1, START + 3))
    await commit(store, added("A", -2, START + 4, "k2"), returned("B", 1, START + 5, "r2", "EXPIRED"))
    committed = await store.commit([counted("C", 5, START + 6, "k3")])
    assert isinstance(committed.mark, Mark)
    await store.unfinished(START + 100, 10)
    await store.finish(committed.mark)
    claimed = await store.claim(["A", "C"], ["shopify"])
    told = {"shopify": Told(40, claimed["A"].stock.version, START, Push.OWED)}
    await store.settle("A", claimed["A"].stock.version, told, {})
    await store.link("A", {"shopify": "gid"})
    await store.flag_alert("A", "stock_low")
    await look_around(store)
    await keep_alerts(store)
    assert await store.claim_job("digest", START, "one", START, 60.0)
    await store.finish_job("digest", START, "one")
    await store.save_note("n", b"1")
    await store.swap_note("n", b"1", b"2")


async def look_around(store: DynamoStore) -> None:
    await store.levels(["A", "B"])
    await store.glance("A")
    await store.list_levels("", 10)
    await store.list_skus("", 10)
    await store.moved_since(0)
    await store.owed("shopify", "", 10)
    await store.arrears()
    await store.history("A", "", 10)
    await store.returns("A", "", 10)
    await store.knowledge([facts("1", {"A": 1}, START).order_id, "shopify#1"])
    await store.note("n")
    await store.recovery()


async def keep_alerts(store: DynamoStore) -> None:
    await store.save_alert(low("a1"))
    first = await store.alert("a1")
    assert first is not None
    await store.save_alert(acknowledged(first, "U1", START))
    await store.open_alert(first.subject)
    await store.list_alerts("", "", 10)
    await store.list_alerts("warning", "", 10)
    await store.untold_alerts(10)
    await store.due_alerts(START, 10)
    held = await store.alert("a1")
    assert held is not None
    await store.save_alert(resolved(held, "back", START + 9))


def asked(request: Request, prefix: str) -> Iterator[Asked]:
    """Each action on a table or an index that AWS would look up in a policy."""
    body: dict[str, Any] = request.body
    if request.operation == "TransactWriteItems":
        for item in body["TransactItems"]:
            ((kind, inner),) = item.items()
            yield _INNER[kind], inner["TableName"].removeprefix(prefix)
        return
    for name in body.get("RequestItems", {}):
        yield request.operation, name.removeprefix(prefix)
    if "TableName" in body:
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        yield request.operation, body["TableName"].removeprefix(prefix) + index


def allowed() -> set[Asked]:
    """The same, as the template allows it."""
    found = set()
    for statement in statements(read_template()):
        for action in listed(statement["Action"]):
            service, _, operation = action.partition(":")
            if service == "dynamodb":
                found |= {(operation, _table(each)) for each in listed(statement["Resource"])}
    return found


def _table(resource: dict[str, str]) -> str:
    if "GetAtt" in resource:
        return resource["GetAtt"].removesuffix(".Arn")
    return resource["Sub"].replace("${", "").replace(".Arn}", "")


async def test_the_store_asks_nothing_that_its_role_does_not_allow_and_the_role_allows_nothing_else(
    ministack: Engine,
) -> None:
    prefix = fresh_prefix()
    maker = dynamo_store(ministack.connect(), Clock(), prefix)
    await maker.open()
    wire = Wire(ministack)
    store = dynamo_store(wire.client(), Clock(), prefix)
    await work_through(store)

    needed = {each for request in wire.seen for each in asked(request, prefix)}

    assert needed - allowed() == set()
    assert allowed() - needed == set()
    for opened in (maker, store):
        await opened.close()
