"""Transactions that meet others are tried again, in halves, until they pass or the time is up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from core.changes import Outcome, Status
from core.errors import BadInput, Unavailable
from core.orders.change import OrderChange
from core.orders.facts import LineFact, OrderFacts
from core.stores.dynamodb import DynamoStore
from tests.core.stores.engines import Engine
from tests.core.stores.faults import Fault, Wire, cancelled, error, leave_undone, when
from tests.core.stores.places import START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import commit, counted, ledger, low, ordered, physical

LATER = START + 60
FOREVER = 10_000
COMMIT = "TransactWriteItems"
BUSY = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]


@dataclass(frozen=True, slots=True)
class Shop:
    """An instance with 50 of A and B on hand, over a line that can fail."""

    store: DynamoStore
    wire: Wire

    def transactions(self) -> list[int]:
        """How many rows each transaction since the counts wanted to write."""
        return [len(request.keys) for request in self.wire.requests(COMMIT)][1:]


@asynccontextmanager
async def _open(engine: Engine, deadline: float = 30.0, jitter: float = 0.0) -> AsyncIterator[Shop]:
    wire = Wire(engine)
    store = dynamo_store(wire.client(), Clock(), fresh_prefix(), deadline=deadline, jitter=jitter)
    await store.open()
    await commit(store, counted("A", 50, START), counted("B", 50, START))
    yield Shop(store, wire)
    await store.close()


@pytest.fixture
async def shop(ministack: Engine) -> AsyncIterator[Shop]:
    async with _open(ministack) as opened:
        yield opened


@pytest.fixture
async def hasty(ministack: Engine) -> AsyncIterator[Shop]:
    """The same with a deadline of four seconds."""
    async with _open(ministack, 4.0, 0.5) as opened:
        yield opened


@pytest.mark.parametrize("reason", BUSY)
async def test_a_contended_group_is_tried_whole_and_then_in_halves(shop: Shop, reason: str) -> None:
    shop.wire.plan(COMMIT, cancelled("None", reason), cancelled(reason))

    outcomes = await commit(shop.store, *(ordered(str(number), {"A": 1}, LATER) for number in range(6)))

    assert shop.transactions() == [6, 6, 3, 3]
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert await physical(shop.store, "A") == [44]


@pytest.mark.parametrize(
    "fault",
    [
        error("TransactionConflictException"),
        error("ProvisionedThroughputExceededException"),
        error("ThrottlingException"),
        error("RequestLimitExceeded"),
        error("TransactionInProgressException"),
        error("InternalServerError", 500),
        error("ServiceUnavailable", 503),
    ],
)
async def test_a_busy_server_is_asked_again(shop: Shop, fault: Fault) -> None:
    shop.wire.plan(COMMIT, fault, fault)
    shop.wire.plan("UpdateItem", fault)
    shop.wire.plan("BatchGetItem", fault)

    (outcome,) = await commit(shop.store, ordered("1", {"A": 1}, LATER))

    assert outcome.status is Status.APPLIED
    assert await physical(shop.store, "A") == [49]


async def test_a_duplicate_beside_a_conflict_stays_a_duplicate(shop: Shop) -> None:
    await commit(shop.store, ordered("old", {"A": 1}, LATER))
    shop.wire.plan(COMMIT, cancelled("ConditionalCheckFailed", "TransactionConflict"), cancelled("TransactionConflict"))

    found = await commit(shop.store, ordered("old", {"A": 1}, LATER), ordered("new", {"A": 2}, LATER))

    assert [outcome.status for outcome in found] == [Status.DUPLICATE, Status.APPLIED]
    assert await physical(shop.store, "A") == [47]


async def test_what_stays_contended_until_the_deadline_is_unavailable_and_harms_no_other(hasty: Shop) -> None:
    hasty.wire.plan(COMMIT, *[when("shopify#3", cancelled("TransactionConflict"))] * FOREVER)

    committed = await hasty.store.commit([ordered(str(number), {"A": 1}, LATER) for number in range(6)])

    assert [type(result) for result in committed.results] == [Outcome] * 3 + [Unavailable] + [Outcome] * 2
    assert await physical(hasty.store, "A") == [45]
    assert committed.mark is not None
    await hasty.store.finish(committed.mark)
    assert await hasty.store.unfinished(LATER, 10) == []


async def test_a_group_that_never_passes_is_unavailable_and_changes_nothing(hasty: Shop) -> None:
    hasty.wire.plan(COMMIT, *[cancelled("TransactionConflict")] * FOREVER)

    with pytest.raises(Unavailable) as caught:
        await hasty.store.commit([ordered("1", {"A": 1}, LATER)])

    assert caught.value.retry_after > 0
    assert await physical(hasty.store, "A") == [50]


async def test_a_change_that_cannot_be_stored_harms_no_other(shop: Shop) -> None:
    shop.wire.plan(COMMIT, *[when("shopify#2", cancelled("ValidationError"))] * 20)

    committed = await shop.store.commit([ordered(str(number), {"A": 1}, LATER) for number in range(4)])

    assert [type(result) for result in committed.results] == [Outcome, Outcome, Unavailable, Outcome]
    assert await physical(shop.store, "A") == [47]


async def test_an_order_too_large_for_a_row_is_refused_and_harms_no_other(shop: Shop) -> None:
    lines = tuple(LineFact(f"{number:020}", "A", 1) for number in range(6000))
    huge = OrderChange(OrderFacts("shopify", "huge", "orders/create", LATER, LATER, lines=lines), LATER)

    committed = await shop.store.commit([ordered("1", {"A": 1}, LATER), huge, ordered("2", {"A": 1}, LATER)])

    assert [type(result) for result in committed.results] == [Outcome, BadInput, Outcome]
    assert await physical(shop.store, "A") == [48]


async def test_a_group_larger_than_a_transaction_takes_several_under_one_mark(shop: Shop) -> None:
    orders = [ordered(str(number), {"A": 1}, LATER) for number in range(120)]

    committed = await shop.store.commit(orders)
    assert len(await shop.store.unfinished(LATER, 10)) == 2
    assert committed.mark is not None
    await shop.store.finish(committed.mark)

    assert shop.transactions() == [99, 21]
    assert await shop.store.unfinished(LATER, 10) == []
    assert await physical(shop.store, "A") == [-70]


async def test_a_request_that_is_refused_for_good_is_not_repeated(shop: Shop) -> None:
    shop.wire.plan(COMMIT, error("AccessDeniedException"))

    with pytest.raises(Unavailable, match="AccessDeniedException"):
        await shop.store.commit([ordered("1", {"A": 1}, LATER)])

    assert shop.transactions() == [1]


async def test_batches_that_come_back_undone_are_asked_again(shop: Shop) -> None:
    shop.wire.plan("BatchGetItem", leave_undone, leave_undone)
    shop.wire.plan("BatchWriteItem", leave_undone, leave_undone)

    await commit(shop.store, ordered("1", {"A": 1, "B": 2}, LATER))

    assert [len(await ledger(shop.store, sku)) for sku in "AB"] == [2, 2]


async def test_an_alert_that_meets_another_is_saved_in_the_end(shop: Shop) -> None:
    shop.wire.plan(COMMIT, cancelled("TransactionConflict"), cancelled("None", "ThrottlingError"))
    shop.wire.plan(COMMIT, error("TransactionConflictException"))

    assert await shop.store.save_alert(low("a1"))
    assert await shop.store.alert("a1") is not None
