"""What a channel should show by its rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.listings import explain, listed
from core.rules import WHOLE, Rule
from core.stock import Stock

stocks = st.builds(Stock, st.just("A"), st.integers(-1_000, 1_000), st.integers(0, 500))
rules = st.builds(Rule, st.integers(0, 100), st.none() | st.integers(0, 500), st.integers(0, 50))


@given(stocks)
def test_without_a_rule_it_is_the_whole_stock(stock: Stock) -> None:
    assert listed(stock) == stock.broadcast


@given(stocks, rules)
def test_no_rule_ever_shows_more_than_there_is_or_less_than_nothing(stock: Stock, rule: Rule) -> None:
    assert 0 <= listed(stock, rule) <= stock.broadcast
    assert listed(stock, rule) <= (rule.max_listed if rule.max_listed is not None else 1_000)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (Rule(percent=90), 40),
        (Rule(percent=33), 14),
        (Rule(max_listed=30), 30),
        (Rule(max_listed=0), 0),
        (Rule(cut_off=45), 0),
        (Rule(cut_off=44), 45),
        (Rule(percent=0), 0),
    ],
)
def test_a_rule_takes_its_share(rule: Rule, shown: int) -> None:
    assert listed(Stock("A", physical=50, buffer=5), rule) == shown


def test_the_arithmetic_is_told_in_words() -> None:
    stock = Stock("A", physical=50, buffer=5)
    assert explain(stock) == "50 - 5 = 45"
    assert explain(stock, Rule(90, 30, 2)) == "50 - 5 = 45, 90 % = 40, at most 30, none at 2 or fewer"
    assert explain(Stock("A", physical=1, buffer=5), WHOLE) == "1 - 5 = -4"
