"""Values as DynamoDB's wire format has them, and back; times are ISO 8601 in UTC or epoch seconds."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Value = dict[str, Any]
Item = Mapping[str, Value]


def text(value: str) -> Value:
    """A string."""
    return {"S": value}


def number(value: float) -> Value:
    """A number in its shortest form, which keeps every bit of a float."""
    return {"N": repr(int(value) if value == int(value) else value)}


def blob(value: bytes) -> Value:
    """Bytes."""
    return {"B": value}


def texts(fields: Mapping[str, str]) -> dict[str, Value]:
    """The fields that are not empty, as strings."""
    return {name: text(value) for name, value in fields.items() if value}


def text_of(item: Item, name: str, default: str = "") -> str:
    """The string of that name."""
    found = item.get(name)
    return default if found is None else str(found.get("S", default))


def whole_of(item: Item, name: str, default: int = 0) -> int:
    """The whole number of that name."""
    found = item.get(name)
    return default if found is None else int(found["N"])


def number_of(item: Item, name: str, default: float = 0.0) -> float:
    """The number of that name."""
    found = item.get(name)
    return default if found is None else float(found["N"])


def blob_of(item: Item, name: str) -> bytes | None:
    """The bytes of that name, which an answer has in base64."""
    found = item.get(name)
    if found is None:
        return None
    given = found["B"]
    return b64decode(given) if isinstance(given, str) else bytes(given)


def iso(at: float) -> str:
    """Epoch seconds as ISO 8601 UTC of fixed width (microseconds), so that text sorts as time does."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def epoch(value: str) -> float:
    """What `iso` was given; 0 for an empty text."""
    return datetime.fromisoformat(value).timestamp() if value else 0.0


def time_of(item: Item, name: str) -> float:
    """The ISO time of that name, as epoch seconds; 0 where there is none."""
    return epoch(text_of(item, name))
