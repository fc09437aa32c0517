"""The stand-in's feeds, reports, orders and notifications keep Amazon's rules, states and limits."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import pytest

from playground.amazon.app import amazon_app
from playground.amazon.office import Office, make_office
from playground.amazon.orders import FulfilledBy
from playground.amazon.seller import Returned, Seller
from tests.playground.marketplaces import Clock, amazon_app_credentials, in_process, make_seller

FEEDS = "/feeds/2021-06-30"
REPORTS = "/reports/2021-06-30"
ORDERS = "/orders/2026-01-01/orders"
JSON = "application/json; charset=UTF-8"
MARKETPLACES = ["ATVPDKIKX0DER"]


@dataclass(frozen=True, slots=True)
class Desk:
    clock: Clock
    seller: Seller
    office: Office
    client: httpx2.AsyncClient

    async def document(self, content: bytes) -> str:
        """Upload a feed's document, and return its id."""
        made = (await self.client.post(f"{FEEDS}/documents", json={"contentType": JSON})).json()
        answer = await self.client.put(made["url"], content=content, headers={"content-type": JSON})
        assert answer.status_code == 200
        document_id: str = made["feedDocumentId"]
        return document_id

    async def feed(self, content: bytes) -> str:
        body = {
            "feedType": "JSON_LISTINGS_FEED",
            "marketplaceIds": MARKETPLACES,
            "inputFeedDocumentId": await self.document(content),
        }
        answer = await self.client.post(f"{FEEDS}/feeds", json=body)
        assert answer.status_code == 202
        feed_id: str = answer.json()["feedId"]
        return feed_id

    async def state(self, feed_id: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"{FEEDS}/feeds/{feed_id}")).json()
        return found


@asynccontextmanager
async def at_desk() -> AsyncIterator[Desk]:
    clock = Clock()
    seller = make_seller(clock)
    office = make_office(seller)
    async with in_process(amazon_app(seller, office=office)) as client:
        form = {"grant_type": "refresh_token", "refresh_token": "Atzr|refresh"} | amazon_app_credentials()
        token = (await client.post("/auth/o2/token", data=form)).json()["access_token"]
        client.headers["x-amz-access-token"] = token
        yield Desk(clock, seller, office, client)


def listings_feed(*skus: str, **header: str) -> bytes:
    patches = [
        {
            "op": "merge",
            "path": "/attributes/fulfillment_availability",
            "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}],
        }
    ]
    messages = [
        {"messageId": n, "sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": patches}
        for n, sku in enumerate(skus, 1)
    ]
    return orjson.dumps({"header": {"sellerId": "A1PLAYGROUND00", "version": "2.0"} | header, "messages": messages})


async def test_a_feed_waits_is_processed_and_is_reported_on() -> None:
    async with at_desk() as desk:
        desk.seller.add_listing("A", 9)
        desk.office.feeds.queued, desk.office.feeds.working = 60, 60
        feed_id = await desk.feed(listings_feed("A", "NOBODY"))
        states = []
        for _ in range(3):
            states.append((await desk.state(feed_id))["processingStatus"])
            desk.clock.advance(61)
        assert states == ["IN_QUEUE", "IN_PROGRESS", "DONE"]
        assert desk.seller.quantity("A") == 3
        document_id = (await desk.state(feed_id))["resultFeedDocumentId"]
        found = (await desk.client.get(f"{FEEDS}/documents/{document_id}")).json()
        assert found["compressionAlgorithm"] == "GZIP"
        report = orjson.loads(gzip.decompress((await desk.client.get(found["url"])).content))
        assert [issue["sku"] for issue in report["issues"]] == ["NOBODY"]
        assert (report["summary"]["messagesAccepted"], report["summary"]["messagesInvalid"]) == (1, 1)


@pytest.mark.parametrize("content", [b"{", b"{}", listings_feed("A", sellerId="SOMEBODY"), listings_feed()])
async def test_a_feed_that_is_none_is_fatal(content: bytes) -> None:
    async with at_desk() as desk:
        feed_id = await desk.feed(content)
        assert (await desk.state(feed_id))["processingStatus"] == "FATAL"


async def test_only_a_feed_in_the_queue_is_cancelled() -> None:
    async with at_desk() as desk:
        desk.seller.add_listing("A", 9)
        desk.office.feeds.queued, desk.office.feeds.working = 60, 600
        feed_id = await desk.feed(listings_feed("A"))
        assert (await desk.client.delete(f"{FEEDS}/feeds/{feed_id}")).status_code == 200
        assert (await desk.state(feed_id))["processingStatus"] == "CANCELLED"
        other = await desk.feed(listings_feed("A"))
        desk.clock.advance(61)
        assert (await desk.client.delete(f"{FEEDS}/feeds/{other}")).status_code == 400
        query = {"feedTypes": "JSON_LISTINGS_FEED", "processingStatuses": "IN_QUEUE,IN_PROGRESS"}
        found = (await desk.client.get(f"{FEEDS}/feeds", params=query)).json()["feeds"]
        assert [feed["feedId"] for feed in found] == [other]


