"""Whatever goes wrong on the line, stock and ledger agree and every order counts once."""

import asyncio
from random import Random

import pytest

from core.changes import Change, Outcome, Status
from core.errors import Unavailable
from core.orders.change import OrderChange
from core.stores.dynamodb import DynamoStore
from tests.core.stores.engines import Engine
from tests.core.stores.faults import Fault, Wire, cancelled, error, leave_undone, lose_reply, lose_request
from tests.core.stores.places import START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import added, commit, counted, facts, ledger, ordered, physical

LATER = START + 60
SKUS = "ABCD"
FAULTS: dict[str, tuple[Fault, ...]] = {
    "TransactWriteItems": (
        lose_reply,
        lose_request,
        cancelled("TransactionConflict"),
        cancelled("None", "ThrottlingError"),
        error("TransactionInProgressException"),
        error("InternalServerError", 500),
        error("ProvisionedThroughputExceededException"),
    ),
    "UpdateItem": (lose_reply, lose_request, error("TransactionConflictException"), error("ThrottlingException")),
    "BatchWriteItem": (lose_reply, lose_request, leave_undone),
    "BatchGetItem": (lose_request, leave_undone, error("InternalServerError", 500)),
}


def _changes(random: Random) -> list[Change]:
    told: list[Change] = []
    for number in range(40):
        units = {sku: random.randint(1, 3) for sku in random.sample(SKUS, random.randint(1, 3))}
        told.append(ordered(str(number), units, LATER))
        if random.random() < 0.4:
            fewer = dict.fromkeys(units, 1)
            told.append(OrderChange(facts(str(number), fewer, LATER + 9, created=LATER), LATER + 9))
        if random.random() < 0.3:
            told.append(added(random.choice(SKUS), random.choice((-1, 2)), LATER, f"k{number}"))
    told += random.sample(told, len(told) // 2)
    random.shuffle(told)
    return told


async def _deliver(store: DynamoStore, group: list[Change], random: Random) -> list[Outcome]:
    """Send the group as a sender does, until each change is answered; finish its mark or crash before."""
    answered: list[Outcome] = []
    left = group
    while left:
        try:
            committed = await store.commit(left)
        except Unavailable:
            continue
        if committed.mark is not None and random.random() < 0.7:
            await store.finish(committed.mark)
        answered += [result for result in committed.results if isinstance(result, Outcome)]
        pairs = zip(left, committed.results, strict=True)
        left = [change for change, result in pairs if isinstance(result, Unavailable)]
    return answered


@pytest.mark.parametrize("seed", range(4))
async def test_stock_and_ledger_agree_after_anything(ministack: Engine, seed: int) -> None:
    random, prefix = Random(seed), fresh_prefix()
    wires = [Wire(ministack), Wire(ministack)]
    stores = [dynamo_store(wire.client(), Clock(), prefix, name) for wire, name in zip(wires, "xy", strict=True)]
    await stores[0].open()
    await commit(stores[0], *(counted(sku, 500, START) for sku in SKUS))
    for wire in wires:
        for operation, faults in FAULTS.items():
            wire.plan(operation, *random.choices(faults, k=25))

    told = _changes(random)
    groups = [told[start : start + 6] for start in range(0, len(told), 6)]
    found = await asyncio.gather(*(_deliver(stores[n % 2], group, random) for n, group in enumerate(groups)))
    for mark in await stores[1].unfinished(LATER, 1000):
        await stores[1].finish(mark)

    entries = {sku: await ledger(stores[0], sku) for sku in SKUS}
    assert [sum(entry.delta for entry in entries[sku]) for sku in SKUS] == await physical(stores[0], *SKUS)
    ids = [entry.tx_id for rows in entries.values() for entry in rows]
    assert len(ids) == len(set(ids))
    keys = {change.key for change in told}
    assert {outcome.key for outcomes in found for outcome in outcomes} == keys
    adjusted = [o.key for outcomes in found for o in outcomes if o.status is Status.APPLIED and o.key.startswith("k")]
    assert sorted(adjusted) == sorted(key for key in keys if key.startswith("k"))
    assert await stores[0].unfinished(LATER, 10) == []
    for store in stores:
        await store.close()
