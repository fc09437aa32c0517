"""What is known of an order comes back from its bytes as it was."""

from __future__ import annotations

import math

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Unavailable
from core.orders.codec import dump, load
from core.orders.known import Line, Order, Refunded
from core.stock import Part

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.floats(0, 4e9)
units = st.integers(-1_000_000, 1_000_000)
refunds = st.builds(Refunded, quantity=units, restocked=st.booleans(), at=times | st.just(math.inf))
lines = st.builds(
    Line,
    sku=texts,
    at=times | st.just(-1.0),
    quantity=st.none() | units,
    removed=units,
    refunds=st.dictionaries(texts, refunds, max_size=3),
    early=st.booleans(),
    early_cancel=st.booleans(),
    kept_before=units,
    kept_at=times | st.just(math.inf),
    applied=units,
    extra=units,
    extra_applied=units,
    parts=st.lists(st.builds(Part, texts, units), max_size=2).map(tuple),
)
orders = st.builds(
    Order,
    seen=times,
    created_at=st.none() | times,
    cancelled_at=st.none() | times,
    revision=st.integers(0, 1_000_000),
    lines=st.dictionaries(texts, lines, max_size=3),
    parked=st.lists(texts, max_size=3).map(tuple),
    whole_at=times | st.just(-1.0),
)


@settings(max_examples=200, deadline=None)
@given(orders)
def test_what_is_dumped_is_loaded_equal(order: Order) -> None:
    assert load(dump(order)) == order


def test_an_order_of_one_line_takes_little_room() -> None:
    line = Line("SKU-1", at=1.7e9, quantity=1, kept_before=1, kept_at=1.7e9, applied=1)
    assert len(dump(Order(seen=1.7e9, created_at=1.7e9, lines={"1": line}))) < 120


def test_an_order_that_a_newer_version_stored_is_put_off_instead_of_misread() -> None:
    newer = orjson.dumps([2, *orjson.loads(dump(Order(seen=1.7e9)))[1:]])

    with pytest.raises(Unavailable, match="newer SyncState"):
        load(newer)
