"""Finding what a person clicks: one element in a message or view, by its action_id."""

from typing import TypeAlias

from playground.slack.identifiers import elements_of
from playground.slack.records import JsonObject, Message, View
from playground.slack.state import FIELDS, chosen, filled_state

Clickable: TypeAlias = Message | View


def blocks_of(shown: Clickable) -> list[JsonObject]:
    """Every block of a message, those in its attachments too, or of a view."""
    if isinstance(shown, View):
        return shown.blocks
    attached = [block for each in shown.content.attachments for block in each.get("blocks", [])]
    return [*shown.blocks, *attached]


def action_on(shown: Clickable, action_id: str, value: str | None) -> JsonObject:
    """What a click sends: of several buttons alike the one with this value, of a menu this option.

    Raises LookupError when there is nothing such to click, or more than one.
    """
    alike = [pair for pair in elements_of(blocks_of(shown)) if pair[1].get("action_id") == action_id]
    found = [pair for pair in alike if _has(pair[1], value)]
    if len(found) != 1:
        values = [element.get("value") for _, element in alike]
        raise LookupError(f"{len(found)} elements to click for {action_id} {value}, among {values}")
    block, element = found[0]
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise LookupError(f"{action_id} is only sent with its form")
    return {"action_id": action_id, "block_id": block["block_id"], **chosen(element, value)}


def state_after(shown: Clickable, action: JsonObject, value: str | None) -> JsonObject:
    """The state of what is shown once the person has made that choice."""
    values = {action["action_id"]: value} if action["type"] in FIELDS else {}
    return filled_state(blocks_of(shown), values)


def _has(element: JsonObject, value: str | None) -> bool:
    return value is None or element["type"] != "button" or element.get("value") == value
