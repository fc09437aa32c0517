"""Checking a whole view: a modal or a Home tab."""

from collections.abc import Iterator

from playground.slack.blocks.composition import plain_text
from playground.slack.blocks.schema import (
    BlockError,
    anything,
    flag,
    kinds,
    shape,
    string,
)
from playground.slack.blocks.surfaces import Surface
from playground.slack.blocks.validate import validate_blocks
from playground.slack.records import Json, JsonObject

_SHARED = {
    "blocks": anything,
    "callback_id": string(255, 0),
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
}
_VIEW = kinds(
    {
        "modal": shape(
            {"title": plain_text(24), "blocks": anything},
            {
                **_SHARED,
                "close": plain_text(24),
                "submit": plain_text(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
        ),
        "home": shape({"blocks": anything}, _SHARED),
    }
)


def validate_view(view: Json) -> list[BlockError]:
    """What Slack would refuse of this view, with pointers from the view; [] when nothing."""
    errors = list(_VIEW(view, ""))
    if errors:
        return errors
    found = validate_blocks(view["blocks"], Surface(view["type"]))
    return [*(error.under("/blocks") for error in found), *_inputs_without_submit(view)]


def _inputs_without_submit(view: JsonObject) -> Iterator[BlockError]:
    if view["type"] != "modal" or "submit" in view or not isinstance(view["blocks"], list):
        return
    for index, block in enumerate(view["blocks"]):
        if isinstance(block, dict) and block.get("type") == "input":
            message = "must define `submit` to use an `input` block in modals"
            yield BlockError(f"/blocks/{index}/input", "failed_constraint", message)