async def test_a_presigned_address_works_for_five_minutes_and_for_its_own_content_type() -> None:
    async with at_desk() as desk:
        made = (await desk.client.post(f"{FEEDS}/documents", json={"contentType": JSON})).json()
        assert (await desk.client.put(made["url"], content=b"x", headers={"content-type": "a/b"})).status_code == 403
        desk.clock.advance(301)
        assert (await desk.client.put(made["url"], content=b"x", headers={"content-type": JSON})).status_code == 403


async def test_feeds_are_made_no_faster_than_amazon_allows() -> None:
    async with at_desk() as desk:
        desk.seller.add_listing("A", 9)
        document_id = await desk.document(listings_feed("A"))
        body = {
            "feedType": "JSON_LISTINGS_FEED",
            "marketplaceIds": MARKETPLACES,
            "inputFeedDocumentId": document_id,
        }
        answers = [await desk.client.post(f"{FEEDS}/feeds", json=body) for _ in range(16)]
        assert [answer.status_code for answer in answers] == [202] * 15 + [429]
        assert answers[-1].headers["x-amzn-RateLimit-Limit"] == "0.0083"


async def test_a_report_without_rows_is_cancelled_and_one_with_rows_is_a_document() -> None:
    async with at_desk() as desk:
        body = {"reportType": "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE", "marketplaceIds": MARKETPLACES}
        body |= {"dataStartTime": "2026-11-20T00:00:00Z", "dataEndTime": "2026-11-23T00:00:00Z"}
        empty = (await desk.client.post(f"{REPORTS}/reports", json=body)).json()["reportId"]
        found = (await desk.client.get(f"{REPORTS}/reports/{empty}")).json()
        assert found["processingStatus"] == "CANCELLED"
        desk.seller.returned.append(Returned("A", 1, "902-1", desk.clock() - 100_000, FulfilledBy.MFN, rma="R"))
        made = (await desk.client.post(f"{REPORTS}/reports", json=body)).json()["reportId"]
        done = (await desk.client.get(f"{REPORTS}/reports/{made}")).json()
        document = (await desk.client.get(f"{REPORTS}/documents/{done['reportDocumentId']}")).json()
        content = (await desk.client.get(document["url"])).content.decode("cp1252")
        assert "Größe A" in content


@pytest.mark.parametrize(
    "changes", [{"reportType": "NO_SUCH"}, {"marketplaceIds": ["M"]}, {"dataEndTime": "2030-01-01T00:00:00Z"}]
)
async def test_a_report_that_cannot_be_asked_for_is_refused(changes: dict[str, object]) -> None:
    async with at_desk() as desk:
        body = {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": MARKETPLACES} | changes
        assert (await desk.client.post(f"{REPORTS}/reports", json=body)).status_code == 400


async def test_orders_are_searched_by_exactly_one_time() -> None:
    async with at_desk() as desk:
        at = "2026-11-01T00:00:00Z"
        both = {"createdAfter": at, "lastUpdatedAfter": at}
        assert [(await desk.client.get(ORDERS, params=each)).status_code for each in ({}, both)] == [400, 400]
        assert (await desk.client.get(ORDERS, params={"lastUpdatedAfter": at})).json() == {"orders": []}


async def test_destinations_take_the_applications_token_and_subscriptions_the_sellers() -> None:
    async with at_desk() as desk:
        path = "/notifications/v1/destinations"
        assert (await desk.client.get(path)).status_code == 403
        form = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications"}
        answer = await desk.client.post("/auth/o2/token", data=form | amazon_app_credentials())
        grantless = {"x-amz-access-token": answer.json()["access_token"]}
        assert (await desk.client.get(path, headers=grantless)).json() == {"payload": []}
        wanted = "/notifications/v1/subscriptions/ORDER_CHANGE"
        assert (await desk.client.get(wanted, headers=grantless)).status_code == 403
        assert (await desk.client.get(wanted)).status_code == 404


async def test_an_event_type_does_not_go_to_a_queue_nor_orders_to_a_bus() -> None:
    async with at_desk() as desk:
        bus = desk.office.notifications.add_bus()
        path, body = "/notifications/v1/subscriptions", {"payloadVersion": "1.0", "destinationId": bus}
        assert (await desk.client.post(f"{path}/ORDER_CHANGE", json=body)).status_code == 400
        assert (await desk.client.post(f"{path}/LISTINGS_ITEM_STATUS_CHANGE", json=body)).status_code == 200
