"""A standard cron line in the dialect of the scheduler, which counts weekdays from Monday: weekdays become names."""

from __future__ import annotations

import re

FIELDS = 5
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?P<all>\*)?(?P<first>\w+)?(?:-(?P<last>\w+))?(?:/(?P<step>[1-7]))?")


def name_weekdays(cron: str) -> str:
    """The five fields with each weekday (0 to 7, both ends Sunday, or sun to sat) as a name; ValueError if wrong."""
    fields = cron.lower().split()
    if len(fields) != FIELDS:
        raise ValueError("needs five fields: minute, hour, day, month, weekday")
    *others, weekday = fields
    if others[2] != "*" and weekday != "*":
        raise ValueError("may restrict the day of the month or the weekday, not both")
    if weekday == "*":
        return " ".join(fields)
    numbers = {number % 7 for part in weekday.split(",") for number in _numbers(part)}
    return " ".join([*others, ",".join(_WEEKDAYS[number] for number in sorted(numbers))])


def _numbers(part: str) -> range:
    match = _PART.fullmatch(part)
    if match is None or bool(match["all"]) == bool(match["first"]) or (match["all"] and match["last"]):
        raise ValueError("has a weekday that is neither 0 to 7 nor sun to sat")
    first = 0 if match["all"] else _number(match["first"])
    open_ended = match["all"] or match["step"]
    last = _number(match["last"]) if match["last"] else 6 if open_ended else first
    return range(first, last + (7 if last < first else 0) + 1, int(match["step"] or 1))


def _number(text: str) -> int:
    if text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    if re.fullmatch("[0-7]", text):
        return int(text)
    raise ValueError("has a weekday that is neither 0 to 7 nor sun to sat")
