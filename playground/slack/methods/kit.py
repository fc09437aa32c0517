"""blocks.validate: the validator as a method, with a pointer to each fault."""

from playground.slack.arguments import Arguments, invalid_arguments
from playground.slack.blocks import BlockError, Surface, validate_blocks, validate_view
from playground.slack.errors import SlackError
from playground.slack.records import Json, JsonObject
from playground.slack.workspace import Workspace

_NAMES = ("blocks", "message", "view")


def validate(_: Workspace, arguments: Arguments) -> JsonObject:
    """Nothing when it is right; raises invalid_blocks, invalid_message or invalid_view with `errors`."""
    given = [name for name in _NAMES if arguments.has(name)]
    if len(given) != 1:
        raise invalid_arguments("provide exactly one of blocks, message or view")
    name = given[0]
    errors = _errors(name, arguments.structure(name, f"invalid_{name}"))
    if errors:
        raise SlackError(f"invalid_{name}", errors=[error.as_json() for error in errors])
    return {}


def _errors(name: str, value: Json) -> list[BlockError]:
    if name == "blocks":
        return validate_blocks(value, Surface.MESSAGE)
    if name == "view":
        return validate_view(value)
    blocks = value.get("blocks", []) if isinstance(value, dict) else value
    return [error.under("/blocks") for error in validate_blocks(blocks, Surface.MESSAGE)]
