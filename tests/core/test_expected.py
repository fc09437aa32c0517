"""What a listing should show by all we know: own sales included, nothing raised that is not explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.expected import PATIENCE, Outlook, Step, confirmed, drifted, expected, next_step, noted, waiting
from core.stock import Level, Push, Stock, Told
from tests.core.stand_ins import NOON

TOLD = Told(10, 1, NOON, Push.CONFIRMED)
LEVEL = Level(Stock("A", physical=10, version=1, counted_at=NOON), told={"shopify": TOLD})


def view(level: Level = LEVEL, wanted: int = 10, now: float = NOON + 60, held: str = "") -> Outlook:
    return Outlook(level, "shopify", wanted, now, held)


def sold(units: int, made: float = NOON + 30) -> Level:
    stock = replace(LEVEL.stock, physical=10 - units, version=2)
    return replace(LEVEL, stock=stock, own={"shopify": units}, made={"shopify": made})


def test_after_its_own_sale_the_listing_shows_the_right_number_and_nothing_is_sent() -> None:
    level = sold(3)

    assert expected(level, "shopify") == 7
    assert next_step(view(level, 7)) is Step.NOTE
    assert noted(view(level, 7)).status is Push.CONFIRMED


def test_a_sale_elsewhere_is_sent() -> None:
    assert next_step(view(LEVEL, 9)) is Step.SEND


def test_a_level_that_was_told_rests() -> None:
    assert next_step(view()) is Step.REST


def test_a_sku_that_nobody_counted_is_left_alone() -> None:
    assert next_step(view(Level(Stock("A", physical=5)), 5)) is Step.REST


def test_while_it_is_paused_what_differs_is_only_noted_as_owed() -> None:
    assert next_step(view(LEVEL, 3, held="paused")) is Step.HOLD


def test_a_listing_that_shows_fewer_than_expected_is_not_raised_until_ten_minutes_are_over() -> None:
    low = replace(LEVEL, told={"shopify": waiting(view(LEVEL, 9), 6)})

    assert next_step(view(low, 9)) is Step.WAIT
    assert next_step(view(low, 5)) is Step.SEND
    assert next_step(view(low, 9, now=NOON + 60 + PATIENCE)) is Step.SEND


def test_one_that_shows_more_than_expected_was_edited_there() -> None:
    assert drifted(view(LEVEL, 10), 14)
    assert not drifted(view(LEVEL, 10), 10)
    assert not drifted(view(LEVEL, 9), 8)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_what_was_found_low_before_it_was_set_stays_owed_to_be_explained(told: int, found: int, wanted: int) -> None:
    level = replace(LEVEL, told={"shopify": replace(TOLD, quantity=told)})
    word = confirmed(view(level, wanted), found)

    unexplained = found < told and found != wanted
    assert (word.status is Push.OWED) == unexplained
    assert word.quantity == wanted


@pytest.mark.parametrize("channel", ["shopify", "amazon"])
def test_a_channel_that_was_never_told_shows_nothing_that_we_know_of(channel: str) -> None:
    assert expected(Level(Stock("A")), channel) is None


def test_a_listing_found_as_expected_does_not_rule_out_an_order_that_was_overwritten_before() -> None:
    """It sold one, was set to what was then on hand, and shows just that: the order of it has yet to come."""
    blind = replace(LEVEL, told={"shopify": replace(TOLD, blind=True)})
    soon, late = (confirmed(view(blind, 9, now=NOON + wait), 10) for wait in (60, PATIENCE))
    assert (soon.blind, late.blind) == (True, False)

    stock = replace(LEVEL.stock, physical=8, version=2)
    level = replace(LEVEL, stock=stock, own={"shopify": 1}, made={"shopify": NOON - 5}, told={"shopify": soon})
    assert next_step(view(level, 8, now=NOON + 61)) is Step.SEND


def test_one_that_shows_fewer_than_expected_is_settled_once_that_is_what_is_wanted() -> None:
    low = replace(LEVEL, told={"shopify": waiting(view(LEVEL, 9), 6)})
    assert next_step(view(low, 6)) is Step.NOTE
    settled = noted(view(low, 6))
    assert (settled.quantity, settled.status, settled.low) == (6, Push.CONFIRMED, None)

    stock = replace(LEVEL.stock, physical=3, version=2)
    heard = replace(LEVEL, stock=stock, own={"shopify": 3}, made={"shopify": NOON + 30}, told={"shopify": settled})
    assert next_step(view(heard, 3, now=NOON + 61)) is Step.SEND
