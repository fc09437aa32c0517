"""More than 500 quantities go in one feed, and each SKU is answered by its own row of the report."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx2
import jsonschema
import orjson
import pytest

from core.errors import ChannelError
from core.marketplaces.amazon.feed_report import read_report
from core.ports import Pushed, Want
from playground.amazon.app import amazon_app
from playground.amazon.listings import OWN_STOCK
from tests.core.marketplaces.support import SellerWorld, open_seller, sample, want

FEEDS = "/feeds/2021-06-30/feeds"
MANY = 501


def many(world: SellerWorld, count: int = MANY, quantity: int = 7) -> list[Want]:
    for n in range(count):
        world.seller.add_listing(f"SKU-{n}", 10, lead_time_days=4)
    return [want(f"SKU-{n}", quantity) for n in range(count)]


async def test_501_quantities_are_one_feed_and_no_patch() -> None:
    async with open_seller() as world:
        pushed = await world.amazon.push(many(world))
        assert pushed == [Pushed(f"SKU-{n}", ok=True) for n in range(MANY)]
        assert {world.seller.quantity(f"SKU-{n}") for n in range(MANY)} == {7}
        assert len(world.sent("POST", FEEDS)) == 1
        assert not world.sent("PATCH", "/listings")
        assert len(world.seller.calls) <= 8


async def test_500_quantities_are_patches_at_their_pace() -> None:
    async with open_seller() as world:
        pushed = await world.amazon.push(many(world, 20))
        assert all(each.ok for each in pushed)
        assert not world.sent("POST", FEEDS)
        assert [call.status for call in world.sent("PATCH", "/listings")] == [200] * 20


async def test_a_feed_leaves_the_rest_of_the_listing_alone() -> None:
    async with open_seller() as world:
        await world.amazon.push(many(world))
        entry = dict(world.seller.listing("SKU-0").entries[0])
        assert entry == {"fulfillment_channel_code": OWN_STOCK, "quantity": 7, "lead_time_to_ship_max_days": 4}


async def test_each_sku_is_confirmed_or_refused_by_its_own_row() -> None:
    async with open_seller() as world:
        wants = many(world)
        wants[3] = want("NOBODY", 7)
        wants[5] = want("SKU-5", 20_000_000)
        pushed = await world.amazon.push(wants)
        bad = {each.sku: each for each in pushed if not each.ok}
        assert set(bad) == {"NOBODY", "SKU-5"}
        assert all(each.final for each in bad.values())
        assert "does not match any listing" in bad["NOBODY"].error
        assert "invalid value" in bad["SKU-5"].error
        assert [each.sku for each in pushed] == [each.sku for each in wants]


async def test_a_feed_is_waited_for_however_long_it_takes() -> None:
    async with open_seller() as world:
        world.office.feeds.queued, world.office.feeds.working = 1_200.0, 1_800.0
        wants = many(world)
        assert all(each.ok for each in await world.amazon.push(wants))
        assert sum(world.time.slept) >= 3_000.0
        assert max(world.time.slept) <= 60.0


@pytest.mark.parametrize("end", ["FATAL", "CANCELLED"])
async def test_a_feed_that_comes_to_nothing_leaves_all_of_it_owed(end: str) -> None:
    async with open_seller() as world:
        world.office.feeds.ends_as = end
        pushed = await world.amazon.push(many(world))
        assert {(each.ok, each.final) for each in pushed} == {(False, False)}
        assert "feed" in pushed[0].error


async def test_another_sellers_feed_is_refused_as_a_whole_in_amazons_words() -> None:
    async with open_seller() as world:
        wants = many(world)
        world.seller.settings = replace(world.seller.settings, seller_id="SOMEBODY")
        pushed = await world.amazon.push(wants)
        assert not any(each.ok or each.final for each in pushed)
        assert "header of the feed is not valid" in pushed[0].error


async def test_no_feed_is_longer_than_25_000_messages() -> None:
    async with open_seller() as world:
        pushed = await world.amazon.push([want(f"SKU-{n}", 1) for n in range(25_010)])
        assert len(pushed) == 25_010
        assert {(each.ok, each.final) for each in pushed[25_000:]} == {(False, False)}
        assert {each.final for each in pushed[:25_000]} == {True}


async def test_no_feed_is_larger_than_ten_megabytes() -> None:
    async with open_seller() as world:
        wants = [want(f"{n:05}" + "漢" * 195, 1) for n in range(20_000)]
        pushed = await world.amazon.push(wants)
        left = sum(not each.final for each in pushed)
        assert 0 < left < 20_000
        (document,) = world.sent("PUT", "/documents")
        assert len(document.body) < 10 * 1024 * 1024


class LosesFeeds(httpx2.AsyncBaseTransport):
    """A network that loses the answer to every createFeed."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.handle_async_request(request)
        if (request.method, request.url.path) == ("POST", FEEDS):
            raise httpx2.ReadTimeout("lost", request=request)
        return answer


