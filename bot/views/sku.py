"""A SKU as the value of a button."""

from __future__ import annotations

from urllib.parse import unquote

_PACKED = str.maketrans({character: f"%{ord(character):02X}" for character in "%&<> "})


def pack(sku: str) -> str:
    """The SKU as a button's value: in one word, without the characters that Slack escapes on the way back."""
    return sku.translate(_PACKED)


def unpack(value: str) -> str:
    """The SKU of a button's value."""
    return unquote(value)
