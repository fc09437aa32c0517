"""Block Kit's rules, one by one: what Slack refuses and to which place it points."""

import pytest

from playground.slack.blocks import Surface, validate_blocks
from playground.slack.records import Json, JsonObject
from tests.playground.slack import SOLD, actions, button, line_chart, mrkdwn, option, plain, section


def cell(text: str = "x") -> JsonObject:
    return {"type": "raw_text", "text": text}


RICH: JsonObject = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}


def select(**more: Json) -> JsonObject:
    return {"type": "static_select", "action_id": "pick", **more}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No")}


@pytest.mark.parametrize(
    "block",
    [
        section(fields=[mrkdwn("a"), plain("b")], accessory=button(action_id="go", style="danger")),
        {"type": "section", "fields": [mrkdwn("x" * 2000)] * 3},
        {"type": "header", "text": plain("x" * 150)},
        {"type": "divider", "block_id": "line"},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart"},
        {"type": "context", "elements": [mrkdwn("a")] * 10},
        actions(button(confirm=CONFIRM, value="x" * 2000), select(options=[option()], placeholder=plain("Pick"))),
        actions({"type": "overflow", "options": [option(str(n)) for n in range(5)]}),
        actions({"type": "datepicker", "initial_date": "2026-11-23"}),
        {"type": "input", "label": plain("Count"), "element": {"type": "number_input", "is_decimal_allowed": False}},
        {"type": "markdown", "text": "# Digest"},
        RICH,
        {"type": "table", "rows": [[cell(), RICH]]},
        {"type": "table", "rows": [[cell()] * 20] * 20, "column_settings": [{"align": "right"}]},
        {"type": "data_table", "caption": "Stock", "rows": [[cell(), {"type": "raw_number", "value": 3}]] * 2},
        line_chart(),
        {"type": "card", "title": mrkdwn("ABC-1"), "actions": [button(action_id="go")]},
        {"type": "carousel", "elements": [{"type": "card", "body": mrkdwn("ABC-1")}]},
        {"type": "container", "title": plain("Alerts"), "child_blocks": [section(), actions(button())]},
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Remove")}]},
        {
            "type": "plan",
            "title": "Sync",
            "tasks": [{"type": "task_card", "task_id": "1", "title": "a", "status": "error"}],
        },
    ],
)
def test_what_slack_shows_passes(block: JsonObject) -> None:
    assert validate_blocks([block], Surface.MESSAGE) == []


