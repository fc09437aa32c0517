"""Marketplace webhooks through the real app, signed as their senders sign them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from core.changes import Change, Committed
from core.errors import Unavailable
from core.marketplaces.amazon import AmazonAccess
from core.marketplaces.shopify import ShopifyAccess
from core.ports import Store
from core.returns.rulings import RULINGS
from tests.webhooks import signing
from tests.webhooks.site import ELSEWHERE, TERMS, Site, client_of, open_site

MB = 1024 * 1024
SHORT = {"orderId": "1001", "items": [{"sku": "MUG", "quantity": 3}]}
RETURN = {"sku": "MUG", "quantity": 2, "disposition": "SELLABLE", "orderId": "1001", "returnOrderId": "R1"}


def order(**more: object) -> dict[str, object]:
    line = {"id": 11, "sku": "MUG", "quantity": 2, "current_quantity": 2}
    times = {"created_at": "2027-01-15T12:00:00Z", "updated_at": "2027-01-15T12:00:00Z"}
    return {"id": 1, **times, "line_items": [line], "refunds": [], **more}


async def test_an_order_is_answered_with_what_is_left(site: Site) -> None:
    await site.stock("MUG", 10)
    answer = await site.order(order())
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "applied"
    assert said["items"] == [{"sku": "MUG", "inventoryAfter": 8, "broadcastAfter": 8}]
    assert (said["inventoryAfter"], said["broadcastAfter"]) == ({"MUG": 8}, {"MUG": 8})


async def test_the_short_form_sells_too(site: Site) -> None:
    await site.stock("MUG", 10)
    answer = await site.order(SHORT, topic="")
    assert answer.json()["inventoryAfter"] == {"MUG": 7}


async def test_a_replay_is_a_duplicate_and_changes_nothing(site: Site) -> None:
    await site.stock("MUG", 10)
    answers = [await site.order(order(), **{"x-shopify-webhook-id": "w1"}) for _ in range(3)]
    assert [answer.json()["status"] for answer in answers] == ["applied", "duplicate", "duplicate"]
    assert await site.on_hand("MUG") == 8


async def test_a_hundred_replays_at_once_sell_once(site: Site) -> None:
    await site.stock("MUG", 10)
    answers = await asyncio.gather(*[site.order(order()) for _ in range(100)])
    assert sorted(answer.json()["status"] for answer in answers) == ["applied"] + ["duplicate"] * 99
    assert await site.on_hand("MUG") == 8


async def test_either_secret_is_good_while_they_rotate(site: Site) -> None:
    body = orjson.dumps(order())
    for secret in (signing.SHOPIFY_SECRET, "the-next-secret"):
        headers = signing.shopify(body, secret=secret)
        assert (await site.client.post("/webhook/shopify", content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize("given", ["", "x", "ä" * 44, "=" * 44, signing.sign(b"something else")])
async def test_a_bad_signature_is_refused_and_moves_nothing(site: Site, given: str) -> None:
    await site.stock("MUG", 10)
    headers = [(b"x-shopify-hmac-sha256", given.encode("latin-1"))] if given else []
    answer = await site.client.post("/webhook/shopify", content=orjson.dumps(SHORT), headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "bad_signature"
    assert await site.on_hand("MUG") == 10


async def test_odd_bytes_in_headers_are_no_trouble(site: Site) -> None:
    odd = [(b"x-odd", bytes(range(0x80, 0x100))), (b"x-shopify-topic", b"\xff\xfe"), (b"content-type", b"")]
    body = orjson.dumps(order())
    signed = (b"x-shopify-hmac-sha256", signing.sign(body).encode())
    answer = await site.client.post("/webhook/shopify", content=body, headers=[*odd, signed])
    assert answer.status_code == 200
    assert answer.json()["status"] == "ignored"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"null", b'"text"', b"\xff\xfe", b'{"a": NaN}', b"[" * 90_000]
)
async def test_a_signed_body_that_is_no_object_is_bad(site: Site, body: bytes) -> None:
    answer = await site.client.post("/webhook/shopify", content=body, headers=signing.shopify(body))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_payload"


async def test_more_than_two_megabytes_are_too_many(site: Site) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(33):
            yield b" " * (MB // 16)

    declared = await site.client.post("/webhook/shopify", content=b" " * (2 * MB + 1))
    chunked = await site.client.post("/webhook/shopify", content=chunks())
    absurd = await site.client.post("/webhook/shopify", content=b"{}", headers={"content-length": "9" * 5_000})
    assert [answer.status_code for answer in (declared, chunked, absurd)] == [413, 413, 413]
    assert declared.json()["error"]["code"] == "too_large"


async def test_two_megabytes_are_not(site: Site) -> None:
    await site.stock("MUG", 10)
    body = orjson.dumps(order()).ljust(2 * MB)
    answer = await site.client.post("/webhook/shopify", content=body, headers=signing.shopify(body))
    assert answer.json()["inventoryAfter"] == {"MUG": 8}


async def test_what_can_never_be_applied_is_parked_and_the_good_lines_count(site: Site) -> None:
    await site.stock("MUG", 10)
    bad = {"orderId": "7", "items": [{"quantity": 1}, {"sku": "MUG", "quantity": -1}, {"sku": "MUG", "quantity": 4}]}
    assert (await site.order(bad, topic="")).json()["inventoryAfter"] == {"MUG": 6}
    hopeless = {"orderId": "8", "items": [{"sku": "MUG", "quantity": 0}]}
    answer = await site.order(hopeless, topic="")
    assert (answer.status_code, answer.json()["status"]) == (200, "parked")


@pytest.mark.parametrize("disposition", [*RULINGS, "MOLDY"])
async def test_a_return_is_answered_with_its_ruling(site: Site, disposition: str) -> None:
    await site.stock("MUG", 10)
    answer = await site.post("/webhook/amazon/return", {**RETURN, "disposition": disposition}, signing.amazon())
    said = answer.json()
    expected = RULINGS.get(disposition)
    assert answer.status_code == 200
    assert said["restock"] is (disposition == "SELLABLE")
    assert said["action"] == (expected.action if expected else "alert_only")
    assert await site.on_hand("MUG") == (12 if disposition == "SELLABLE" else 10)
    assert said["inventoryAfter"] in (await site.on_hand("MUG"), None)


async def test_a_sellable_return_says_the_new_number(site: Site) -> None:
    await site.stock("MUG", 10)
    said = (await site.post("/webhook/amazon/return", RETURN, signing.amazon())).json()
    assert (said["status"], said["inventoryAfter"], said["broadcastAfter"]) == ("applied", 12, 12)
    again = (await site.post("/webhook/amazon/return", RETURN, signing.amazon())).json()
    assert again["status"] == "duplicate"
    assert await site.on_hand("MUG") == 12


async def test_a_return_without_a_sku_is_parked(site: Site) -> None:
    answer = await site.post("/webhook/amazon/return", {"quantity": 1, "disposition": "SELLABLE"}, signing.amazon())
    assert (answer.status_code, answer.json()["status"], answer.json()["action"]) == (200, "parked", None)


@pytest.mark.parametrize("path", ["/webhook/amazon", "/webhook/amazon/return"])
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic amazon-secret", "amazon-secret", "Bearer ä"])
async def test_amazons_routes_want_their_secret(site: Site, path: str, given: str) -> None:
    headers = [(b"authorization", given.encode("latin-1"))] if given else []
    answer = await site.client.post(path, content=orjson.dumps(RETURN), headers=headers)
    assert answer.status_code == 401


async def test_a_notification_that_moves_nothing_is_ignored(site: Site) -> None:
    answer = await site.post("/webhook/amazon", {"NotificationType": "PRICING_HEALTH"}, signing.amazon())
    assert (answer.status_code, answer.json()["status"]) == (200, "ignored")
    assert answer.json()["reason"]


async def test_without_a_secret_a_route_is_never_open(tmp_path: Path) -> None:
    async with open_site(tmp_path, shopify=ShopifyAccess(), amazon=AmazonAccess()) as site:
        for path in ("/webhook/shopify", "/webhook/amazon", "/webhook/amazon/return"):
            answer = await site.post(path, SHORT, {})
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_configured")


async def test_only_the_playground_takes_short_forms_unsigned_and_only_from_this_machine(tmp_path: Path) -> None:
    async with open_site(tmp_path, replace(TERMS, unsigned=True)) as site:
        await site.stock("MUG", 10)
        assert (await site.post("/webhook/shopify", SHORT, {})).json()["inventoryAfter"] == {"MUG": 7}
        assert (await site.post("/webhook/amazon/return", RETURN, {})).json()["inventoryAfter"] == 9
        refused = [
            await site.post("/webhook/shopify", SHORT, {"x-shopify-hmac-sha256": "wrong"}),
            await site.post("/webhook/shopify", SHORT, {"x-shopify-topic": "orders/create"}),
            await site.post("/webhook/shopify", SHORT, {"x-forwarded-for": "127.0.0.1"}),
            await site.post("/webhook/shopify", SHORT, {"sec-fetch-site": "cross-site"}),
            await site.post("/webhook/amazon/return", RETURN, {"authorization": "Bearer wrong"}),
            await site.post("/webhook/amazon", RETURN, {}),
        ]
        async with client_of(site.app, ELSEWHERE) as stranger:
            refused.append(await stranger.post("/webhook/shopify", content=orjson.dumps(SHORT)))
        assert [answer.status_code for answer in refused] == [401] * 7


async def test_unsigned_is_refused_unless_asked_for(site: Site) -> None:
    assert (await site.post("/webhook/shopify", SHORT, {})).status_code == 401
    assert (await site.post("/webhook/amazon/return", RETURN, {})).status_code == 401


class Broken:
    """A store that reads but cannot commit."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def commit(self, changes: Sequence[Change]) -> Committed:
        raise Unavailable("the disk is full", 3)


