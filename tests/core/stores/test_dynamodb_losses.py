"""Answers that are lost, servers that hang or are not there: nothing is done twice, and nobody waits for ever."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.alerts import resolved
from core.changes import Status
from core.errors import Unavailable
from core.stock import Push, Told
from core.stores.dynamodb import DynamoStore, connect
from tests.core.stores.engines import REGION, THREADS, Engine
from tests.core.stores.faults import Fault, Wire, cancelled, error, hang, lose_reply, lose_request
from tests.core.stores.places import CHANNELS, START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import commit, counted, ledger, low, ordered, physical

LATER = START + 60
COMMIT = "TransactWriteItems"


@pytest.fixture
def wire(engine: Engine) -> Wire:
    return Wire(engine)


@pytest.fixture
async def store(wire: Wire) -> AsyncIterator[DynamoStore]:
    opened = dynamo_store(wire.client(), Clock(), fresh_prefix())
    await opened.open()
    await commit(opened, counted("A", 50, START), counted("B", 50, START))
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    "faults",
    [
        (lose_reply,),
        (lose_request,),
        (lose_reply, lose_request, lose_reply),
        (lose_reply, error("ThrottlingException"), cancelled("TransactionConflict")),
    ],
)
async def test_a_lost_answer_is_no_duplicate_for_the_sender(
    store: DynamoStore, wire: Wire, faults: tuple[Fault, ...]
) -> None:
    wire.plan(COMMIT, *faults)

    outcomes = await commit(store, ordered("1", {"A": 3}, LATER), ordered("2", {"A": 4, "B": 1}, LATER))

    assert [outcome.status for outcome in outcomes] == [Status.APPLIED, Status.APPLIED]
    assert await physical(store, "A", "B") == [43, 49]
    assert [entry.delta for entry in await ledger(store, "B")] == [-1, 50]
    tokens = {request.body["ClientRequestToken"] for request in wire.requests(COMMIT)[1:]}
    assert len(tokens) == 1


async def test_a_lost_answer_to_finishing_leaves_nothing_to_do(store: DynamoStore, wire: Wire) -> None:
    wire.plan("UpdateItem", lose_reply)
    wire.plan("BatchWriteItem", lose_reply)

    await commit(store, ordered("1", {"A": 1, "B": 1}, LATER))

    assert await store.unfinished(LATER, 10) == []


async def test_a_lost_answer_to_settling_counts_own_sales_once(store: DynamoStore, wire: Wire) -> None:
    await commit(store, ordered("1", {"A": 3}, LATER))
    wire.plan("UpdateItem", lose_reply)

    assert await store.settle("A", 2, {"shopify": Told(47, 2, LATER + 0.1234567, Push.CONFIRMED)}, {"shopify": 3})

    assert (await store.glance("A")).own == {}


async def test_a_lost_answer_to_settling_an_old_level_counts_own_sales_once(store: DynamoStore, wire: Wire) -> None:
    await commit(store, ordered("1", {"A": 3}, LATER), ordered("2", {"A": 5}, LATER))
    wire.plan("UpdateItem", lose_reply, lose_reply)

    assert not await store.settle("A", 2, {"shopify": Told(47, 2, LATER + 0.1234567, Push.CONFIRMED)}, {"shopify": 3})

    assert (await store.glance("A")).own == {"shopify": 5}


async def test_a_lost_answer_to_a_claim_is_a_claim(store: DynamoStore, wire: Wire) -> None:
    told = {channel: Told(50, 1, LATER, Push.CONFIRMED) for channel in CHANNELS}
    await store.settle("A", 1, told, {})
    wire.plan("UpdateItem", lose_reply)

    assert (await store.claim(["A"], CHANNELS))["A"].claimed == frozenset()


async def test_a_lost_answer_to_a_job_claim_is_a_claim(store: DynamoStore, wire: Wire) -> None:
    wire.plan("UpdateItem", lose_reply)

    assert await store.claim_job("digest", START, "one", START + 0.3, 60.0)
    assert not await store.claim_job("digest", START, "two", START + 0.3, 60.0)


async def test_a_lost_answer_to_saving_an_alert_is_a_save(store: DynamoStore, wire: Wire) -> None:
    wire.plan(COMMIT, lose_reply)

    assert await store.save_alert(low("a1"))
    assert not await store.save_alert(low("a1"))


async def test_a_lost_answer_to_saving_a_resolved_alert_is_a_save(store: DynamoStore, wire: Wire) -> None:
    await store.save_alert(low("a1"))
    await store.save_alert(resolved(replace(low("a1"), revision=1), "", LATER))
    await store.save_alert(low("a2"))
    wire.plan("PutItem", lose_reply)

    old = await store.alert("a1")
    assert old is not None
    assert await store.save_alert(replace(old, told=old.edition))


async def test_a_server_that_hangs_is_unavailable_in_time_and_blocks_nobody(ministack: Engine) -> None:
    wire, release = Wire(ministack), threading.Event()
    store = dynamo_store(wire.client(), Clock(), fresh_prefix(), deadline=0.3)
    await store.open()
    wire.plan(COMMIT, *[hang(release)] * 3)

    started, ticks = time.monotonic(), 0
    committing = asyncio.ensure_future(store.commit([counted("A", 1, START)]))
    while not committing.done():
        await asyncio.sleep(0.01)
        ticks += 1

    with pytest.raises(Unavailable, match="in time"):
        await committing
    assert time.monotonic() - started < 5
    assert ticks >= 3
    release.set()
    await store.close()


async def test_more_hanging_requests_than_threads_are_unavailable_in_time_too(ministack: Engine) -> None:
    wire, release = Wire(ministack), threading.Event()
    store = dynamo_store(wire.client(), Clock(), fresh_prefix(), deadline=0.3)
    await store.open()
    wire.plan("GetItem", *[hang(release)] * 4 * THREADS)

    started = time.monotonic()
    found = await asyncio.gather(*(store.glance("A") for _ in range(2 * THREADS)), return_exceptions=True)

    assert {type(each) for each in found} == {Unavailable}
    assert time.monotonic() - started < 5
    release.set()
    await store.close()


async def test_a_server_that_accepts_and_says_nothing_is_unavailable_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = connect(REGION, f"http://127.0.0.1:{silent.getsockname()[1]}", THREADS)
        store = dynamo_store(client, Clock(), fresh_prefix(), deadline=0.3)

        started = time.monotonic()
        with pytest.raises(Unavailable):
            await store.ping()

        assert time.monotonic() - started < 5
        await store.close()


async def test_a_server_that_is_not_there_is_unavailable_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    store = dynamo_store(connect(REGION, f"http://127.0.0.1:{port}", THREADS), Clock(), fresh_prefix(), deadline=0.3)

    with pytest.raises(Unavailable):
        await store.ping()
    with pytest.raises(Unavailable):
        await store.commit([counted("A", 1, START)])
    await store.close()


async def test_a_closed_store_is_unavailable(ministack: Engine) -> None:
    store = dynamo_store(ministack.connect(), Clock(), fresh_prefix())
    await store.open()
    await store.close()

    with pytest.raises(Unavailable, match="closed"):
        await store.ping()
