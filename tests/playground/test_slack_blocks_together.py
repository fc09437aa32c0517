"""Block Kit's rules on surfaces and on all blocks together, and that nothing makes the validator fail."""

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, HeaderBlock, SectionBlock

from playground.slack.blocks import BlockError, Surface, validate_blocks
from playground.slack.blocks.layout import KINDS
from playground.slack.records import Json, JsonObject
from tests.playground.slack import actions, button, line_chart, mrkdwn, section

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.sampled_from(
    ["type", "text", "elements", "fields", "accessory", "rows", "chart", "block_id", "options", "element"]
)


def pointers(*blocks: Json, surface: Surface = Surface.MESSAGE) -> list[str]:
    return [error.pointer for error in validate_blocks(list(blocks), surface)]


@pytest.mark.parametrize(
    ("kind", "surfaces"),
    [
        ("alert", {Surface.MODAL}),
        ("table", {Surface.MESSAGE}),
        ("data_visualization", {Surface.MESSAGE}),
        ("markdown", {Surface.MESSAGE}),
        ("card", {Surface.MESSAGE, Surface.HOME}),
        ("section", set(Surface)),
        ("input", set(Surface)),
    ],
)
def test_a_block_is_unknown_where_it_may_not_be(kind: str, surfaces: set[Surface]) -> None:
    for surface in Surface:
        refused = "/0/type" in pointers({"type": kind}, surface=surface)
        assert refused is (surface not in surfaces)


def test_an_alert_block_is_for_modals_and_short() -> None:
    alert = {"type": "alert", "text": mrkdwn("x" * 200), "level": "warning"}

    assert pointers(alert, surface=Surface.MODAL) == []
    assert pointers({**alert, "text": mrkdwn("x" * 201)}, surface=Surface.MODAL) == ["/0/text/text"]
    assert pointers({**alert, "level": "loud"}, surface=Surface.MODAL) == ["/0/level"]


@pytest.mark.parametrize(("surface", "most"), [(Surface.MESSAGE, 50), (Surface.MODAL, 100), (Surface.HOME, 100)])
def test_a_message_holds_fifty_blocks_and_a_view_a_hundred(surface: Surface, most: int) -> None:
    assert pointers(*[{"type": "divider"}] * most, surface=surface) == []
    assert pointers(*[{"type": "divider"}] * (most + 1), surface=surface) == [""]


def test_a_block_id_is_taken_once() -> None:
    assert pointers(section(block_id="a"), section(), section(block_id="a")) == ["/2/block_id"]


def test_an_action_id_is_taken_once_in_a_block_and_again_in_the_next() -> None:
    twice = actions(button(action_id="go"), button(action_id="go"))

    assert pointers(actions(button(action_id="go")), actions(button(action_id="go"))) == []
    assert pointers(section(), twice) == ["/1"]


def test_markdown_counts_over_the_whole_message() -> None:
    half = {"type": "markdown", "text": "x" * 6001}

    assert pointers(half, half) == [""]


def test_a_message_holds_two_charts() -> None:
    assert pointers(line_chart(), line_chart()) == []
    assert pointers(*[line_chart()] * 3) == [""]


def test_the_whole_message_has_a_length_of_its_own() -> None:
    long = [section("x" * 2900)] * 5

    assert [error.code for error in validate_blocks(long, Surface.MESSAGE)] == ["msg_blocks_too_long"]
    assert validate_blocks(long, Surface.HOME) == []


def test_every_fault_is_told_and_can_be_read_as_slack_writes_it() -> None:
    errors = validate_blocks([section(""), {"type": "odd"}], Surface.MESSAGE)

    assert [error.under("/blocks").as_line() for error in errors] == [
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        "unsupported type: odd [json-pointer:/blocks/1/type]",
    ]
    assert errors[1].as_json()["constraint"] == {
        "type": "enum",
        "expected": sorted(name for name, kind in KINDS.items() if Surface.MESSAGE in kind.surfaces),
        "got": "odd",
    }


def test_what_the_sdk_builds_passes() -> None:
    blocks = [
        HeaderBlock(text="Stock"),
        SectionBlock(text="*ABC-1*", fields=["a", "b"]),
        ActionsBlock(elements=[ButtonElement(text="Go", action_id="go", value="1", style="primary")]),
    ]

    assert validate_blocks([block.to_dict() for block in blocks], Surface.MESSAGE) == []


@settings(deadline=None)
@given(JSON, st.sampled_from(Surface))
def test_nothing_makes_the_validator_fail(value: Json, surface: Surface) -> None:
    assert all(isinstance(error, BlockError) for error in validate_blocks(value, surface))


@settings(deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.dictionaries(FIELDS, JSON), st.sampled_from(Surface))
def test_no_known_block_makes_the_validator_fail(kind: str, fields: JsonObject, surface: Surface) -> None:
    errors = validate_blocks([{**fields, "type": kind}], surface)

    assert all(error.pointer.startswith(("/0", "")) for error in errors)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=4000))
def test_a_section_takes_text_of_up_to_three_thousand_characters(text: str) -> None:
    assert bool(pointers(section(text))) is (len(text) > 3000)


def test_what_is_not_an_array_is_refused() -> None:
    assert pointers() == []
    assert [error.message for error in validate_blocks(cast(Json, {}), Surface.MESSAGE)] == ["must be an array"]
