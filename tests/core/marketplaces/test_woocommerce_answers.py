"""Whatever a WooCommerce shop, or what stands before it, answers: nothing worse than a plain reason comes of it."""

from __future__ import annotations

import contextlib

import httpx2
import orjson
import pytest

from core.errors import ChannelError
from core.marketplaces.woocommerce import WooAccess, WooCommerce
from tests.core.marketplaces.support import FakeTime, spoilt, want

ROW = {
    "id": 11,
    "parent_id": 3,
    "type": "variation",
    "sku": "MUG",
    "manage_stock": True,
    "stock_quantity": 4,
    "status": "cancelled",
    "date_created_gmt": "2026-11-23T03:30:07",
    "date_modified_gmt": "2026-11-23T03:30:07",
    "date_completed_gmt": None,
    "line_items": [{"id": 1, "sku": "MUG", "product_id": 3, "quantity": 2, "meta_data": [{"key": "k", "value": "1"}]}],
    "refunds": [{"id": 5}],
    "topic": "order.created",
    "delivery_url": "http://sync.test/webhook/woocommerce",
}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx2.Response(200, text="<html>Briefly unavailable</html>"), "its answer is not JSON"),
        (httpx2.Response(200, json={}), "its answer is not a list"),
        (
            httpx2.Response(301, headers={"location": "https://www.shop.example/x?y"}),
            "redirects us to www.shop.example",
        ),
        (httpx2.Response(404, text="<html>Not found</html>"), "permalinks are not plain"),
        (httpx2.Response(404, json={"code": "rest_no_route", "message": "No route"}), "permalinks are not plain"),
        (
            httpx2.Response(401, json={"code": "woocommerce_rest_authentication_error"}),
            "refuses our access token (401)",
        ),
        (httpx2.Response(429, headers={"retry-after": "7"}), "fewer requests (429)"),
        (httpx2.Response(503), "not available (503)"),
    ],
)
async def test_whatever_is_no_proper_answer_is_a_reason_in_plain_words(answer: httpx2.Response, reason: str) -> None:
    asked: list[httpx2.URL] = []

    def give(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url)
        return answer

    time = FakeTime()
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(give)) as client:
        access = WooAccess("https://shop.example", "ck_k", "cs_s3cret")
        woo = WooCommerce(access, client, clock=time.clock, sleep=time.sleep)
        with pytest.raises(ChannelError) as failed:
            await woo.push([want("MUG", 1)])
        (finding,) = await woo.examine(mend=True)
    assert reason in failed.value.reason
    assert finding.problem
    assert "s3cret" not in str(failed.value)
    assert {url.host for url in asked} == {"shop.example"}
    assert failed.value.retry_after == (7.0 if answer.status_code == 429 else 0.0)


async def test_whatever_rows_the_shop_answers_with_nothing_worse_than_a_channel_error_comes_of_it() -> None:
    answer: list[object] = [None]

    def give(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return httpx2.Response(200, content=orjson.dumps({"update": answer[0]}))
        return httpx2.Response(200, content=orjson.dumps(answer[0]), headers={"x-wp-totalpages": "1"})

    time, tried = FakeTime(), 0
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(give)) as client:
        access = WooAccess("https://shop.example", "ck", "cs", ("w",))
        woo = WooCommerce(access, client, clock=time.clock, sleep=time.sleep)
        for each in spoilt([ROW]):
            try:
                answer[0] = orjson.loads(orjson.dumps(each))
            except (TypeError, ValueError):
                continue
            tried += 1
            for call in (push_one, read_all, recall_all, fetch_one):
                with contextlib.suppress(ChannelError):
                    await call(woo)
            assert await woo.examine(mend=True)
    assert tried > 300


async def push_one(woo: WooCommerce) -> None:
    (pushed,) = await woo.push([want("MUG", 1)])
    assert pushed.ok or pushed.error


async def read_all(woo: WooCommerce) -> None:
    assert [page async for page in woo.listings()]


async def recall_all(woo: WooCommerce) -> None:
    assert [page async for page in woo.orders_since(0.0)]


async def fetch_one(woo: WooCommerce) -> None:
    await woo.fetch_order("7")
