"""Setting a seller's quantities: at Amazon's pace, with a token that is kept, and no more of a listing touched."""

from __future__ import annotations

import asyncio

import httpx2
import orjson
import pytest

from core.errors import BadInput, ChannelError, NotConfigured
from core.marketplaces.amazon import Amazon, AmazonAccess
from core.orders.facts import LineFact, OrderFacts
from core.ports import Pushed
from playground.bucket import Rate
from playground.faults import Fault
from tests.core.marketplaces.support import FakeTime, SellerWorld, counting, open_seller, sample, seller_access, want


async def test_a_quantity_is_set_and_the_lead_time_stays() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10, lead_time_days=4)
        assert await world.amazon.push([want("A", 7)]) == [Pushed("A", ok=True)]
        assert world.seller.quantity("A") == 7
        assert dict(world.seller.listing("A").entries[0]) == {
            "fulfillment_channel_code": "DEFAULT",
            "quantity": 7,
            "lead_time_to_ship_max_days": 4,
        }


async def test_the_sku_names_the_listing_whatever_it_is_linked_to() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        assert await world.amazon.push([want("A", 7, "B012345678")]) == [Pushed("A", ok=True, listing="B012345678")]
        assert await world.amazon.sku_of("A") == "A"


@pytest.mark.parametrize("sku", ["A/B", "a b", "100%", "%2F", "ä漢", "a?b#c", "..", ".", "+&="])
async def test_any_sku_reaches_its_own_listing(sku: str) -> None:
    async with open_seller() as world:
        world.seller.add_listing(sku, 10)
        assert (await world.amazon.push([want(sku, 7)]))[0].ok
        assert world.seller.quantity(sku) == 7


async def test_a_sku_that_amazon_does_not_know_fails_for_good() -> None:
    async with open_seller() as world:
        pushed = await world.amazon.push([want("A", 7)])
        assert pushed == [Pushed("A", ok=False, error="no listing with this SKU", final=True, unlisted=True)]


async def test_an_invalid_answer_inside_a_200_is_a_failure() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        (pushed,) = await world.amazon.push([want("A", 20_000_000)])
        assert (pushed.ok, pushed.final) == (False, True)
        assert "invalid value" in pushed.error
        assert world.seller.quantity("A") == 10


async def test_pushes_keep_amazons_pace() -> None:
    async with open_seller() as world:
        for n in range(20):
            world.seller.add_listing(f"SKU-{n}", 10)
        for n in range(20):
            assert (await world.amazon.push([want(f"SKU-{n}", 7)]))[0].ok
        assert [call.status for call in world.seller.calls if call.method == "PATCH"] == [200] * 20
        assert sum(world.time.slept) == pytest.approx(3.0, abs=0.05)


async def test_the_pace_is_the_one_that_amazon_grants_this_seller() -> None:
    async with open_seller() as world:
        for n in range(25):
            world.seller.add_listing(f"SKU-{n}", 10)
        world.seller.patches.rate = Rate(restored=10, burst=5)
        for n in range(25):
            assert (await world.amazon.push([want(f"SKU-{n}", 7)]))[0].ok
        assert {call.status for call in world.seller.calls if call.method == "PATCH"} == {200}
        assert sum(world.time.slept) == pytest.approx(2.0, abs=0.3)


async def test_a_limit_is_waited_out() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        world.seller.faults.switch_on(Fault.THROTTLED, times=2)
        assert (await world.amazon.push([want("A", 7)]))[0].ok
        assert world.time.slept == pytest.approx([1.0, 1.0], abs=0.05)


async def test_a_limit_without_end_is_a_channel_error() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        world.seller.faults.switch_on(Fault.THROTTLED)
        with pytest.raises(ChannelError) as caught:
            await world.amazon.push([want("A", 7)])
        assert caught.value.retry_after == 1.0


async def test_one_token_serves_until_shortly_before_it_expires() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        await asyncio.gather(*(world.amazon.push([want("A", n)]) for n in range(5)))
        assert world.seller.login.issued == 1
        world.time.at += 3200
        await world.amazon.push([want("A", 7)])
        assert world.seller.login.issued == 1
        world.time.at += 200
        await world.amazon.push([want("A", 8)])
        assert world.seller.login.issued == 2


async def test_a_token_that_was_taken_back_is_renewed_once() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        await world.amazon.push([want("A", 7)])
        world.seller.login.revoke_all()
        assert (await world.amazon.push([want("A", 8)]))[0].ok
        assert world.seller.login.issued == 2


async def test_another_sellers_account_is_refused_without_asking_for_tokens_again_and_again() -> None:
    async with open_seller(seller_id="SOMEBODY") as world:
        with pytest.raises(ChannelError, match="refuses our access token"):
            await world.amazon.push([want("A", 7)])
        assert world.seller.login.issued == 1


