"""What is in a bundle, and that its units are counted once by its parts, however an order's messages arrive."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.adjustments import Adjustment
from core.bundles import (
    MOST_BUNDLES,
    Bundle,
    Bundles,
    allowed,
    bundles_of,
    check_parts,
    dump_bundles,
    in_words,
    load_bundles,
    renewed,
    seen,
    with_bundle,
)
from core.errors import BadInput
from core.orders.change import OrderChange
from core.stock import Level, Part, Stock
from core.unbundling import Founding, unbundle
from tests.core.orders_story import BEGIN, Story, deliveries, stories
from tests.core.stand_ins import Books

PARTS = (Part("A", 2), Part("B", 1))
KIT = Bundle("C", PARTS, 1, BEGIN, "U1", founded=True)
START = 100

skus = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
parts = st.lists(st.builds(Part, skus, st.integers(1, 1_000)), max_size=4).map(tuple)
rows = st.builds(
    Bundle, skus, parts, st.integers(1, 99), st.floats(0, 4e9), skus, st.integers(0, 10_000), st.booleans()
)


def level(sku: str, physical: int, buffer: int = 0, version: int = 1, at: float | None = 1.0) -> Level:
    return Level(Stock(sku, physical, buffer, version, counted_at=at), updated_at=float(version))


@given(st.lists(rows, max_size=4).map(bundles_of))
def test_bundles_come_back_from_their_bytes(bundles: Bundles) -> None:
    assert load_bundles(dump_bundles(bundles)) == bundles


def test_the_scarcest_part_decides_and_what_is_held_back_is_not_there() -> None:
    stock = {"A": Stock("A", 11, buffer=2), "B": Stock("B", 7)}

    assert allowed(PARTS, stock) == 4
    assert allowed(PARTS, stock | {"B": Stock("B", -3)}) == 0


@pytest.mark.parametrize("unset", ["A", "C"])
def test_nothing_is_told_of_it_until_it_and_all_its_parts_are_set(unset: str) -> None:
    around = {sku: level(sku, 10, at=None if sku == unset else 1.0) for sku in "ABC"}

    assert not seen(KIT, around["C"], around).stock.managed


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_its_version_never_falls_whatever_it_is_made_of(own: int, a: int, b: int) -> None:
    around = {"A": level("A", 10, version=a), "B": level("B", 10, version=b), "D": level("D", 1, version=0)}
    before = seen(KIT, level("C", 0, version=own), around)
    again = renewed(KIT, "C", (Part("D", 1),), a + b, BEGIN, "U2")
    gone = renewed(again, "C", (), 0, BEGIN, "U2")

    after = [seen(each, level("C", 0, version=own), around) for each in (again, gone)]

    versions = [each.stock.version for each in (before, *after)]
    assert versions == sorted(set(versions))


def test_there_is_an_end_to_bundles() -> None:
    full = bundles_of(Bundle(f"KIT-{number}", PARTS, 1, BEGIN, "U1") for number in range(MOST_BUNDLES))

    assert check_parts("KIT-7", [Part("D", 1)], full) == (Part("D", 1),)
    with pytest.raises(BadInput, match="which is the most"):
        check_parts("NEW", [Part("D", 1)], full)


def test_a_bundle_is_said_in_words() -> None:
    assert in_words((Part("A", 2),)) == "2 x A"
    assert in_words((*PARTS, Part("D", 3))) == "2 x A, 1 x B and 3 x D"


def test_what_is_said_anew_takes_the_place_of_what_was_said() -> None:
    book = with_bundle(bundles_of([KIT]), Bundle("C", (Part("D", 1),), 2, BEGIN, "U1"))

    assert book.parts("C") == (Part("D", 1),)
    assert (book.around(["A"]), book.around(["D", "D"])) == ((), ("C",))


@settings(max_examples=70, deadline=None)
@given(stories(), st.data())
def test_any_delivery_of_an_order_takes_its_parts_once(story: Story, data: st.DataObject) -> None:
    bundles = bundles_of([KIT])
    with Books() as books:
        books.clock.at = BEGIN - 100
        for sku in "AB":
            books.commit(Adjustment(f"count {sku}", sku, BEGIN - 100, "ann", physical=START))
        books.commit(Founding(KIT, BEGIN - 100))
        books.clock.at = story.at + 60
        for facts in data.draw(deliveries(story.must, story.all)):
            books.commit(unbundle(OrderChange(facts, story.at + 60), bundles))

        held: Counter[str] = story.held
        taken = [START - books.on_hand(sku) for sku in "AB"]
        assert taken == [held["A"] + 2 * held["C"], held["B"] + held["C"]]
        assert books.on_hand("C") == 0
