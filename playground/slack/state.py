"""What a person has filled in: the `state.values` of a view or message, by block_id and action_id."""

from collections.abc import Mapping
from dataclasses import dataclass

from playground.slack.identifiers import elements_of
from playground.slack.records import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Field:
    """Where an element's choice is found: at first in `initial`, in the state under `name`."""

    name: str
    initial: str
    is_option: bool = False
    is_list: bool = False


def _options(name: str, initial: str) -> Field:
    return Field(name, initial, is_option=True, is_list=True)


FIELDS: Mapping[str, Field] = {
    "plain_text_input": Field("value", "initial_value"),
    "number_input": Field("value", "initial_value"),
    "email_text_input": Field("value", "initial_value"),
    "url_text_input": Field("value", "initial_value"),
    "rich_text_input": Field("rich_text_value", "initial_value"),
    "static_select": Field("selected_option", "initial_option", is_option=True),
    "external_select": Field("selected_option", "initial_option", is_option=True),
    "radio_buttons": Field("selected_option", "initial_option", is_option=True),
    "checkboxes": _options("selected_options", "initial_options"),
    "multi_static_select": _options("selected_options", "initial_options"),
    "multi_external_select": _options("selected_options", "initial_options"),
    "users_select": Field("selected_user", "initial_user"),
    "channels_select": Field("selected_channel", "initial_channel"),
    "conversations_select": Field("selected_conversation", "initial_conversation"),
    "multi_users_select": Field("selected_users", "initial_users", is_list=True),
    "multi_channels_select": Field("selected_channels", "initial_channels", is_list=True),
    "multi_conversations_select": Field("selected_conversations", "initial_conversations", is_list=True),
    "datepicker": Field("selected_date", "initial_date"),
    "timepicker": Field("selected_time", "initial_time"),
    "datetimepicker": Field("selected_date_time", "initial_date_time"),
    "file_input": Field("files", "initial_files", is_list=True),
}


def empty_state(blocks: list[JsonObject]) -> JsonObject:
    """The state of blocks that nobody has touched: what they show at first."""
    return filled_state(blocks, {})


def filled_state(blocks: list[JsonObject], values: Mapping[str, Json]) -> JsonObject:
    """The state after a person has set these elements, by action_id; raises LookupError for an unknown one."""
    state: JsonObject = {}
    unused = set(values)
    for block, element in elements_of(blocks):
        field = FIELDS.get(element.get("type", ""))
        if field is None:
            continue
        action_id = element["action_id"]
        unused.discard(action_id)
        value = _value(element, field, values.get(action_id))
        state.setdefault(block["block_id"], {})[action_id] = value
    if unused:
        raise LookupError(f"no input with action_id {', '.join(sorted(unused))}")
    return state


def chosen(element: JsonObject, value: Json) -> JsonObject:
    """What an action carries beside its ids: the element's type and what was chosen or typed."""
    kind = element["type"]
    if kind == "overflow":
        return {"type": kind, "selected_option": find_option(element, value)}
    if kind in FIELDS:
        return _value(element, FIELDS[kind], value)
    carried: JsonObject = {name: element[name] for name in ("text", "value", "style", "icon") if name in element}
    return {"type": kind, **carried}


def is_empty(value: JsonObject) -> bool:
    """Whether nothing was chosen or typed."""
    return value[FIELDS[value["type"]].name] in (None, "", [])


def find_option(element: JsonObject, value: Json) -> JsonObject:
    """The option with this value; raises LookupError when it is not there to be chosen."""
    groups: list[JsonObject] = element.get("option_groups") or [element]
    for group in groups:
        for option in group.get("options", []):
            if option["value"] == value:
                return dict(option)
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": value}
    raise LookupError(f"no option {value!r}")


def _value(element: JsonObject, field: Field, value: Json) -> JsonObject:
    kind = element["type"]
    if value is None:
        return {"type": kind, field.name: element.get(field.initial, [] if field.is_list else None)}
    if not field.is_option:
        return {"type": kind, field.name: str(value) if field.name == "value" else value}
    options = [find_option(element, each) for each in (value if field.is_list else [value])]
    return {"type": kind, field.name: options if field.is_list else options[0]}
