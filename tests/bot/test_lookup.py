"""Which SKUs a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookup import candidates, named
from core.errors import BadInput
from core.stock import check_sku
from tests.bot.room import Room


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("TEE-RED-M", "TEE-RED-M"),
        ("(tee-red-m)!", "TEE-RED-M"),
        ("`TEE`, *CAP*", "CAP"),
        ("\u201cred shirt\u201d please", "red shirt"),
        ("<https://shop.example/x|SKU.1>", "SKU.1"),
        ("a&amp;b", "a&b"),
        ("<@U0000SYNC> TEE", "TEE"),
    ],
)
def test_a_name_is_found_whatever_surrounds_it(text: str, among: str) -> None:
    assert among in candidates(text)


def test_people_channels_and_groups_are_not_skus() -> None:
    assert candidates("<@U1> <#C1|stock> <!here> <!subteam^S1|@team>") == ()


def test_in_a_long_text_what_looks_like_a_sku_is_looked_up_before_mere_words() -> None:
    text = " ".join(f"{'x' * (number % 26 + 1)}{chr(97 + number % 26)}" for number in range(400)) + " TEE-9 CAP.7"

    found = candidates(text)

    assert len(found) <= 100
    assert found[-2:] == ("TEE-9", "CAP.7")


@given(st.text(max_size=300))
def test_whatever_is_said_only_possible_skus_are_looked_up(text: str) -> None:
    found = candidates(text)

    assert len(found) == len(set(found)) <= 100
    for each in found:
        try:
            check_sku(each)
        except BadInput as bad:
            raise AssertionError(each) from bad


async def test_only_known_skus_are_named_in_the_order_of_the_text(room: Room) -> None:
    for sku in ("TEE", "CAP-1"):
        await room.house.service.adjust(sku, "U1", physical=1)

    assert await named(room.house.service, "cap-1 or HAT-3 or TEE or TEE") == ("CAP-1", "TEE")
