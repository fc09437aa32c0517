"""A large backlog goes to Amazon in one piece, while what is sold meanwhile is told by itself at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import httpx2
import orjson

from core.marketplaces.amazon import Amazon
from core.push import Pusher
from core.stock import Push
from playground.amazon.app import amazon_app
from playground.amazon.office import Office, make_office
from playground.amazon.seller import Seller
from playground.ids import Ids
from tests.core.marketplaces.support import SELLER_SETTINGS, counting, seller_access
from tests.core.shelf import Shelf, tell
from tests.core.virtual_time import in_virtual_time

HALF_AN_HOUR = 1_800.0


@dataclass(frozen=True, slots=True)
class Trade:
    """A shelf whose levels a pusher tells to a seller's account."""

    shelf: Shelf
    pusher: Pusher
    seller: Seller
    office: Office

    def feeds(self) -> list[list[str]]:
        """The SKUs of each feed, oldest first."""
        sent = [call.body for call in self.seller.calls if call.method == "PUT"]
        return [[message["sku"] for message in orjson.loads(body)["messages"]] for body in sent]

    def patched(self) -> list[str]:
        """The SKUs that were patched, in order."""
        return [call.path.rsplit("/", 1)[1] for call in self.seller.calls if call.method == "PATCH"]


@asynccontextmanager
async def trading(shelf: Shelf) -> AsyncIterator[Trade]:
    seller = Seller(SELLER_SETTINGS, shelf.clock, Ids(Random(7)))
    office = make_office(seller)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(amazon_app(seller, office=office))) as client:
        amazon = Amazon(seller_access(), client, clock=shelf.clock, sleep=asyncio.sleep, fresh_id=counting("f"))
        yield Trade(shelf, shelf.pusher(amazon), seller, office)  # type: ignore[arg-type]


def stock(trade: Trade, count: int) -> list[str]:
    skus = [f"SKU-{n}" for n in range(count)]
    for sku in skus:
        trade.seller.add_listing(sku, 99)
        trade.shelf.put(sku, 10)
    return skus


@in_virtual_time
async def test_a_large_backlog_goes_in_one_feed_and_what_was_patched_meanwhile_is_not_in_it(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        skus = stock(trade, 2_000)
        await tell(trade.pusher, *[shelf.levels[sku] for sku in skus])
        assert {trade.seller.quantity(sku) for sku in skus} == {10}
        assert {shelf.told(sku, "amazon").status for sku in skus} == {Push.CONFIRMED}
        (feed,) = trade.feeds()
        assert len(feed) > 1_900
        assert not set(feed) & set(trade.patched())


@in_virtual_time
async def test_500_are_patched_and_wait_for_nothing(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        skus = stock(trade, 500)
        await tell(trade.pusher, *[shelf.levels[sku] for sku in skus])
        assert not trade.feeds()
        assert len(trade.patched()) == 500


@in_virtual_time
async def test_a_sale_is_told_at_once_while_a_feed_takes_half_an_hour(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        trade.office.feeds.working = HALF_AN_HOUR
        skus = stock(trade, 1_500)
        telling = asyncio.ensure_future(tell(trade.pusher, *[shelf.levels[sku] for sku in skus]))
        await asyncio.sleep(60)
        assert not telling.done()
        trade.seller.add_listing("SOLD", 99)
        before = shelf.clock()
        await tell(trade.pusher, shelf.put("SOLD", 3))
        assert shelf.clock() - before < 1.0
        assert trade.seller.quantity("SOLD") == 3
        await telling


@in_virtual_time
async def test_what_changes_while_its_feed_is_processed_is_pushed_after_it_and_never_beside_it(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        trade.office.feeds.working = HALF_AN_HOUR
        skus = stock(trade, 1_500)
        telling = asyncio.ensure_future(tell(trade.pusher, *[shelf.levels[sku] for sku in skus]))
        await asyncio.sleep(60)
        (feed,) = trade.feeds()
        assert feed[0] not in trade.patched()
        sold = asyncio.ensure_future(tell(trade.pusher, shelf.put(feed[0], 4)))
        await asyncio.sleep(600)
        assert feed[0] not in trade.patched()
        await asyncio.gather(telling, sold)
        assert trade.patched()[-1] == feed[0]
        assert trade.seller.quantity(feed[0]) == 4
        assert shelf.told(feed[0], "amazon").quantity == 4


@in_virtual_time
async def test_a_feed_is_claimed_for_long_and_anew_every_third_of_that(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        trade.office.feeds.working = HALF_AN_HOUR
        skus = stock(trade, 1_500)
        await tell(trade.pusher, *[shelf.levels[sku] for sku in skus])
        (feed,) = trade.feeds()
        leases = [lease for count, lease in shelf.leases if count == len(feed)]
        assert set(leases) == {300.0}
        assert len(leases) in (18, 19, 20)


@in_virtual_time
async def test_what_a_feed_refuses_holds_up_nothing_else(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        skus = stock(trade, 800)
        shelf.put("NOBODY", 5)
        await tell(trade.pusher, *[shelf.levels[sku] for sku in ("NOBODY", *skus)])
        assert shelf.told("NOBODY", "amazon").status is Push.REFUSED
        assert {shelf.told(sku, "amazon").status for sku in skus} == {Push.CONFIRMED}


@in_virtual_time
async def test_a_feed_that_came_to_nothing_is_sent_again(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        skus = stock(trade, 3_000)
        trade.office.feeds.ends_as = "FATAL"
        await tell(trade.pusher, *[shelf.levels[sku] for sku in skus])
        trade.office.feeds.ends_as = "DONE"
        await asyncio.sleep(300)
        assert {shelf.told(sku, "amazon").status for sku in skus} == {Push.CONFIRMED}
        assert len(trade.feeds()) >= 2


@in_virtual_time
async def test_pieces_are_a_minute_apart_unless_they_are_full(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        trade.office.feeds.working = HALF_AN_HOUR
        telling = []
        for start in range(0, 6_000, 1_000):
            skus = [f"SKU-{n}" for n in range(start, start + 1_000)]
            for sku in skus:
                trade.seller.add_listing(sku, 99)
            telling += [trade.pusher.ask(shelf.put(sku, 10)) for sku in skus]
            await asyncio.sleep(10)
        assert len(trade.feeds()) == 1
        await asyncio.gather(*[each for each in telling if each is not None])
        assert [len(feed) for feed in trade.feeds()][1:] == [len(trade.feeds()[1])]
        assert sum(map(len, trade.feeds())) + len(set(trade.patched())) == 6_000


@in_virtual_time
async def test_stopping_does_not_wait_for_a_feed(shelf: Shelf) -> None:
    async with trading(shelf) as trade:
        trade.office.feeds.queued = HALF_AN_HOUR
        skus = stock(trade, 800)
        telling = asyncio.ensure_future(tell(trade.pusher, *[shelf.levels[sku] for sku in skus]))
        await asyncio.sleep(30)
        before = shelf.clock()
        await trade.pusher.stop()
        assert shelf.clock() - before < 5.0
        assert {feed.status for feed in trade.office.feeds.all.values()} == {"CANCELLED"}
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
