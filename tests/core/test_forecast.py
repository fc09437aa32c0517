"""How long the stock lasts."""

from __future__ import annotations

from core.forecast import days_of_cover, recent

TODAY = 20_000


def test_it_lasts_as_long_as_the_pace_of_the_last_fortnight_says() -> None:
    assert days_of_cover(10, {TODAY: 4, TODAY - 13: 3}, TODAY) == 20.0


def test_older_and_later_days_do_not_count() -> None:
    assert days_of_cover(10, {TODAY - 14: 9, TODAY + 1: 9}, TODAY) is None


def test_a_day_on_which_more_came_back_than_was_sold_counts_as_none() -> None:
    assert days_of_cover(10, {TODAY: 7, TODAY - 1: -5}, TODAY) == 20.0


def test_nothing_lasts_no_time() -> None:
    assert days_of_cover(0, {TODAY: 7}, TODAY) == 0.0


def test_what_does_not_sell_lasts_for_ever() -> None:
    assert days_of_cover(10, {}, TODAY) is None


def test_the_last_days_come_oldest_first() -> None:
    assert recent({TODAY: 3, TODAY - 2: 1, TODAY - 3: 8, TODAY - 1: -2}, TODAY, 3) == (1, 0, 3)
