"""`/stock bundle` and `/stock unbundle`: said in one line, shown with its arithmetic, and only by who may."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.bundle import parts_of
from core.errors import BadInput
from core.stock import Part
from tests.bot.room import HOME, Room, a_room, text_of

SAID = "bundle KIT 2 TEE 1 MUG"


async def stock(room: Room) -> None:
    for sku, units in (("TEE", 11), ("MUG", 9)):
        await room.say(f"set {sku} {units}")


async def test_a_bundle_is_said_to_everybody_and_shown_with_its_parts(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await stock(room)

        answer = await room.say(SAID)

        assert answer["response_type"] == "in_channel"
        assert f"<@{room.id_of('operator')}> made `KIT` a bundle" in text_of(answer)
        assert "• 2 × `TEE`: 11 to sell, enough for 5 bundles" in text_of(answer)
        card = text_of(await room.say("KIT"))
        assert "*5 to sell* · its parts allow 5, 0 held back" in card
        assert "• 1 × `MUG`: 9 to sell, enough for 9 bundles" in card
        assert "Part of `KIT`" in text_of(await room.say("TEE"))
        assert "`KIT`: 5 to sell" in text_of(await room.say("bundle KIT"))


async def test_a_bundle_cannot_be_counted_but_held_back(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await stock(room)
        await room.say(SAID)

        for text in ("set KIT 3", "add KIT 1", "take KIT 1"):
            assert "`KIT` is a bundle of 2 x TEE and 1 x MUG" in text_of(await room.say(text))

        assert "3 to sell" in text_of(await room.say("buffer KIT 2"))
        assert "*3 to sell*" in text_of(await room.say("KIT"))


async def test_it_goes_back_to_an_ordinary_sku(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await stock(room)
        await room.say(SAID)

        assert "made `KIT` an ordinary SKU again" in text_of(await room.say("unbundle KIT"))
        assert "KIT is not a bundle" in text_of(await room.say("unbundle KIT"))
        assert "`KIT` is not a bundle" in text_of(await room.say("bundle KIT"))
        assert "3 on hand" in text_of(await room.say("set KIT 3"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bundle", "SKU is missing"),
        ("bundle KIT 2", "parts are each a number"),
        ("bundle KIT 5000 TEE", "parts are each a number"),
        ("bundle KIT TEE KIT", "cannot have KIT itself"),
        ("bundle KIT TEE NEW", "cannot have NEW among them yet: set its stock first"),
    ],
)
async def test_what_makes_no_bundle_is_said_with_the_usage(tmp_path: Path, text: str, reason: str) -> None:
    async with a_room(tmp_path) as room:
        await stock(room)

        answer = text_of(await room.say(text))

        assert reason in answer
        assert "/stock bundle SKU n PART" in answer


async def test_who_may_not_change_stock_may_look(tmp_path: Path) -> None:
    async with a_room(tmp_path, replace(HOME, operators=frozenset({"U0NOBODY000"}))) as room:
        assert "is not a bundle" in text_of(await room.say("bundle KIT"))
        assert "operators" in text_of(await room.say(SAID)).lower()
        assert "operators" in text_of(await room.say("unbundle KIT")).lower()


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("2 TEE 1 MUG", (Part("TEE", 2), Part("MUG", 1))),
        ("= 2 x TEE + 1 x MUG", (Part("TEE", 2), Part("MUG", 1))),
        ("2x TEE , MUG", (Part("TEE", 2), Part("MUG", 1))),
        ("2XL-TEE 3 4711", (Part("2XL-TEE", 1), Part("4711", 3))),
    ],
)
def test_parts_are_read_as_people_write_them(words: str, parts: tuple[Part, ...]) -> None:
    assert parts_of(words.split()) == parts


def test_a_number_without_a_sku_is_no_part() -> None:
    with pytest.raises(BadInput):
        parts_of(["2"])
