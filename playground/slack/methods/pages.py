"""Cursors: answering a long list by pages."""

import base64
import binascii

from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.records import JsonObject

_MARK = "next:"


def page(name: str, rows: list[JsonObject], arguments: Arguments, default: int, most: int = 1000) -> JsonObject:
    """One page of the rows under `name`, with next_cursor ("" on the last); raises invalid_cursor, invalid_limit."""
    limit = arguments.number("limit", default)
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    start = _position(arguments.text("cursor"))
    end = start + limit
    cursor = _cursor(end) if end < len(rows) else ""
    return {name: rows[start:end], "response_metadata": {"next_cursor": cursor}}


def _cursor(position: int) -> str:
    return base64.b64encode(f"{_MARK}{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, validate=True).decode()
        return int(text.removeprefix(_MARK)) if cursor else 0
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
