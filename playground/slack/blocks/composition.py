"""The small objects that blocks and elements share: texts, options, confirmations."""

from collections.abc import Mapping

from playground.slack.blocks.schema import (
    Check,
    Errors,
    anything,
    choice,
    failed,
    flag,
    items,
    kinds,
    number,
    shape,
    string,
    url,
)
from playground.slack.records import JsonObject

BLOCK_ID = string(255)
ACTION_ID = string(255)
STYLE = choice("primary", "danger")


def plain_text(at_most: int) -> Check:
    """A plain_text object of so many characters."""
    return kinds({"plain_text": shape({"text": string(at_most)}, {"emoji": flag})})


def texts(at_most: int) -> Mapping[str, Check]:
    """Both kinds of text object of so many characters, by type."""
    return {
        "plain_text": shape({"text": string(at_most)}, {"emoji": flag}),
        "mrkdwn": shape({"text": string(at_most)}, {"verbatim": flag}),
    }


def any_text(at_most: int) -> Check:
    """A plain_text or mrkdwn object of so many characters."""
    return kinds(texts(at_most))


CONFIRM = shape(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": STYLE},
)
PLACEHOLDER = plain_text(150)
DISPATCH_CONFIG = shape({}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})
FILTER = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
SLACK_FILE = shape({}, {"id": string(255), "url": url()})


def option(text: Check, **further: Check) -> Check:
    """An option with this kind of text and a value of up to 150 characters."""
    return shape({"text": text, "value": string(150)}, {"description": plain_text(75), **further})


MENU_OPTION = option(plain_text(75))
OVERFLOW_OPTION = option(plain_text(75), url=url())
BOX_OPTION = option(any_text(75))
OPTION_GROUP = shape({"label": plain_text(75), "options": items(MENU_OPTION, 100)})


def initial_among_options(value: JsonObject, pointer: str) -> Errors:
    """What is chosen at first is one of what can be chosen."""
    known = [each for group in value.get("option_groups", [value]) for each in group.get("options", [])]
    if "initial_option" in value and value["initial_option"] not in known:
        yield failed(f"{pointer}/initial_option", "must be one of the options", type="enum")
    for index, each in enumerate(value.get("initial_options", [])):
        if each not in known:
            where = f"{pointer}/initial_options/{index}"
            yield failed(where, "must be one of the options", type="enum")


RICH_TEXT_PART = kinds(
    {
        "rich_text_section": shape({"elements": items(anything, 1000, 0)}),
        "rich_text_list": shape(
            {"style": choice("bullet", "ordered"), "elements": items(anything, 1000)},
            {"indent": number(0, 8), "offset": number(0, 1_000_000), "border": number(0, 1)},
        ),
        "rich_text_preformatted": shape(
            {"elements": items(anything, 1000)}, {"border": number(0, 1), "language": string(50)}
        ),
        "rich_text_quote": shape({"elements": items(anything, 1000)}, {"border": number(0, 1)}),
    }
)
RICH_TEXT_FIELDS = {"elements": items(RICH_TEXT_PART, 1000)}
RICH_TEXT = kinds({"rich_text": shape(RICH_TEXT_FIELDS, {"block_id": BLOCK_ID})})
