"""The blocks themselves: their fields, and the surfaces on which each may be."""

from collections.abc import Mapping
from dataclasses import dataclass

from playground.slack.blocks.composition import (
    BLOCK_ID,
    RICH_TEXT,
    RICH_TEXT_FIELDS,
    any_text,
    plain_text,
    texts,
)
from playground.slack.blocks.data import DATA_TABLE, DATA_VISUALIZATION, TABLE
from playground.slack.blocks.elements import (
    ACCESSORY,
    ACTION_ELEMENT,
    BUTTON,
    CONTEXT_ACTION,
    IMAGE,
    INPUT_ELEMENT,
)
from playground.slack.blocks.schema import (
    Check,
    anything,
    at_least_one,
    choice,
    exactly_one,
    flag,
    items,
    kinds,
    shape,
    string,
    url,
)
from playground.slack.blocks.surfaces import EVERYWHERE, MESSAGES, MODALS, NOT_MODALS, Surface

_ID: Mapping[str, Check] = {"block_id": BLOCK_ID}
_PICTURE = kinds({"image": IMAGE})
_CONTEXT_ELEMENT = kinds({"image": IMAGE, **texts(3000)})

_CARD = shape(
    {},
    {
        **_ID,
        "hero_image": _PICTURE,
        "icon": _PICTURE,
        "slack_icon": anything,
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "subtext": any_text(200),
        "actions": items(kinds({"button": BUTTON}), 3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)
_TASK_CARD = shape(
    {
        "task_id": string(255),
        "title": string(3000),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {**_ID, "details": RICH_TEXT, "output": RICH_TEXT, "sources": items(anything, 100)},
)


@dataclass(frozen=True, slots=True)
class BlockKind:
    """A type of block: the check of its fields, and where it may be."""

    check: Check
    surfaces: frozenset[Surface] = EVERYWHERE


_CHILDREN: Mapping[str, BlockKind] = {
    "section": BlockKind(
        shape(
            {},
            {
                **_ID,
                "text": any_text(3000),
                "fields": items(any_text(2000), 10),
                "accessory": ACCESSORY,
                "expand": flag,
            },
            at_least_one("text", "fields"),
        )
    ),
    "header": BlockKind(shape({"text": plain_text(150)}, _ID)),
    "divider": BlockKind(shape({}, _ID)),
    "image": BlockKind(
        shape(
            {"alt_text": string(2000)},
            {**_ID, "title": plain_text(2000), "image_url": url(), "slack_file": anything},
            exactly_one("image_url", "slack_file"),
        )
    ),
    "context": BlockKind(shape({"elements": items(_CONTEXT_ELEMENT, 10)}, _ID)),
    "actions": BlockKind(shape({"elements": items(ACTION_ELEMENT, 25)}, _ID)),
    "rich_text": BlockKind(shape(RICH_TEXT_FIELDS, _ID)),
    "markdown": BlockKind(shape({"text": string(12_000)}, _ID), MESSAGES),
    "table": BlockKind(TABLE, MESSAGES),
    "data_table": BlockKind(DATA_TABLE, MESSAGES),
    "data_visualization": BlockKind(DATA_VISUALIZATION, MESSAGES),
    "card": BlockKind(_CARD, NOT_MODALS),
    "carousel": BlockKind(shape({"elements": items(kinds({"card": _CARD}), 10)}, _ID), NOT_MODALS),
}

KINDS: Mapping[str, BlockKind] = {
    **_CHILDREN,
    "input": BlockKind(
        shape(
            {"label": plain_text(2000), "element": INPUT_ELEMENT},
            {**_ID, "hint": plain_text(2000), "optional": flag, "dispatch_action": flag},
        )
    ),
    "context_actions": BlockKind(shape({"elements": items(CONTEXT_ACTION, 5)}, _ID), MESSAGES),
    "container": BlockKind(
        shape(
            {"child_blocks": items(kinds({name: kind.check for name, kind in _CHILDREN.items()}), 10)},
            {
                **_ID,
                "title": plain_text(150),
                "rich_text_title": RICH_TEXT,
                "subtitle": any_text(150),
                "width": choice("narrow", "standard", "wide", "full"),
                "icon": _PICTURE,
                "is_collapsible": flag,
                "default_collapsed": flag,
                "has_header_divider": flag,
            },
            at_least_one("title", "rich_text_title"),
        ),
        MESSAGES,
    ),
    "alert": BlockKind(
        shape(
            {"text": any_text(200)},
            {**_ID, "level": choice("default", "info", "warning", "error", "success")},
        ),
        MODALS,
    ),
    "task_card": BlockKind(_TASK_CARD, MESSAGES),
    "plan": BlockKind(
        shape({"title": string(3000)}, {**_ID, "tasks": items(kinds({"task_card": _TASK_CARD}), 50)}),
        MESSAGES,
    ),
    "video": BlockKind(
        shape(
            {
                "alt_text": string(2000),
                "title": plain_text(199),
                "thumbnail_url": url(),
                "video_url": url(),
            },
            {
                **_ID,
                "author_name": string(49),
                "description": plain_text(200),
                "provider_icon_url": url(),
                "provider_name": string(255),
                "title_url": url(),
            },
        )
    ),
}
