"""A feed whose maker died is known to every other instance, and what it may overwrite is told again after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from core.marketplaces.amazon import Amazon
from core.ports import Notes, Want
from core.stores.sqlite import SqliteStore
from playground.amazon.app import amazon_app
from tests.core.marketplaces.support import SellerWorld, open_seller, want
from tests.core.stand_ins import until

MANY = 501
QUEUED = 600.0


@dataclass(frozen=True, slots=True)
class Two:
    """Two instances over one seller, which remember in one store; the first can die as of a power cut."""

    world: SellerWorld
    dying: Amazon
    other: Amazon
    notes: Notes

    async def leave_a_feed(self, quantity: int) -> asyncio.Task[object]:
        """The first instance sends a feed, and does nothing any more while Amazon is still to begin with it."""
        self.world.office.feeds.queued = QUEUED
        self.world.time.stopped = True
        slept = len(self.world.time.slept)
        task: asyncio.Task[object] = asyncio.ensure_future(self.dying.push(many(quantity)))
        await until(lambda: len(self.world.time.slept) > slept)
        self.world.time.stopped = False
        return task

    def pass_time(self, seconds: float) -> None:
        """So long later: what Amazon had to do by then is done."""
        self.world.time.at += seconds
        self.world.office.feeds.settle()

    async def tell(self, quantity: int) -> tuple[bool, int]:
        """Whether the other instance has told the first SKU for good, and what its listing shows right after."""
        (pushed,) = await self.other.push([want("SKU-0", quantity)])
        return pushed.ok, self.world.seller.quantity("SKU-0")


def many(quantity: int) -> list[Want]:
    return [want(f"SKU-{n}", quantity) for n in range(MANY)]


@asynccontextmanager
async def open_two(folder: Path) -> AsyncIterator[Two]:
    async with open_seller() as world:
        for n in range(MANY):
            world.seller.add_listing(f"SKU-{n}", 10)
        store = SqliteStore(folder / "stock.db", world.time.clock)
        await store.open()
        transport = httpx2.ASGITransport(amazon_app(world.seller, office=world.office))
        async with httpx2.AsyncClient(transport=transport) as client:
            found = Two(world, world.amazon, world.over(client), store)
            found.dying.remember_in(store)
            found.other.remember_in(store)
            yield found
        await store.close()


async def end(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_the_feed_of_a_dead_instance_overwrites_is_told_again(tmp_path: Path) -> None:
    async with open_two(tmp_path) as two:
        assert await two.tell(9) == (True, 9)
        feed = await two.leave_a_feed(7)
        two.pass_time(100.0)
        assert await two.tell(3) == (False, 3)
        two.pass_time(QUEUED)
        assert two.world.seller.quantity("SKU-0") == 7
        assert await two.tell(3) == (True, 3)
        await end(feed)


async def test_the_feed_of_an_instance_that_is_alive_holds_up_nothing(tmp_path: Path) -> None:
    async with open_two(tmp_path) as two:
        assert await two.tell(9) == (True, 9)
        feed = await two.leave_a_feed(7)
        two.pass_time(30.0)
        assert await two.tell(3) == (True, 3)
        await end(feed)


async def test_no_second_feed_is_sent_while_one_left_behind_is_at_work(tmp_path: Path) -> None:
    async with open_two(tmp_path) as two:
        assert await two.tell(9) == (True, 9)
        feed = await two.leave_a_feed(7)
        two.pass_time(100.0)
        pushed = await two.other.push(many(3))
        assert {(each.ok, each.final) for each in pushed} == {(False, False)}
        assert "older feed" in pushed[0].error
        two.pass_time(QUEUED)
        two.world.office.feeds.queued = 0.0
        assert all(each.ok for each in await two.other.push(many(3)))
        assert len(two.world.office.feeds.all) == 2
        assert {two.world.seller.quantity(f"SKU-{n}") for n in range(MANY)} == {3}
        await end(feed)


class Cut(httpx2.AsyncBaseTransport):
    """A network that never brings the answer to createFeed."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self.reached = asyncio.Event()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.handle_async_request(request)
        if (request.method, request.url.path) == ("POST", "/feeds/2021-06-30/feeds"):
            self.reached.set()
            await asyncio.Event().wait()
        return answer


async def test_a_feed_that_nobody_knows_the_id_of_is_looked_for_once_its_maker_is_gone(tmp_path: Path) -> None:
    async with open_two(tmp_path) as two:
        assert await two.tell(9) == (True, 9)
        two.world.office.feeds.queued = QUEUED
        network = Cut(httpx2.ASGITransport(amazon_app(two.world.seller, office=two.world.office)))
        async with httpx2.AsyncClient(transport=network) as client:
            dying = two.world.over(client)
            dying.remember_in(two.notes)
            feed = asyncio.ensure_future(dying.push(many(7)))
            await network.reached.wait()
            two.pass_time(100.0)
            assert await two.tell(3) == (False, 3)
            two.pass_time(QUEUED)
            assert await two.tell(3) == (True, 3)
            await end(feed)