@pytest.mark.parametrize(
    ("block", "pointer", "message"),
    [
        (section(""), "/0/text/text", "must be more than 0 characters"),
        (section("x" * 3001), "/0/text/text", "must be less than 3001 characters"),
        ({"type": "section"}, "/0", "must define either `text` or `fields`"),
        (section(fields=[mrkdwn("x")] * 11), "/0/fields", "no more than 10 items allowed"),
        (section(fields=[mrkdwn("x" * 2001)]), "/0/fields/0/text", "must be less than 2001 characters"),
        (section(fields=[]), "/0/fields", "must provide at least 1 items"),
        (section(accessory={"type": "plain_text_input"}), "/0/accessory/type", "unsupported type: plain_text_input"),
        (section(block_id="x" * 256), "/0/block_id", "must be less than 256 characters"),
        (section(colour="red"), "/0", "invalid additional property: colour"),
        ({"type": "header", "text": plain("x" * 151)}, "/0/text/text", "must be less than 151 characters"),
        ({"type": "header", "text": mrkdwn("x")}, "/0/text/type", "unsupported type: mrkdwn"),
        ({"type": "header"}, "/0", "missing required field: text"),
        ({"type": "nonsense"}, "/0/type", "unsupported type: nonsense"),
        ({"text": "x"}, "/0", "missing required field: type"),
        ("text", "/0", "must be an object"),
        ({"type": "image", "image_url": "https://example.com/a"}, "/0", "missing required field: alt_text"),
        ({"type": "image", "alt_text": "a"}, "/0", "must define exactly one of `image_url` or `slack_file`"),
        ({"type": "image", "alt_text": "a", "image_url": "a.png"}, "/0/image_url", "must be a valid URL"),
        ({"type": "context", "elements": [mrkdwn("a")] * 11}, "/0/elements", "no more than 10 items allowed"),
        ({"type": "context", "elements": [button()]}, "/0/elements/0/type", "unsupported type: button"),
        (actions(*[button()] * 26), "/0/elements", "no more than 25 items allowed"),
        (actions(), "/0/elements", "must provide at least 1 items"),
        (actions(button("x" * 76)), "/0/elements/0/text/text", "must be less than 76 characters"),
        (actions(button(value="x" * 2001)), "/0/elements/0/value", "must be less than 2001 characters"),
        (actions(button(url="example.com")), "/0/elements/0/url", "must be a valid URL"),
        (actions(button(action_id="x" * 256)), "/0/elements/0/action_id", "must be less than 256 characters"),
        (actions(button(style="green")), "/0/elements/0/style", "must be a valid enum value"),
        (actions(button(disabled=True)), "/0/elements/0", "invalid additional property: disabled"),
        (actions({"type": "button"}), "/0/elements/0", "missing required field: text"),
        (
            actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})),
            "/0/elements/0/confirm/title/text",
            "must be less than 101 characters",
        ),
        (
            actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})),
            "/0/elements/0/confirm/deny/text",
            "must be less than 31 characters",
        ),
        (actions(select(options=[option()] * 101)), "/0/elements/0/options", "no more than 100 items allowed"),
        (actions(select(options=[])), "/0/elements/0/options", "must provide at least 1 items"),
        (actions(select()), "/0/elements/0", "must define exactly one of `options` or `option_groups`"),
        (
            actions(select(options=[option(text="x" * 76)])),
            "/0/elements/0/options/0/text/text",
            "must be less than 76 characters",
        ),
        (
            actions(select(options=[option("x" * 151)])),
            "/0/elements/0/options/0/value",
            "must be less than 151 characters",
        ),
        (
            actions(select(options=[option()], initial_option=option("2"))),
            "/0/elements/0/initial_option",
            "must be one of the options",
        ),
        (
            actions(select(options=[option()], placeholder=plain("x" * 151))),
            "/0/elements/0/placeholder/text",
            "must be less than 151 characters",
        ),
        (
            actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]}),
            "/0/elements/0/options",
            "no more than 5 items allowed",
        ),
        (
            actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]}),
            "/0/elements/0/options",
            "no more than 10 items allowed",
        ),
        (
            {"type": "input", "label": plain("x" * 2001), "element": {"type": "plain_text_input"}},
            "/0/label/text",
            "must be less than 2001 characters",
        ),
        ({"type": "input", "label": plain("x"), "element": button()}, "/0/element/type", "unsupported type: button"),
        ({"type": "markdown", "text": "x" * 12_001}, "/0/text", "must be less than 12001 characters"),
        ({"type": "table", "rows": [[cell()]] * 101}, "/0/rows", "no more than 100 items allowed"),
        ({"type": "table", "rows": [[cell()] * 21]}, "/0/rows/0", "no more than 20 items allowed"),
        ({"type": "table", "rows": [[button()]]}, "/0/rows/0/0/type", "unsupported type: button"),
        ({"type": "table", "rows": [[cell("x" * 5001)]] * 2}, "", "must be less than 10001 table characters"),
        ({"type": "data_table", "rows": [[cell()]] * 2}, "/0", "missing required field: caption"),
        (
            {"type": "data_table", "caption": "x", "rows": [[RICH], [cell()]]},
            "/0/rows/0/0/type",
            "unsupported type: rich_text",
        ),
        (
            actions({"type": "checkboxes", "options": [option()], "initial_options": [option("2")]}),
            "/0/elements/0/initial_options/0",
            "must be one of the options",
        ),
        (section(expand="yes"), "/0/expand", "must be a boolean"),
        (section(fields="x"), "/0/fields", "must be an array"),
        (section(accessory="x"), "/0/accessory", "must be an object"),
        (line_chart(series=[SOLD, SOLD]), "/0/chart/series", "must have unique names"),
        (
            line_chart(series=[{"name": "Sold", "data": [{"label": "Mon", "value": "1"}]}]),
            "/0/chart/series/0/data/0/value",
            "must be a number",
        ),
        (
            {"type": "data_table", "caption": "x", "rows": [[cell()] * 2, [cell()]]},
            "/0/rows/1",
            "must have as many cells as the first row",
        ),
        (
            {"type": "data_table", "caption": "x", "rows": [[cell()]] * 2, "page_size": 0},
            "/0/page_size",
            "must be between 1 and 100",
        ),
        ({**line_chart(), "title": "x" * 51}, "/0/title", "must be less than 51 characters"),
        (
            line_chart(axis_config={"categories": ["Mon"]}),
            "/0/chart/series/0/data",
            "must have one value for every category",
        ),
        (line_chart(type="radar"), "/0/chart/type", "unsupported type: radar"),
        (
            {"type": "card", "subtitle": mrkdwn("x")},
            "/0",
            "must define either `hero_image` or `title` or `actions` or `body`",
        ),
        ({"type": "card", "body": mrkdwn("x" * 201)}, "/0/body/text", "must be less than 201 characters"),
        (
            {"type": "card", "title": mrkdwn("x"), "actions": [button()] * 4},
            "/0/actions",
            "no more than 3 items allowed",
        ),
        (
            {"type": "container", "title": plain("x"), "child_blocks": [section()] * 11},
            "/0/child_blocks",
            "no more than 10 items allowed",
        ),
        (
            {"type": "container", "title": plain("x"), "child_blocks": [section("")]},
            "/0/child_blocks/0/text/text",
            "must be more than 0 characters",
        ),
    ],
)
def test_what_slack_refuses_is_pointed_at(block: Json, pointer: str, message: str) -> None:
    errors = validate_blocks([block], Surface.MESSAGE)

    assert (pointer, message) in [(error.pointer, error.message) for error in errors]
