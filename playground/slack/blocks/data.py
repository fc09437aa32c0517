"""The blocks that hold figures: tables and charts."""

from collections.abc import Mapping

from playground.slack.blocks.composition import BLOCK_ID, RICH_TEXT_FIELDS
from playground.slack.blocks.schema import (
    Check,
    Errors,
    choice,
    failed,
    flag,
    items,
    kinds,
    number,
    shape,
    string,
)
from playground.slack.records import Json, JsonObject

_MAX_CHARACTERS = 10_000
_HUGE = 1e15
_ID: Mapping[str, Check] = {"block_id": BLOCK_ID}
_RAW: Mapping[str, Check] = {
    "raw_text": shape({"text": string(_MAX_CHARACTERS)}),
    "raw_number": shape({"value": number(-_HUGE, _HUGE)}, {"text": string(255)}),
}
_CELL = kinds({**_RAW, "rich_text": shape(RICH_TEXT_FIELDS, _ID)})


def characters(value: Json) -> int:
    """How much text is in a cell, a row or a whole table."""
    match value:
        case str():
            return len(value)
        case list():
            return sum(characters(each) for each in value)
        case dict():
            named = (value[name] for name in ("text", "elements", "rows", "name") if name in value)
            return sum(characters(each) for each in named)
        case _:
            return 0


def _same_width(value: JsonObject, pointer: str) -> Errors:
    rows = value["rows"]
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield failed(f"{pointer}/rows/{index}", "must have as many cells as the first row", type="width")


def _plain_header(value: JsonObject, pointer: str) -> Errors:
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            where = f"{pointer}/rows/0/{index}/type"
            yield failed(where, "unsupported type: rich_text", type="enum", got="rich_text")


TABLE = shape(
    {"rows": items(items(_CELL, 20), 100)},
    {
        **_ID,
        "column_settings": items(shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag}), 20, 0),
    },
)
DATA_TABLE = shape(
    {"caption": string(255), "rows": items(items(_CELL, 20), 101, 2)},
    {**_ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
    _same_width,
    _plain_header,
)

_LABEL = string(20)
_SERIES = shape(
    {
        "name": _LABEL,
        "data": items(shape({"label": _LABEL, "value": number(-_HUGE, _HUGE)}), 20),
    }
)
_AXES = shape({"categories": items(_LABEL, 20)}, {"x_label": string(50), "y_label": string(50)})


def _labels_are_categories(value: JsonObject, pointer: str) -> Errors:
    for index, series in enumerate(value["series"]):
        if [point["label"] for point in series["data"]] != value["axis_config"]["categories"]:
            where = f"{pointer}/series/{index}/data"
            yield failed(where, "must have one value for every category", type="labels")


def _names_differ(value: JsonObject, pointer: str) -> Errors:
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        yield failed(f"{pointer}/series", "must have unique names", type="unique")


_PLOT = shape({"series": items(_SERIES, 6), "axis_config": _AXES}, {}, _labels_are_categories, _names_differ)
_PIE = shape(
    {"segments": items(shape({"label": _LABEL, "value": number(1e-9, _HUGE)}), 6)},
)
DATA_VISUALIZATION = shape(
    {
        "title": string(50),
        "chart": kinds({"pie": _PIE, "bar": _PLOT, "area": _PLOT, "line": _PLOT}),
    },
    _ID,
)
