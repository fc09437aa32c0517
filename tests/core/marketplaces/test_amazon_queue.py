"""Reading Amazon's queue: every letter once, none lost, none that blocks the others; against a real server."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from core.errors import ChannelError, Unavailable
from core.marketplaces.amazon.letters import Letter, Queue
from core.marketplaces.amazon.notifications import read_notifications
from core.marketplaces.amazon.queue_reader import QueueHealth, QueueReader, Ties
from core.marketplaces.amazon.queue_watch import notice_of, warning_of
from core.marketplaces.amazon.sqs import open_queue
from core.messages import Message, Refused
from core.orders.facts import OrderFacts
from tests.core.marketplaces.sqs_server import Post, make_post, sqs_server
from tests.core.marketplaces.test_amazon_notifications import WRAPS, change
from tests.core.stand_ins import until

ONE_POLL = threading.Lock()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with sqs_server() as endpoint:
        yield endpoint


@pytest.fixture
def post(server: str) -> Post:
    return make_post(server, f"q-{uuid.uuid4().hex}")


@dataclass
class Desk:
    """Where letters end; `trouble` is raised for a while, `gate` holds the work up."""

    told: list[Message] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    gate: Callable[[], Awaitable[object]] | None = None

    async def receive(self, messages: Sequence[Message]) -> None:
        if self.gate is not None:
            await self.gate()
        if self.trouble:
            raise self.trouble.pop(0)
        self.told += messages

    def orders(self) -> set[str]:
        return {each.order_id for each in self.told if isinstance(each, OrderFacts)}


@dataclass
class Quick:
    """The queue, with waits cut short and delete's partial failures on demand.

    One poll at a time: moto hands a letter out twice when two come at the same moment.
    """

    inner: Queue
    fails_to_delete: int = 0
    hidden: list[tuple[int, int]] = field(default_factory=list)
    polls: int = 0

    def receive(self, visibility: int, wait: int = 0) -> Sequence[Letter]:
        self.polls += 1
        with ONE_POLL:
            return self.inner.receive(visibility, 0)

    def delete(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        if self.fails_to_delete:
            self.fails_to_delete -= 1
            self.inner.delete(letters[1:])
            return letters[:1]
        return self.inner.delete(letters)

    def hide(self, letters: Sequence[Letter], seconds: int) -> None:
        self.hidden.append((len(letters), seconds))
        self.inner.hide(letters, 0 if seconds == 10 else seconds)

    def arn(self) -> str:
        return self.inner.arn()


async def blink(_: float) -> None:
    await asyncio.sleep(0.01)


@asynccontextmanager
async def reading(post: Post, desk: Desk, queue: Queue | None = None) -> AsyncIterator[QueueReader]:
    def parse(body: bytes) -> Sequence[Message]:
        return read_notifications(body, time.time(), "SELLER")

    ties = Ties(parse=parse, receive=desk.receive, clock=time.time, sleep=blink)
    reader = QueueReader(queue or Quick(open_queue(post.url, "")), ties)
    running = asyncio.ensure_future(reader.run())
    try:
        yield reader
    finally:
        reader.stop()
        await asyncio.wait_for(running, 10)


def order(number: int) -> str:
    return json.dumps(change(order_id=f"902-{number}"))


async def test_letters_are_received_and_then_deleted(post: Post) -> None:
    post.send(*[order(n) for n in range(25)])
    desk = Desk()
    async with reading(post, desk) as reader:
        await until(lambda: post.left() == 0)
        assert reader.health.error == ""
        assert reader.health.last_success > 0
    assert desk.orders() == {f"902-{n}" for n in range(25)}


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
async def test_a_letter_says_the_same_in_every_wrapping(post: Post, wrap: Callable[[object], object]) -> None:
    post.send(json.dumps(wrap(change())))
    desk = Desk()
    async with reading(post, desk):
        await until(lambda: post.left() == 0)
    assert desk.orders() == {"902-1"}


async def test_a_letter_is_deleted_only_once_it_is_durable(post: Post) -> None:
    post.send(order(1))
    open_gate = asyncio.Event()
    desk, queue = Desk(gate=open_gate.wait), Quick(open_queue(post.url, ""))
    async with reading(post, desk, queue):
        # Work that takes long keeps its letter hidden.
        await until(lambda: len(queue.hidden) > 3)
        assert {seconds for _, seconds in queue.hidden} == {60}
        assert post.left() == 1
        open_gate.set()
        await until(lambda: post.left() == 0)
    assert desk.orders() == {"902-1"}


async def test_while_the_store_is_down_nothing_is_lost_and_nothing_parked(post: Post) -> None:
    post.send(order(1))
    desk = Desk(trouble=[Unavailable("down")] * 5)
    async with reading(post, desk):
        await until(lambda: post.left() == 0, 20)
    assert desk.orders() == {"902-1"}
    assert len(desk.told) == 1


@pytest.mark.parametrize("poison", ["", "no json", "7", '"x"'])
async def test_poison_is_parked_after_three_tries_and_blocks_nobody(post: Post, poison: str) -> None:
    post.send(poison or "{", order(1))
    desk, queue = Desk(), Quick(open_queue(post.url, ""))
    async with reading(post, desk, queue):
        await until(lambda: post.left() == 0, 20)
    assert desk.orders() == {"902-1"}
    (parked,) = [each for each in desk.told if isinstance(each, Refused)]
    assert "cannot be read" in parked.reason
    assert queue.hidden.count((1, 10)) == 2


async def test_what_fails_in_a_way_nobody_foresaw_is_parked_too(post: Post) -> None:
    post.send(order(1))
    desk = Desk(trouble=[ZeroDivisionError()] * 3)
    async with reading(post, desk):
        await until(lambda: post.left() == 0, 20)
    (parked,) = desk.told
    assert isinstance(parked, Refused)
    assert "ZeroDivisionError" in parked.reason


async def test_a_letter_that_failed_to_be_deleted_is_deleted_again(post: Post) -> None:
    post.send(*[order(n) for n in range(5)])
    desk, queue = Desk(), Quick(open_queue(post.url, ""), fails_to_delete=1)
    async with reading(post, desk, queue):
        await until(lambda: post.left() == 0)
    assert desk.orders() == {f"902-{n}" for n in range(5)}


async def test_two_instances_share_a_queue(post: Post) -> None:
    one, two = Desk(), Desk()
    async with reading(post, one), reading(post, two):
        post.send(*[order(n) for n in range(40)])
        await until(lambda: post.left() == 0)
    # A standard queue may hand a letter out twice: that is the ledger's business, and changes nothing.
    assert one.orders() | two.orders() == {f"902-{n}" for n in range(40)}


async def test_stopping_finishes_what_is_in_hand(post: Post) -> None:
    post.send(order(1))
    entered, open_gate = asyncio.Event(), asyncio.Event()

    async def gate() -> None:
        entered.set()
        await open_gate.wait()

    desk = Desk(gate=gate)
    async with reading(post, desk) as reader:
        await entered.wait()
        reader.stop()
        await asyncio.sleep(0)
        open_gate.set()
    assert desk.orders() == {"902-1"}
    assert post.left() == 0


async def test_a_queue_that_is_gone_is_said_and_waited_for(post: Post, server: str) -> None:
    post.drop()
    desk, queue = Desk(), Quick(open_queue(post.url, ""))
    async with reading(post, desk, queue) as reader:
        await until(lambda: reader.health.error != "")
        assert reader.health.error == "there is no such queue"
        since = reader.health.failing_since
        await until(lambda: queue.polls > 9)
        assert reader.health.failing_since == since
        again = make_post(server, post.url.rsplit("/", 1)[1])
        again.send(order(1))
        await until(lambda: desk.orders() == {"902-1"})
        await until(lambda: reader.health.error == "")


async def test_a_queue_that_cannot_be_reached_is_a_channel_error_in_plain_words() -> None:
    with pytest.raises(ChannelError, match="cannot be reached"):
        open_queue("http://127.0.0.1:9/000000000000/q", "").receive(60, 0)


def test_the_queues_own_address_names_its_region_and_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:8000")
    client = open_queue("https://sqs.eu-west-1.amazonaws.com/123456789012/q", "us-east-1").client
    assert (client.meta.region_name, client.meta.endpoint_url) == (
        "eu-west-1",
        "https://sqs.eu-west-1.amazonaws.com",
    )


def test_people_are_told_after_a_minute_graver_after_an_hour_and_when_it_is_over() -> None:
    ill = QueueHealth(0.0, 1_000.0, "there is no such queue")
    assert notice_of(ill, 1_050.0) is None
    first, grave, well = notice_of(ill, 1_100.0), notice_of(ill, 5_000.0), notice_of(QueueHealth(1.0), 5_000.0)
    assert first is not None
    assert grave is not None
    assert well is not None
    assert (first.severity, grave.severity, well.clears) == ("warning", "critical", True)
    assert first.scope == grave.scope == well.scope
    assert "there is no such queue" in first.message
    assert (warning_of(ill), warning_of(QueueHealth(1.0))) == (
        "Amazon's queue cannot be read: there is no such queue",
        "",
    )