async def test_store_trouble_makes_the_sender_come_again(tmp_path: Path) -> None:
    async with open_site(tmp_path, wrap=Broken) as site:  # type: ignore[arg-type]
        answer = await site.order(order())
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
        assert answer.json()["error"]["code"] == "unavailable"


async def test_more_at_once_than_there_is_room_for_are_sent_away_at_once(tmp_path: Path) -> None:
    async with open_site(tmp_path, replace(TERMS, webhooks_at_once=0, calls_at_once=0)) as site:
        answers = [await site.order(order()) for _ in range(5)]
        answers.append(await site.call("GET", "/api/inventory"))
        assert {answer.status_code for answer in answers} == {503}
        assert all(1 <= int(answer.headers["retry-after"]) <= 5 for answer in answers)
        for path in ("/health", "/healthz", "/readyz", "/metrics"):
            assert (await site.client.get(path)).status_code == 200


async def test_places_are_free_again_after_every_kind_of_answer(tmp_path: Path) -> None:
    async with open_site(tmp_path, replace(TERMS, webhooks_at_once=1)) as site:
        for headers in ({}, {"x-shopify-hmac-sha256": "x"}, {"content-length": "9" * 11}):
            assert (await site.post("/webhook/shopify", SHORT, headers)).status_code in (401, 413)
        assert (await site.order(order())).status_code == 200


async def test_answers_are_neither_kept_nor_guessed_at(site: Site) -> None:
    for answer in (await site.order(order()), await site.post("/webhook/shopify", SHORT, {})):
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
