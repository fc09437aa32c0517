"""Who may post WooCommerce's webhooks, what becomes of those that the shop gives up, and what is kept of them."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from playground.woocommerce.webhooks import sign
from tests.core.marketplaces.support import SECRET
from tests.core.woo_house import open_woo_house

PING = {"content-type": "application/x-www-form-urlencoded"}


def signed(body: bytes, topic: str, secret: str = SECRET) -> dict[str, str]:
    return {"x-wc-webhook-topic": topic, "x-wc-webhook-signature": sign(secret, body)}


async def test_the_ping_of_a_new_webhook_is_answered_and_changes_nothing(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        answer = await here.client.post("/webhook/woocommerce", content=b"webhook_id=12", headers=PING)
        assert (answer.status_code, answer.json()["status"]) == (200, "ignored")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"webhook_id=12&order=1", PING, 401),
        (b"webhook_id=12", {**PING, "x-wc-webhook-topic": "order.created"}, 401),
        (b'{"id": 1}', {"x-wc-webhook-topic": "order.created"}, 401),
        (b'{"id": 1}', signed(b'{"id": 1}', "order.created", "guessed"), 401),
        (b'{"id": 1}', signed(b'{"id": 2}', "order.created"), 401),
        (b"[1]", signed(b"[1]", "order.created"), 400),
        (b"<html>", signed(b"<html>", "order.created"), 400),
    ],
)
async def test_whoever_does_not_sign_what_he_sends_is_turned_away(
    tmp_path: Path, body: bytes, headers: dict[str, str], status: int
) -> None:
    async with open_woo_house(tmp_path) as here:
        assert (await here.client.post("/webhook/woocommerce", content=body, headers=headers)).status_code == status


async def test_both_secrets_are_good_while_they_rotate_and_none_means_not_configured(tmp_path: Path) -> None:
    body = b'{"id": 1}'
    async with open_woo_house(tmp_path, webhook_secrets=("new", "old")) as here:
        for secret in ("new", "old"):
            answer = await here.client.post(
                "/webhook/woocommerce", content=body, headers=signed(body, "coupon.created", secret)
            )
            assert (answer.status_code, answer.json()["status"]) == (200, "ignored")
    (tmp_path / "other").mkdir()
    async with open_woo_house(tmp_path / "other", webhook_secrets=()) as here:
        for headers in (PING, signed(body, "order.created")):
            content = b"webhook_id=1" if headers is PING else body
            answer = await here.client.post("/webhook/woocommerce", content=content, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_configured")


async def test_a_webhook_that_the_shop_disabled_is_said_and_made_again(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 500)
        await here.job("examine")
        assert await here.alerts() == []
        (broken,) = [hook for hook in here.site.webhooks.hooks.values() if hook.topic == "order.created"]
        broken.secret = "mistyped"
        for _ in range(7):
            here.site.buy([("MUG", 1)])
            await here.deliver("order.created")
        assert ([attempt.status for attempt in here.courier.attempts], broken.status) == ([401] * 7, "disabled")
        await here.job("examine")
        (alert,) = await here.alerts()
        assert "order.created: the shop disabled it" in alert.message
        assert "put right" in alert.message
        hooks = {hook.topic: hook for hook in here.site.webhooks.hooks.values()}
        assert (hooks["order.created"].status, len(here.site.webhooks.hooks)) == ("active", 5)
        await here.deliver("ping")
        assert here.courier.attempts[-1].status == 200
        await here.job("examine", later=3_600)
        assert await here.alerts() == []
        here.site.buy([("MUG", 1)])
        await here.deliver("order.created")
        assert here.courier.attempts[-1].status == 200


async def test_nothing_of_the_buyer_reaches_the_store(tmp_path: Path) -> None:
    async with open_woo_house(tmp_path) as here:
        await here.stock("MUG", 50)
        order = {
            "id": 7,
            "status": "processing",
            "date_modified_gmt": "2026-11-23T03:30:07",
            "billing": {"email": "ada@example.com", "first_name": "Ada"},
            "line_items": [{"id": 1, "sku": "MUG", "product_id": 11, "quantity": 1}],
        }
        body = orjson.dumps(order)
        await here.client.post("/webhook/woocommerce", content=body, headers=signed(body, "order.created"))
        await here.settled()
    stored = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("stock.db*")))  # noqa: ASYNC240 - a small file
    assert b"ada@example" not in stored
    assert b"MUG" in stored
