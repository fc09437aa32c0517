"""Returns as they are posted: each counts once, and what makes no sense is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping

import orjson
import pytest

from core.errors import BadPayload
from core.marketplaces.amazon.returns import parse_return
from core.messages import Message, Refused
from core.returns.change import ReturnChange
from tests.core.marketplaces.support import NOON, counting, spoilt


def told(body: object, headers: Mapping[str, str] | None = None) -> Message:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    (message,) = parse_return(raw, headers or {}, NOON, counting("fresh"))
    return message


def returned(**changes: object) -> dict[str, object]:
    return {"sku": "A", "quantity": 2, "disposition": "SELLABLE"} | changes


def key(body: object, headers: Mapping[str, str] | None = None) -> str:
    message = told(body, headers)
    assert isinstance(message, ReturnChange)
    return message.key


def test_a_return_says_what_came_back_and_how() -> None:
    body = returned(orderId="902-1", returnOrderId="RMA1", reason="too small", fulfilledBy="MFN")
    assert told(body) == ReturnChange(
        key="amazon#return#RMA1#A",
        sku="A",
        quantity=2,
        disposition="SELLABLE",
        channel="amazon",
        at=NOON,
        order_id="902-1",
        reason="too small",
        fulfilled_by="MFN",
    )


def test_a_return_with_an_id_is_the_same_whatever_else_it_says() -> None:
    assert key(returned(returnOrderId="RMA1")) == key(returned(returnOrderId="RMA1", quantity=3, reason="x"))
    assert key(returned(returnOrderId="RMA1")) != key(returned(returnOrderId="RMA1", sku="B"))


@pytest.mark.parametrize("changes", [{"sku": "B"}, {"quantity": 3}, {"disposition": "DAMAGED"}, {"reason": "x"}])
def test_without_an_id_a_return_is_what_it_says(changes: Mapping[str, object]) -> None:
    body = returned(orderId="902-1")
    assert key(body) == key(returned(orderId="902-1", disposition=" sellable "))
    assert key(body).startswith("amazon#return#902-1#A#SELLABLE#2#")
    assert key(body) != key({**body, **changes})


def test_without_ids_the_idempotency_key_names_it() -> None:
    assert key(returned(), {"idempotency-key": "k1"}) == "amazon#return#k1"
    assert key(returned(orderId="902-1"), {"idempotency-key": "k1"}) == key(returned(orderId="902-1"))


def test_without_anything_each_post_is_a_return_of_its_own() -> None:
    fresh = counting("fresh")
    raw = json.dumps(returned()).encode()
    keys = {parse_return(raw, {}, NOON, fresh)[0].key for _ in range(3)}  # type: ignore[union-attr]
    assert keys == {f"amazon#return#fresh-{n}" for n in (1, 2, 3)}


@pytest.mark.parametrize("disposition", [None, "", "  "])
def test_no_disposition_is_an_unknown_one(disposition: object) -> None:
    message = told(returned(disposition=disposition))
    assert isinstance(message, ReturnChange)
    assert message.disposition == "UNKNOWN"


@pytest.mark.parametrize(
    ("said", "meant"), [("AFN", "AFN"), ("afn", "AFN"), ("AMAZON", "AFN"), ("Merchant", "MFN"), (None, "")]
)
def test_who_fulfilled_it_comes_in_several_spellings(said: object, meant: str) -> None:
    message = told(returned(fulfilledBy=said))
    assert isinstance(message, ReturnChange)
    assert message.fulfilled_by == meant


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": None},
        {"sku": ""},
        {"sku": 5},
        {"sku": "A" * 201},
        {"sku": "A\x00"},
        {"sku": "\ud800"},
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 1.5},
        {"quantity": "2"},
        {"quantity": True},
        {"quantity": None},
        {"quantity": 1_000_001},
        {"disposition": 5},
        {"disposition": ["SELLABLE"]},
        {"disposition": "X" * 101},
        {"orderId": "x" * 101},
        {"orderId": ["x"]},
        {"orderId": "a\x00b"},
        {"returnOrderId": {}},
        {"returnOrderId": "x" * 101},
        {"fulfilledBy": "nobody"},
        {"fulfilledBy": 1},
    ],
)
def test_a_return_that_makes_no_sense_is_refused_once(changes: Mapping[str, object]) -> None:
    first, again = told(returned(**changes)), told(returned(**changes))
    assert first == again
    assert isinstance(first, Refused)
    assert first.key.startswith("amazon#refused#")
    assert next(iter(changes)) in first.reason


def test_a_reason_is_cut_and_cleaned() -> None:
    message = told(returned(reason="a\x00b\ud800" + "c" * 600))
    assert isinstance(message, ReturnChange)
    assert message.reason == "a b " + "c" * 496


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 100_000, b'{"quantity": NaN}'])
def test_a_body_that_is_no_json_object_is_a_bad_payload(body: bytes) -> None:
    with pytest.raises(BadPayload):
        told(body)


def test_whatever_is_spoilt_in_it_it_is_read_or_refused() -> None:
    body = returned(orderId="1", returnOrderId="2", reason="r", fulfilledBy="MFN")
    for each in spoilt(body):
        try:
            message = told(each)
        except BadPayload:
            assert not isinstance(each, dict)
            continue
        orjson.dumps(message)
