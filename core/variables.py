"""Settings as rows of a table: a name, what it is for, and how its text is read; and what was given for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit


class Secret:
    """A text that shows only when asked to `reveal()`; false when empty."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it or signs with it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self._text.encode(), other.reveal().encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret()"


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its default (empty: not set), what it is for, how it is read, and its older names.

    `read` turns the stripped text into the setting; its ValueError says what the text must be and quotes no secret.
    `secret`: its value must never be shown.
    """

    name: str
    default: str
    help: str
    read: Callable[[str], Any] = str
    older: tuple[str, ...] = ()
    secret: bool = False


Need = tuple[str, tuple[str, ...]]
"""A variable that makes no sense unless one of the others is set, too."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given, by the names of variables."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The text, "" when it is not set."""
        return str(self.values[name])

    def secret(self, name: str) -> str:
        """The secret itself, "" when it is not set."""
        return str(self.values[name].reveal())

    def secrets(self, name: str) -> tuple[str, ...]:
        """The secrets themselves, as many as are good at once."""
        value = self.values[name]
        return tuple(each.reveal() for each in ((value,) if isinstance(value, Secret) else value) if each)


def listed(text: str) -> list[str]:
    """The parts between commas, without empty ones."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read_secrets(text: str) -> tuple[Secret, ...]:
    """Secrets, separated by commas."""
    return tuple(Secret(part) for part in listed(text))


def read_url(text: str) -> str:
    """An address without a user name in it and without a slash at its end, or ""."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if text and (not sound or "@" in text):
        raise ValueError("must be an http or https address without a user name in it")
    return text.rstrip("/")
