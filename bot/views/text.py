"""Text from outside made harmless for Slack: on one line, escaped, cut where a reader would cut it."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_HIDDEN = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINER = "\u200d"
_GRAVE, _WAVE = "\u02cb", "\u223c"  # look like a backtick and a tilde, and end no span
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": _GRAVE})
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


def clean(text: str, limit: int) -> str:
    """The text on one line without control or direction characters, of at most `limit` characters; never empty."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return clip(text.strip(), limit) or "?"


def clip(text: str, limit: int) -> str:
    """The text, or as much of it as fits with an ellipsis, never cut inside a combined character."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > 0 and _joined(text, cut):
        cut -= 1
    return f"{text[: cut or limit - 1]}…"


def escape(text: str, limit: int = 300) -> str:
    """The text for mrkdwn, of which no mention, link or code span can come.

    At most `limit` characters are shown, and 2 * `limit` written.
    """
    shown = clean(text, limit)
    while len(escaped := shown.translate(_ENTITIES)) > 2 * limit:
        shown = clip(shown, len(shown) * 3 // 4)
    return escaped


def code(text: str, limit: int = 200) -> str:
    """The text in a code span, where asterisks and underscores stay what they are."""
    return f"`{escape(text, limit)}`"


def strike(text: str) -> str:
    """Escaped text struck out."""
    return f"~{text.replace('~', _WAVE)}~"


def name(actor: str) -> str:
    """Who did something: a mention for a Slack user id, else the escaped name."""
    return f"<@{actor}>" if _USER.fullmatch(actor) else escape(actor, 80)


def quoted(sku: str) -> str:
    """The SKU as one types it in a command: in quotes when it has spaces."""
    return f'"{sku}"' if re.search(r"\s", sku) else sku


def _visible(character: str) -> str:
    if character in _HIDDEN:
        return ""
    category = unicodedata.category(character)
    if category in _BREAKS:
        return " "
    return "\ufffd" if category == "Cs" else character


def _joined(text: str, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    return _JOINER in (before, after) or unicodedata.category(after) in {"Mn", "Me", "Mc", "Sk"}
