"""How long the stock lasts, from the units sold lately."""

from __future__ import annotations

from collections.abc import Mapping

WINDOW_DAYS = 30


def days_of_cover(broadcast: int, sold: Mapping[int, int], today: int, window: int = 14) -> float | None:
    """Days until `broadcast` units are sold at the pace of the last `window` days (ordinals); None: nothing sells."""
    units = sum(max(0, sold.get(day, 0)) for day in range(today - window + 1, today + 1))
    return broadcast * window / units if units else None


def recent(sold: Mapping[int, int], today: int, days: int = 14) -> tuple[int, ...]:
    """Units sold on each of the last `days` days, oldest first; today is the last."""
    return tuple(max(0, sold.get(day, 0)) for day in range(today - days + 1, today + 1))
