"""Conflicts between channels in `/channels adopt`: a person decides, for all of them or for each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.views.adopt_form import AdoptNote, choose_form, choose_value, read_note, read_value
from core.adopt import Conflict
from tests.bot.room import buttons
from tests.bot.shops import AS_SHOWN, CANCEL, CHOOSE, LOWEST, SET, a_place, labels

HALF = Conflict("TEE", {"amazon": 4, "shopify": 9})


def test_a_button_remembers_what_it_offers() -> None:
    note = AdoptNote("t1", "shopify", (Conflict('A "& <b>', {"amazon": -4, "shopify": 9}), HALF))

    assert read_value(choose_value(note.ticket, note.channel, note.conflicts)) == note
    assert choose_value("t1", "shopify", []) == ""
    assert choose_value("t1", "shopify", [Conflict("x" * 200, {"a": 1, "b": 2})] * 10) == ""


@pytest.mark.parametrize("note", ["", "{}", "[1]", "null", '["t","c",[["A",[]]],""]', '["t","c",[1],""]'])
def test_a_form_that_remembers_something_else_is_none_of_ours(note: str) -> None:
    assert read_note(note) is None


def test_a_number_that_nothing_can_be_set_to_is_not_offered() -> None:
    form = choose_form(AdoptNote("t1", "shopify", (Conflict("TEE", {"amazon": -4, "shopify": 9}),)))

    options = [option["value"] for option in form["blocks"][1]["element"]["options"]]
    assert options == ["9", "leave"]


async def test_conflicts_go_by_what_a_person_presses(tmp_path: Path) -> None:
    for action, number in ((AS_SHOWN, 9), (LOWEST, 4)):
        folder = tmp_path / action
        folder.mkdir()
        async with a_place(folder) as here:
            await here.press(await here.adopt(), action)
            await here.outcome()

            assert await here.on_hand() == {"SAME": 5, "MUG": 7, "TEE": number}


async def test_what_changed_since_the_dry_run_is_judged_anew(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()
        await here.room.say("set MUG 50")
        here.amazon.shows["SAME"] = 2
        here.amazon.shows["TEE"] = here.shopify.shows["TEE"] = 3

        await here.press(found, SET)
        told = await here.outcome()

        assert await here.on_hand() == {"MUG": 50, "TEE": 3}
        assert "`SAME`  amazon shows 2, shopify shows 5" in told


async def test_each_conflict_can_be_decided_on_a_form(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        here.shopify.shows["HAT"], here.amazon.shows["HAT"] = 6, 8
        await here.press(await here.adopt(), CHOOSE)
        form = here.room.slack.modal("operator")
        assert form is not None
        assert labels(form.body) == ["HAT", "TEE"]

        delivery = await here.room.person.submit("operator", form, {"conflict_1": "4"})
        assert delivery.ok
        told = await here.outcome()

        assert await here.on_hand() == {"SAME": 5, "MUG": 7, "TEE": 4}
        assert "`HAT`  amazon shows 8, shopify shows 6" in told


async def test_a_choice_counts_only_while_channels_show_what_it_was_made_from(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        await here.press(await here.adopt(), CHOOSE)
        form = here.room.slack.modal("operator")
        assert form is not None
        here.shopify.shows["TEE"] = 8

        assert (await here.room.person.submit("operator", form, {"conflict_0": "9"})).ok
        await here.outcome()

        assert await here.on_hand() == {"SAME": 5, "MUG": 7}


async def test_a_form_that_comes_too_late_says_so_and_changes_nothing(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()
        await here.press(found, CHOOSE)
        form = here.room.slack.modal("operator")
        assert form is not None
        assert (await here.room.person.click("operator", found, CANCEL)).ok

        assert (await here.room.person.submit("operator", form, {"conflict_0": "9"})).ok

        after = here.room.slack.modal("operator")
        assert after is not None
        assert "cancelled this dry run" in json.dumps(after.body)
        assert await here.on_hand() == {}


async def test_many_conflicts_are_not_offered_one_by_one(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        for number in range(11):
            here.shopify.shows[f"X{number}"], here.amazon.shows[f"X{number}"] = 1, 2

        assert buttons(await here.adopt()) == [SET, AS_SHOWN, LOWEST, CANCEL]
