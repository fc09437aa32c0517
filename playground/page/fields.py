"""The fields of a request to the page, each checked as it is read."""

from collections.abc import Mapping
from typing import Any

from core.errors import BadInput

_LONGEST = 4_000


def text(fields: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    """The text under this name; BadInput when it is none, too long, or empty where it must not be."""
    value = fields.get(name, "" if empty else None)
    if not isinstance(value, str) or len(value) > _LONGEST or not (value or empty):
        raise BadInput(name, f"must be a text of up to {_LONGEST:,} characters")
    return value


def flag(fields: Mapping[str, Any], name: str) -> bool:
    """True or false; BadInput when it is neither."""
    value = fields.get(name)
    if not isinstance(value, bool):
        raise BadInput(name, "must be true or false")
    return value
