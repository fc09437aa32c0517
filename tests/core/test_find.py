"""Finding SKUs by what people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.find import SkuIndex

SKUS = [
    "TEE-RED-M",
    "TEE-RED-L",
    "TEE-BLUE-M",
    "TSHIRT-BLUE-XL",
    "HOODIE_NAVY_S",
    "mug/white 0,33",
    "MUG-BLACK-0042",
    "Größe-Ä1",
    "5901234123457",
    "<!channel>",
    "***",
]


@pytest.fixture(scope="module")
def index() -> SkuIndex:
    made = SkuIndex()
    made.add(SKUS)
    made.add(SKUS)
    return made


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("TEE-RED-M", "TEE-RED-M"),
        ("tee-red-m", "TEE-RED-M"),
        ("tee red m", "TEE-RED-M"),
        ("teeredm", "TEE-RED-M"),
        ("red tee m", "TEE-RED-M"),
        ("blue t", "TEE-BLUE-M"),
        ("tshrit", "TSHIRT-BLUE-XL"),
        ("xl tshrit", "TSHIRT-BLUE-XL"),
        ("t-shirt blue", "TSHIRT-BLUE-XL"),
        ("hodie nvay", "HOODIE_NAVY_S"),
        ("hood", "HOODIE_NAVY_S"),
        ("TEE-BLUE-N", "TEE-BLUE-M"),
        ("0042", "MUG-BLACK-0042"),
        ("42", "MUG-BLACK-0042"),
        ("white mug", "mug/white 0,33"),
        ("0.33", "mug/white 0,33"),
        ("GROSSE", "Größe-Ä1"),
        ("grosse a1", "Größe-Ä1"),
        ("590123412345", "5901234123457"),
        ("5901234123475", "5901234123457"),
        ("channel", "<!channel>"),
        ("**", "***"),
    ],
)
def test_the_best_comes_first(index: SkuIndex, query: str, first: str) -> None:
    assert index.find(query, 5)[0] == first


def test_what_begins_with_it_comes_before_what_holds_it_and_the_shorter_first() -> None:
    index = SkuIndex()
    index.add(["X-TEE", "TEE-LONG", "TEE", "TEA"])

    assert index.find("tee", 10) == ["TEE", "TEE-LONG", "X-TEE", "TEA"]


@pytest.mark.parametrize("query", ["", "  ", "zzzzqqqq", "x9", "-"])
def test_what_is_like_nothing_finds_nothing(index: SkuIndex, query: str) -> None:
    assert index.find(query, 5) == []


def test_another_number_is_not_a_slip_of_the_finger(index: SkuIndex) -> None:
    assert "MUG-BLACK-0042" not in index.find("0043", 5)


def test_no_more_are_found_than_asked_for_and_each_once(index: SkuIndex) -> None:
    found = index.find("e", 3)

    assert len(found) == len(set(found)) == 3
    assert index.find("tee", 2) == ["TEE-RED-L", "TEE-RED-M"]
    assert (len(index), "TEE-RED-M" in index, "TEE" in index) == (len(SKUS), True, False)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=20), st.data())
def test_every_sku_is_found_by_itself_in_any_case(skus: list[str], data: st.DataObject) -> None:
    index = SkuIndex()
    index.add(skus)
    sku = data.draw(st.sampled_from(skus).filter(str.strip))

    assert sku in index.find(sku, len(skus))


@given(st.text(max_size=40), st.integers(1, 5))
def test_nothing_that_is_typed_breaks_it(index: SkuIndex, query: str, limit: int) -> None:
    assert len(index.find(query, limit)) <= limit
