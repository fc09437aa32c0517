"""Signatures, payloads and what a request is known by, apart from HTTP."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot import signature
from bot.envelope import read, request_key
from core.errors import BadPayload, BadSignature
from tests.bot.bad_inputs import COMMAND, without


@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_payload_or_a_plain_refusal(body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", ""):
        with suppress(BadPayload):
            assert isinstance(read(kind, body), dict)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "trigger_id": "other"},
        lambda body: {**body, "text": "other"},
        lambda body: {**body, "user_id": "other"},
        lambda body: {**body, "command": "other"},
    ],
)
def test_the_key_of_a_request_is_its_own(change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    assert request_key(change(dict(COMMAND))) != request_key(dict(COMMAND))
    assert request_key(dict(COMMAND)) == request_key(dict(COMMAND))


def test_a_request_without_a_trigger_is_known_by_its_signature() -> None:
    bare = without(COMMAND, "trigger_id")

    assert request_key(bare, "v0=a") == request_key(bare, "v0=a") != request_key(bare, "v0=b")


@given(body=st.text(max_size=50).map(str.encode), at=st.integers(1, 10**10), off=st.integers(-400, 400))
def test_what_slack_signs_within_five_minutes_verifies_and_nothing_else(body: bytes, at: int, off: int) -> None:
    signed = SignatureVerifier("secret").generate_signature(timestamp=str(at), body=body) or ""

    def verify(secret: str, given: str, what: bytes) -> None:
        signature.verify(secret, str(at), given, what, at + off)

    if abs(off) <= 300:
        verify("secret", signed, body)
    else:
        with pytest.raises(BadSignature):
            verify("secret", signed, body)
    for wrong in (("other", signed, body), ("secret", signed[:-1], body), ("secret", signed, body + b"x")):
        with pytest.raises(BadSignature):
            verify(*wrong)
