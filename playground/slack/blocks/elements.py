"""The elements that go into blocks, and which of them may go where."""

from collections.abc import Mapping

from playground.slack.blocks.composition import (
    ACTION_ID,
    BOX_OPTION,
    CONFIRM,
    DISPATCH_CONFIG,
    FILTER,
    MENU_OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    SLACK_FILE,
    STYLE,
    initial_among_options,
    plain_text,
)
from playground.slack.blocks.schema import (
    Check,
    anything,
    exactly_one,
    flag,
    items,
    kinds,
    number,
    shape,
    string,
    url,
)

_COMMON: Mapping[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": flag}
_MENU: Mapping[str, Check] = {**_COMMON, "placeholder": PLACEHOLDER}
_MANY: Mapping[str, Check] = {"max_selected_items": number(1, 1_000)}
_TYPED: Mapping[str, Check] = {
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH_CONFIG,
    "focus_on_load": flag,
}
_CHOICES: Mapping[str, Check] = {
    "options": items(MENU_OPTION, 100),
    "option_groups": items(OPTION_GROUP, 100),
}
_ONE_KIND_OF_OPTIONS = exactly_one("options", "option_groups")


def _menu(**fields: Check) -> Check:
    return shape({}, {**_MENU, **fields})


def _menus(**fields: Check) -> Check:
    return shape({}, {**_MENU, **_MANY, **fields})


IMAGE = shape(
    {"alt_text": string(2000)},
    {"image_url": url(), "slack_file": SLACK_FILE},
    exactly_one("image_url", "slack_file"),
)
BUTTON = shape(
    {"text": plain_text(75)},
    {
        "action_id": ACTION_ID,
        "url": url(),
        "value": string(2000),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
    },
)
_FEEDBACK = shape({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})

MENUS: Mapping[str, Check] = {
    "static_select": shape(
        {},
        {**_MENU, **_CHOICES, "initial_option": MENU_OPTION},
        _ONE_KIND_OF_OPTIONS,
        initial_among_options,
    ),
    "multi_static_select": shape(
        {},
        {**_MENU, **_MANY, **_CHOICES, "initial_options": items(MENU_OPTION, 100)},
        _ONE_KIND_OF_OPTIONS,
        initial_among_options,
    ),
    "external_select": _menu(initial_option=MENU_OPTION, min_query_length=number(0, 100)),
    "multi_external_select": _menus(initial_options=items(MENU_OPTION, 100), min_query_length=number(0, 100)),
    "users_select": _menu(initial_user=string(255)),
    "multi_users_select": _menus(initial_users=items(string(255), 100)),
    "conversations_select": _menu(
        initial_conversation=string(255),
        default_to_current_conversation=flag,
        response_url_enabled=flag,
        filter=FILTER,
    ),
    "multi_conversations_select": _menus(
        initial_conversations=items(string(255), 100),
        default_to_current_conversation=flag,
        filter=FILTER,
    ),
    "channels_select": _menu(initial_channel=string(255), response_url_enabled=flag),
    "multi_channels_select": _menus(initial_channels=items(string(255), 100)),
}
PICKERS: Mapping[str, Check] = {
    "checkboxes": shape(
        {"options": items(BOX_OPTION, 10)},
        {**_COMMON, "initial_options": items(BOX_OPTION, 10)},
        initial_among_options,
    ),
    "radio_buttons": shape(
        {"options": items(BOX_OPTION, 10)},
        {**_COMMON, "initial_option": BOX_OPTION},
        initial_among_options,
    ),
    "datepicker": _menu(initial_date=string(10, 10)),
    "timepicker": _menu(initial_time=string(5, 5), timezone=string(100)),
    "datetimepicker": shape({}, {**_COMMON, "initial_date_time": number(10**9, 10**10)}),
}
_BUTTONS: Mapping[str, Check] = {
    "button": BUTTON,
    "overflow": shape({"options": items(OVERFLOW_OPTION, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM}),
    "workflow_button": shape(
        {"text": plain_text(75), "workflow": anything},
        {"action_id": ACTION_ID, "style": STYLE, "accessibility_label": string(75)},
    ),
}
_WRITTEN: Mapping[str, Check] = {
    "plain_text_input": shape(
        {},
        {
            **_TYPED,
            "initial_value": string(3000, 0),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
    ),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {
            **_TYPED,
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
        },
    ),
    "email_text_input": shape({}, {**_TYPED, "initial_value": string(3000)}),
    "url_text_input": shape({}, {**_TYPED, "initial_value": string(3000)}),
    "rich_text_input": shape({}, {**_TYPED, "initial_value": anything}),
    "file_input": shape(
        {},
        {"action_id": ACTION_ID, "filetypes": items(string(20), 100), "max_files": number(1, 10)},
    ),
}

ACTION_ELEMENT = kinds({**MENUS, **PICKERS, **_BUTTONS, "rich_text_input": _WRITTEN["rich_text_input"]})
ACCESSORY = kinds({**MENUS, **PICKERS, **_BUTTONS, "image": IMAGE})
INPUT_ELEMENT = kinds({**MENUS, **PICKERS, **_WRITTEN})
CONTEXT_ACTION = kinds(
    {
        "feedback_buttons": shape(
            {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ACTION_ID}
        ),
        "icon_button": shape(
            {"icon": string(100), "text": plain_text(75)},
            {
                "action_id": ACTION_ID,
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": items(string(255), 100),
            },
        ),
    }
)