async def test_refused_credentials_say_so_and_name_no_secret() -> None:
    async with open_seller(refresh_token="Atzr|old") as world:
        with pytest.raises(ChannelError, match="invalid_grant") as caught:
            await world.amazon.push([want("A", 7)])
        assert "Atzr" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault.OFFLINE, Fault.LOST_REPLY])
async def test_an_outage_is_a_channel_error_and_pushing_again_mends_it(fault: Fault) -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        world.seller.faults.switch_on(fault)
        with pytest.raises(ChannelError):
            await world.amazon.push([want("A", 7)])
        world.seller.faults.switch_off(fault)
        assert (await world.amazon.push([want("A", 7)]))[0].ok
        assert world.seller.quantity("A") == 7


async def test_without_a_key_nothing_is_called_and_it_is_named() -> None:
    async with open_seller(refresh_token="") as world:
        assert not world.amazon.can_push
        for call in (world.amazon.fetch_order("902-1"), world.amazon.push([want("A", 7)])):
            with pytest.raises(NotConfigured, match="AMAZON_LWA_REFRESH_TOKEN"):
                await call
        assert not world.seller.calls


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("na", "na"),
        ("eu", "eu"),
        ("FE", "fe"),
        ("us-east-1", "na"),
        ("eu-west-1", "eu"),
        ("us-west-2", "fe"),
        ("", "na"),
    ],
)
def test_the_address_follows_from_the_region(region: str, host: str) -> None:
    assert AmazonAccess(region=region).base == f"https://sellingpartnerapi-{host}.amazon.com"


def test_an_unknown_region_is_named() -> None:
    with pytest.raises(BadInput, match="AMAZON_REGION"):
        _ = AmazonAccess(region="moon").base


def _answering(order: object, status: int = 200) -> tuple[Amazon, httpx2.AsyncClient]:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/auth/o2/token":
            return httpx2.Response(200, json={"access_token": "t", "expires_in": 3600})
        return httpx2.Response(status, content=orjson.dumps({"order": order}))

    time, client = FakeTime(), httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return Amazon(seller_access(), client, clock=time.clock, sleep=time.sleep, fresh_id=counting("f")), client


async def test_an_order_can_be_read_back() -> None:
    order = {
        "orderId": "902-1",
        "createdTime": "2026-07-13T12:00:00Z",
        "lastUpdatedTime": "2026-07-13T12:00:10Z",
        "fulfillment": {"fulfillmentStatus": "CANCELLED", "fulfilledBy": "MERCHANT"},
        "orderItems": [{"orderItemId": "111", "quantityOrdered": 3, "product": {"sellerSku": "A"}}],
    }
    amazon, client = _answering(order)
    async with client:
        at = 1_783_944_000.0
        line = LineFact("111", "A", 3)
        assert await amazon.fetch_order("902-1") == OrderFacts(
            "amazon", "902-1", "cancel", at, at + 10, at + 10, (line,)
        )


@pytest.mark.parametrize(
    ("order", "status"), [({}, 404), (None, 200), ({"fulfillment": {"fulfilledBy": "AMAZON"}}, 200)]
)
async def test_an_order_that_is_not_ours_is_none(order: object, status: int) -> None:
    amazon, client = _answering(order, status)
    async with client:
        assert await amazon.fetch_order("902-1") is None


async def test_amazons_own_example_of_an_order_is_understood() -> None:
    model = orjson.loads(sample("amazon/models/orders_2026-01-01.json").read_bytes())
    answers = model["paths"]["/orders/2026-01-01/orders/{orderId}"]["get"]["responses"]["200"]
    amazon, client = _answering(answers["examples"]["application/json"]["order"])
    async with client:
        facts = await amazon.fetch_order("x")
    assert facts is not None
    assert [(line.sku, line.quantity) for line in facts.lines] == [("ECHO-DOT-4-UK-CHARCOAL-3PACK", 3)]


async def test_what_the_stand_in_announces_is_understood() -> None:
    async with open_seller() as world:
        world.seller.add_listing("A", 10)
        order = world.seller.buy([("A", 3)])
        world.time.at += 60
        world.seller.cancel(order.id)
        placed, cancelled = [_facts(world, delivery.body) for delivery in world.seller.outbox.pending]
        assert [(line.sku, line.quantity) for line in placed.lines] == [("A", 3)]
        assert (placed.cancelled_at, cancelled.cancelled_at) == (None, world.time.at)


def _facts(world: SellerWorld, body: bytes) -> OrderFacts:
    (facts,) = world.amazon.parse({}, body, world.time.at)
    assert isinstance(facts, OrderFacts)
    return facts
