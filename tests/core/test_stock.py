"""The numbers that decide, and what may be a SKU or a quantity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.stock import MAX_QUANTITY, Move, Stock, check_quantity, check_sku, check_whole, moved

whole = st.integers(-1_000_000, 1_000_000)
stocks = st.builds(Stock, st.just("A"), whole, st.integers(0, 1_000_000), st.integers(0, 99), st.integers(0, 99))


@given(stocks)
def test_a_channel_may_show_what_is_above_the_buffer_and_never_less_than_nothing(stock: Stock) -> None:
    assert stock.broadcast == max(0, stock.physical - stock.buffer)


@given(stocks, whole)
def test_a_move_changes_what_it_names_and_makes_one_new_version(stock: Stock, delta: int) -> None:
    after = moved(stock, Move("A", delta=delta))
    assert (after.physical, after.version) == (stock.physical + delta, stock.version + 1)
    assert (after.buffer, after.low_at, after.counted_at) == (stock.buffer, stock.low_at, stock.counted_at)


def test_a_move_sets_the_fields_it_gives() -> None:
    after = moved(Stock("A"), Move("A", buffer=3, low_at=0, counted_at=9.0))
    assert (after.buffer, after.low_at, after.counted_at, after.managed) == (3, 0, 9.0, True)


def test_the_first_count_stays_the_first() -> None:
    assert moved(Stock("A", counted_at=5.0), Move("A", counted_at=9.0)).counted_at == 5.0


def test_a_sku_is_unmanaged_until_it_is_counted() -> None:
    assert not Stock("A", physical=5).managed
    assert Stock("A", counted_at=0.0).managed


@pytest.mark.parametrize("sku", ["A", "a b/c#1", "Größe-L", "<!channel>", "x" * 200, "ключ", "靴 27.5", "e\u0301"])
def test_any_text_is_a_sku(sku: str) -> None:
    assert check_sku(sku) == sku


@pytest.mark.parametrize(
    "sku", ["", "  ", "x" * 201, "a\nb", "a\x00", "a\x7f", "\ud800", "a\u2028b", "a\u202eb", None, 7, True, ["A"]]
)
def test_what_is_no_sku_is_refused(sku: object) -> None:
    with pytest.raises(BadInput, match="sku"):
        check_sku(sku)


@pytest.mark.parametrize("value", [0, -1, MAX_QUANTITY + 1, 1.0, "1", True, None])
def test_what_is_no_quantity_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match="quantity"):
        check_quantity(value)


def test_the_ends_of_a_range_belong_to_it() -> None:
    assert [check_whole(n, "n", 0, 5) for n in (0, 5)] == [0, 5]
    assert [check_quantity(n) for n in (1, MAX_QUANTITY)] == [1, MAX_QUANTITY]
