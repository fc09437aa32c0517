"""Reading what a channel sends: JSON, ids, times and texts; whatever comes, nothing worse than BadPayload."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import orjson

from core.errors import BadPayload
from core.messages import Refused

MAX_ID = 100
_LONG = re.compile(rb"[0-9]{20}")


def read_json(body: bytes) -> object:
    """The body as JSON, whole numbers of any size exact; BadPayload when it is none, or is nested beyond reason."""
    if _LONG.search(body):
        return _read_exactly(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_exactly(body)


def read_object(body: bytes) -> Mapping[str, object]:
    """The body as a JSON object, or BadPayload."""
    data = read_json(body)
    if not isinstance(data, dict):
        raise BadPayload("the body is not a JSON object")
    return data


def rows(value: object) -> Sequence[object]:
    """The value if it is a list, else no rows."""
    return value if isinstance(value, list) else ()


def table(value: object) -> Mapping[str, object]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def read_id(value: object) -> str:
    """An id as text: a positive whole number, or printable text of at most 100 characters; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if value > 0 else ""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    return text if len(text) <= MAX_ID and text.isprintable() else ""


def read_time(value: object) -> float | None:
    """ISO 8601 text as epoch seconds, never below 0; without an offset it is UTC. None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def read_text(value: object, most: int) -> str:
    """Text for people to read: at most `most` characters, each printable; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() else " " for c in value[:most]).strip()


def refuse(channel: str, body: bytes, reason: str, *, order_id: str = "", index: int = 0) -> Refused:
    """The message (the one at `index`, where the body holds several) as refused; equal bodies get equal keys."""
    place = f"#{index}" if index else ""
    return Refused(f"{channel}#refused#{hashlib.sha256(body).hexdigest()}{place}", reason, order_id)


def _read_exactly(body: bytes) -> object:
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadPayload("the body is not JSON") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)
