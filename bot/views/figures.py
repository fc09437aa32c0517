"""Numbers and times as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

_BARS = "▁▂▃▄▅▆▇█"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LAST = 253_402_300_799.0


def count(number: int, noun: str) -> str:
    """`1 unit`, `1,200 units`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def ago(at: float, now: float) -> str:
    """How long ago that was: `just now`, `5 min ago`, `3 h ago`, `2 days ago`."""
    return "just now" if now - at < _MINUTE else f"{span(now - at)} ago"


def span(seconds: float) -> str:
    """A length of time in its largest fitting unit: `1 min`, `5 h`, `2 days`."""
    if seconds < 2 * _HOUR:
        return f"{max(1, int(seconds // _MINUTE))} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    return count(int(seconds // _DAY), "day")


def moment(at: float) -> str:
    """A time that Slack shows in each reader's own zone, with UTC where it cannot."""
    seconds = min(max(0.0, at), _LAST)
    return f"<!date^{int(seconds)}^{{date_short_pretty}} {{time}}|{utc(seconds)}>"


def day(at: float) -> str:
    """A day that Slack shows in each reader's own zone, with UTC where it cannot."""
    seconds = min(max(0.0, at), _LAST)
    return f"<!date^{int(seconds)}^{{date_short_pretty}}|{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}>"


def utc(at: float) -> str:
    """A time in UTC to the minute: `2026-11-23 18:05 UTC`."""
    return f"{datetime.fromtimestamp(min(max(0.0, at), _LAST), UTC):%Y-%m-%d %H:%M} UTC"


def spark(numbers: Sequence[int]) -> str:
    """One bar for each number, the greatest one full."""
    top = max(1, *numbers) if numbers else 1
    return "".join(_BARS[max(0, number) * (len(_BARS) - 1) // top] for number in numbers)


def days(number: float) -> str:
    """Days of cover: `0.4 days`, `3.5 days`, `1,234 days`."""
    if round(number, 1) == 1:
        return "1 day"
    return f"{number:,.0f} days" if number >= 10 else f"{number:.1f} days"  # noqa: PLR2004 -- tenths matter below ten
