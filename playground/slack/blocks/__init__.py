"""Block Kit's rules as pure functions: what Slack would refuse, and where."""

from playground.slack.blocks.schema import BlockError
from playground.slack.blocks.surfaces import Surface
from playground.slack.blocks.validate import MAX_MESSAGE_CHARACTERS, TOO_LONG, validate_blocks
from playground.slack.blocks.views import validate_view

__all__ = [
    "MAX_MESSAGE_CHARACTERS",
    "TOO_LONG",
    "BlockError",
    "Surface",
    "validate_blocks",
    "validate_view",
]
