"""Tokens of the REST API as they are written in one variable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.tokens import Role, find_token, parse_tokens


def test_tokens_have_a_name_a_role_and_a_secret_that_is_not_kept() -> None:
    ops, shop = parse_tokens("ops:admin:s:3:cret, shop.x:read:other,")
    assert (ops.name, ops.role, shop.name, shop.role) == ("ops", Role.ADMIN, "shop.x", Role.READ)
    assert "s:3:cret" not in repr(ops)
    assert find_token((ops, shop), "s:3:cret") is ops
    assert find_token((ops, shop), "other") is shop
    assert find_token((ops, shop), "") is None


def test_nothing_is_no_token() -> None:
    assert parse_tokens("") == parse_tokens(" , ") == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("s3cret", 1),
        ("a:read:x,s3cret", 2),
        ("a:s3cret", 1),
        ("a:owner:s3cret", 1),
        ("a:READ:s3cret", 1),
        (":read:s3cret", 1),
        ("a:read:", 1),
        ("a b:read:s3cret", 1),
        ("a:read:s3 cret", 1),
        ("a:read:s3crét", 1),
    ],
)
def test_a_malformed_entry_is_named_by_its_place_and_never_quoted(text: str, place: int) -> None:
    with pytest.raises(ValueError, match=f"entry {place}") as refused:
        parse_tokens(text)
    assert "s3" not in str(refused.value)


@pytest.mark.parametrize("text", ["a:read:x,a:write:y", "a:read:x,b:write:x"])
def test_two_tokens_share_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="the same"):
        parse_tokens(text)


def test_each_role_may_what_the_ones_before_it_may() -> None:
    allowed = {role: [needed for needed in Role if role.allows(needed)] for role in Role}
    assert allowed == {
        Role.READ: [Role.READ],
        Role.WRITE: [Role.READ, Role.WRITE],
        Role.ADMIN: [Role.READ, Role.WRITE, Role.ADMIN],
    }


@given(st.text())
def test_no_other_secret_finds_a_token(text: str) -> None:
    assert (find_token(parse_tokens("a:read:x"), text) is None) is (text != "x")
