"""How much of a stock a channel may list, as people set it and as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import BadInput

MOST_LISTED = 1_000_000
FIELDS = ("percent", "max", "cut_off")


@dataclass(frozen=True, slots=True)
class Rule:
    """How much of the stock a channel may list: `percent` of it, at most `max_listed`, none at or below `cut_off`."""

    percent: int = 100
    max_listed: int | None = None
    cut_off: int = 0


WHOLE = Rule()


def check_rule(percent: object, max_listed: object, cut_off: object) -> Rule:
    """The rule; BadInput when a part is no whole number or out of bounds (`max_listed` None: no limit)."""
    return Rule(
        percent=_whole(percent, "percent", 100),
        max_listed=None if max_listed is None else _whole(max_listed, "max", MOST_LISTED),
        cut_off=_whole(cut_off, "cut_off", MOST_LISTED),
    )


def dump(rule: Rule) -> str:
    """The rule as short text that `load` reads back equal."""
    return f"{rule.percent},{'' if rule.max_listed is None else rule.max_listed},{rule.cut_off}"


def load(text: str) -> Rule:
    """What `dump` wrote."""
    percent, most, cut_off = text.split(",")
    return Rule(int(percent), int(most) if most else None, int(cut_off))


def describe(rule: Rule) -> str:
    """The rule in words: `90 %, at most 30, none at 2 or fewer`; `the whole stock`."""
    parts = [
        f"{rule.percent} %" if rule.percent != WHOLE.percent else "",
        f"at most {rule.max_listed:,}" if rule.max_listed is not None else "",
        f"none at {rule.cut_off:,} or fewer" if rule.cut_off else "",
    ]
    return ", ".join(part for part in parts if part) or "the whole stock"


def _whole(value: object, name: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(name, "must be a whole number")
    if not 0 <= value <= most:
        raise BadInput(name, f"must be from 0 to {most:,}")
    return value