async def test_a_lost_answer_to_create_feed_makes_no_second_feed_and_confirms_nothing() -> None:
    async with open_seller() as world:
        wants = many(world)
        world.office.feeds.queued = 600.0
        transport = LosesFeeds(httpx2.ASGITransport(amazon_app(world.seller, office=world.office)))
        async with httpx2.AsyncClient(transport=transport) as client:
            amazon = world.over(client)
            with pytest.raises(ChannelError, match="lost"):
                await amazon.push(wants)
            assert len(world.office.feeds.all) == 1
            (pushed,) = await amazon.push(wants[:1])
            assert "older feed" in pushed.error


async def test_a_push_beside_an_older_feed_is_sent_but_not_confirmed_until_that_is_done() -> None:
    async with open_seller() as world:
        world.seller.add_listing("SKU-0", 10)
        world.office.feeds.queued = 600.0
        document = world.office.vault.put("application/json; charset=UTF-8", b"{}")
        world.office.feeds.create(document.id)
        (pushed,) = await world.amazon.push([want("SKU-0", 3)])
        assert (pushed.ok, pushed.final) == (False, False)
        assert "older feed" in pushed.error
        assert world.seller.quantity("SKU-0") == 3
        world.time.at += 700
        assert (await world.amazon.push([want("SKU-0", 3)]))[0].ok
        asked = len(world.seller.calls)
        await world.amazon.push([want("SKU-0", 4)])
        assert len(world.seller.calls) == asked + 1


async def test_a_feed_broken_off_is_taken_back_where_amazon_has_not_begun() -> None:
    async with open_seller() as world:
        world.office.feeds.queued = 600.0
        wants = many(world)
        world.time.stopped = True
        task = asyncio.ensure_future(world.amazon.push(wants))
        await world.seller.wait_for(lambda: bool(world.time.slept))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [feed.status for feed in world.office.feeds.all.values()] == ["CANCELLED"]


async def test_a_report_that_leaves_out_skus_confirms_none() -> None:
    wants = [want("A", 1), want("B", 1)]
    with pytest.raises(ChannelError, match="speaks of 1 of its 2"):
        read_report({"issues": [], "summary": {"messagesProcessed": 1}}, wants)


async def test_warnings_refuse_nothing() -> None:
    issues = [{"messageId": 1, "severity": "WARNING", "message": "hm"}]
    (pushed,) = read_report({"issues": issues, "summary": {"messagesProcessed": 1}}, [want("A", 1)])
    assert pushed.ok


async def test_the_feed_is_what_amazons_schema_asks_for() -> None:
    schema = orjson.loads(sample("amazon/feeds/listings-feed-schema-v2.json").read_bytes())
    async with open_seller() as world:
        await world.amazon.push(many(world))
        (document,) = world.sent("PUT", "/documents")
        jsonschema.Draft7Validator(schema).validate(orjson.loads(document.body))


async def test_amazons_own_example_of_a_report_is_understood() -> None:
    report = orjson.loads(sample("amazon/feeds/listings-feed-processing-report-schema-v2.example.json").read_bytes())
    wants = [want(f"My-SKU-{letter}", 1) for letter in "XABC"]
    report["issues"] = [{**issue, "messageId": issue["messageId"] - 1} for issue in report["issues"]]
    answers = {each.sku: each.ok for each in read_report(report, wants)}
    assert answers == {"My-SKU-X": True, "My-SKU-A": True, "My-SKU-B": False, "My-SKU-C": False}


@pytest.mark.parametrize("spoilt", [b"no json", b"[]", b'{"feedId": 7}', b"{}"])
async def test_nonsense_in_amazons_answers_confirms_nothing(spoilt: bytes) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/auth/o2/token":
            return httpx2.Response(200, json={"access_token": "t", "expires_in": 3600})
        if request.url.path.endswith("/documents") and request.method == "POST":
            return httpx2.Response(201, json={"feedDocumentId": "d", "url": "http://amazon.test/documents/x"})
        if request.method == "PUT":
            return httpx2.Response(200)
        return httpx2.Response(202, content=spoilt)

    async with open_seller() as world, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        with pytest.raises(ChannelError):
            await world.over(client).push([want(f"SKU-{n}", 1) for n in range(MANY)])


@pytest.mark.parametrize("url", ["http://elsewhere.test/x", "file:///etc/passwd", "", 7, None])
async def test_a_document_is_never_sent_to_a_plain_address_elsewhere(url: object) -> None:
    sent: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.url.host)
        if request.url.path == "/auth/o2/token":
            return httpx2.Response(200, json={"access_token": "t", "expires_in": 3600})
        return httpx2.Response(201, json={"feedDocumentId": "d", "url": url})

    async with open_seller() as world, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        with pytest.raises(ChannelError, match="no address"):
            await world.over(client).push([want(f"SKU-{n}", 1) for n in range(MANY)])
    assert set(sent) == {"amazon.test"}
