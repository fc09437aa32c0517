"""Whatever is posted: the signature is checked on the raw bytes, and nothing worse than a refusal comes of the body."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from core.errors import BadPayload, BadSignature, NotConfigured
from core.orders.facts import LineFact, OrderFacts
from tests.core.marketplaces.shopify_bodies import facts, level, line, order, refund, refund_line, told
from tests.core.marketplaces.support import SECRET, no_network, sign, spoilt


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[1]",
        b'"text"',
        b"7",
        b"null",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"id": "\xed\xa0\x80"}',
    ],
)
def test_a_body_that_is_no_json_object_is_a_bad_payload(body: bytes) -> None:
    with pytest.raises(BadPayload):
        told("orders/create", body)


def test_half_a_letter_in_a_note_does_not_lose_the_order() -> None:
    body = json.dumps(order(note="\ud83d")).encode()
    assert facts(told("orders/create", body)).lines == (LineFact("1", "A", 3),)


def test_deep_nesting_inside_a_sound_order_is_harmless() -> None:
    deep = b'{"id": 1, "line_items": [{"id": 1, "sku": ' + b"[" * 900 + b"]" * 900 + b', "quantity": 1}]}'
    assert len(facts(told("orders/create", deep)).refused) == 1


@pytest.mark.parametrize("start", ["x-shopify", "shopify"])
def test_the_names_of_the_headers_may_be_of_either_generation(start: str) -> None:
    shopify, body = no_network(), json.dumps(order(cancelled_at=None)).encode()
    headers = {f"{start}-hmac-sha256": sign(body), f"{start}-topic": "orders/cancelled", f"{start}-webhook-id": "w"}
    shopify.verify(headers, body)
    (said,) = shopify.parse(headers, body, 0.0)
    assert isinstance(said, OrderFacts)
    assert said.action == "cancel"
    with pytest.raises(BadSignature):
        shopify.verify(headers, body + b" ")


EDIT = {"order_edit": {"id": 5, "order_id": 1001}}
RETURN = {"id": 5, "order": {"id": 7, "admin_graphql_api_id": "gid://shopify/Order/7"}}
SHORT = {"orderId": "7", "items": [{"sku": "A", "quantity": 1}]}
RICH = order(
    admin_graphql_api_id="gid://shopify/Order/1001",
    cancelled_at="2026-07-13T12:00:30Z",
    line_items=[line(gift_card=False, requires_shipping=True, current_quantity=2)],
    refunds=[refund(refund_line(processed_at="2026-07-13T12:00:30Z"))],
)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("", SHORT),
        ("orders/create", RICH),
        ("orders/cancelled", RICH),
        ("orders/delete", {"id": 1001}),
        ("orders/edited", EDIT),
        ("refunds/create", refund(refund_line())),
        ("returns/close", RETURN),
        ("inventory_levels/update", level()),
    ],
)
def test_whatever_is_spoilt_in_it_it_is_read_or_refused(topic: str, body: Mapping[str, object]) -> None:
    for each in spoilt(body):
        try:
            messages = told(topic, each)
        except BadPayload:
            assert not isinstance(each, dict)
            continue
        assert messages
        repr(messages).encode()


def test_the_signature_is_over_the_raw_bytes() -> None:
    body = b'{"id": 1, "b":2}'
    no_network().verify({"x-shopify-hmac-sha256": sign(body)}, body)


def test_two_secrets_are_good_while_they_rotate() -> None:
    shopify = no_network(webhook_secrets=("old", "new"))
    for secret in ("old", "new"):
        shopify.verify({"x-shopify-hmac-sha256": sign(b"{}", secret)}, b"{}")
    with pytest.raises(BadSignature):
        shopify.verify({"x-shopify-hmac-sha256": sign(b"{}", "older")}, b"{}")


@pytest.mark.parametrize("given_signature", ["", "x", "ümlaut", sign(b"other"), sign(b"{}", "wrong"), "\ud800"])
def test_a_wrong_signature_is_refused(given_signature: str) -> None:
    with pytest.raises(BadSignature):
        no_network().verify({"x-shopify-hmac-sha256": given_signature}, b"{}")
    with pytest.raises(BadSignature):
        no_network().verify({}, b"{}")


def test_without_a_secret_nothing_is_verified() -> None:
    with pytest.raises(NotConfigured) as caught:
        no_network(webhook_secrets=()).verify({"x-shopify-hmac-sha256": sign(b"{}", "")}, b"{}")
    assert caught.value.setting == "SHOPIFY_WEBHOOK_SECRET"
    assert SECRET not in str(caught.value)
