"""What a person typed after a slash command: words, SKUs and quantities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol

from core.errors import BadInput
from core.rules import Rule, check_rule
from core.stock import MAX_QUANTITY, check_sku

_LINK = re.compile(r"<(?:https?|mailto|tel):([^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_PROTOCOL = re.compile(r"<((?:https?|mailto|tel):[^<>|]*)>", re.IGNORECASE)
_STRAIGHT = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f", '"') | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
)
_WORD = re.compile(r'"([^"]*)"(?=\s|$)|(\S+)')
_RULE_PART = re.compile(r"(percent|max|cut_off)=[0-9]{1,7}")
DEFAULT = "default"
_ALIKE = 0.75
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})")


class Named(Protocol):
    """A sub-command: its word, and whether it needs none."""

    NAME: str
    BARE: bool


def split_words(text: str) -> tuple[str, ...]:
    """The words as typed: Slack's links and entities undone, smart quotes made straight, quoted words kept whole."""
    plain = plain_text(text).translate(_STRAIGHT)
    return tuple(quoted or word for quoted, word in _WORD.findall(plain) if quoted or word)


def plain_text(text: str) -> str:
    """The text before Slack made links of addresses in it and escaped its `&`, `<` and `>`."""
    shown = _LINK.sub(lambda match: match[2] or match[0], text)
    bare = _PROTOCOL.sub(r"\1", shown)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def one_sku(words: Sequence[str]) -> str:
    """The only word as a SKU; BadInput when there is none, or more than one."""
    if not words:
        raise BadInput("sku", "is missing")
    if len(words) > 1:
        raise BadInput("sku", f'is one word, or several in quotes: "{" ".join(words)}"')
    return check_sku(words[0])


def sku_and_number(words: Sequence[str], least: int, most: int = MAX_QUANTITY, sign: str = "") -> tuple[str, int]:
    """A SKU and then a whole number from `least` to `most`, which may carry `sign`; BadInput for anything else."""
    if len(words) < 2:  # noqa: PLR2004 -- the SKU and the number
        one_sku(words)
        raise BadInput("quantity", "is missing")
    return one_sku(words[:-1]), whole_number(words[-1], least, most, sign)


def channel_and_sku(words: Sequence[str]) -> tuple[str, str]:
    """A channel and perhaps a SKU ("": all of them); BadInput without a channel."""
    if not words:
        raise BadInput("channel", "is missing")
    return words[0].lower(), one_sku(words[1:]) if len(words) > 1 else ""


def channel_rule(words: Sequence[str]) -> tuple[str, str, Rule | None]:
    """A channel, perhaps a SKU, and `percent=90 max=30 cut_off=2` or `default` (None); BadInput for anything else."""
    parts = [word for word in words[1:] if word == DEFAULT or _RULE_PART.fullmatch(word)]
    channel, sku = channel_and_sku([word for word in words if word not in parts or word is words[0]])
    if parts == [DEFAULT]:
        return channel, sku, None
    given = dict(word.split("=", 1) for word in parts if word != DEFAULT)
    if not given or DEFAULT in parts:
        raise BadInput("rule", "is percent=, max= and cut_off= with whole numbers, or default")
    numbers = {name: int(text) for name, text in given.items()}
    return channel, sku, check_rule(numbers.get("percent", 100), numbers.get("max"), numbers.get("cut_off", 0))


def unknown(word: str, commands: Sequence[Named]) -> BadInput:
    """There is no such sub-command: what is wrong, with the one that is most like it."""
    near = nearest(word, commands)
    known = ", ".join(each.NAME for each in commands if not each.BARE)
    return BadInput("command", f"{word} is not known; {f'did you mean {near}?' if near else f'there are {known}'}")


def nearest(word: str, commands: Sequence[Named]) -> str:
    """The sub-command that the word is a slip of, or ""."""
    names = [each.NAME for each in commands if not each.BARE]
    return next(iter(get_close_matches(word.lower(), names, 1, _ALIKE)), "")


def whole_number(word: str, least: int, most: int, sign: str = "") -> int:
    """`12`, `1,000`, and `+12` where `sign` is "+"; BadInput for anything else."""
    match = _NUMBER.fullmatch(word)
    if match is None or match[1] not in ("", sign):
        raise BadInput("quantity", f"must be a whole number from {least:,} to {most:,}")
    number = int(match[2].replace(",", ""))
    if not least <= number <= most:
        raise BadInput("quantity", f"must be from {least:,} to {most:,}")
    return number
