"""Changes that people and programs ask for."""

from __future__ import annotations

import pytest

from core.adjustments import Adjustment
from core.changes import Decision, Status
from core.errors import BadInput, NotEnoughStock
from core.stock import Move, Stock

MANAGED = Stock("A", physical=10, buffer=2, version=3, counted_at=1.0)


def ask(stock: Stock, **wanted: int | str) -> Decision:
    return wish(**wanted).decide(None, {"A": stock})


def wish(**wanted: int | str) -> Adjustment:
    return Adjustment("manual#1", "A", 5.0, "ann", **wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "delta", "action"),
    [
        ({"physical": 4}, -6, "set"),
        ({"physical": 10}, 0, "set"),
        ({"delta": 3}, 3, "add"),
        ({"delta": -10}, -10, "take"),
        ({"buffer": 4}, 0, "buffer"),
        ({"low_at": 1}, 0, "low_at"),
    ],
)
def test_it_moves_by_what_was_asked(wanted: dict[str, int], delta: int, action: str) -> None:
    decision = ask(MANAGED, **wanted)
    assert decision.status is Status.APPLIED
    buffer, low_at = wanted.get("buffer"), wanted.get("low_at")
    assert decision.moves == (Move("A", delta, buffer=buffer, low_at=low_at, counts="physical" in wanted),)
    assert [(entry.action, entry.delta, entry.actor) for entry in decision.entries] == [(action, delta, "ann")]


@pytest.mark.parametrize("wanted", [{"physical": 0}, {"physical": 5}, {"delta": 5}])
def test_the_first_number_on_hand_makes_the_sku_managed(wanted: dict[str, int]) -> None:
    assert ask(Stock("A"), **wanted).moves[0].counted_at == 5.0
    assert ask(MANAGED, **wanted).moves[0].counted_at is None


@pytest.mark.parametrize("wanted", [{"buffer": 5}, {"low_at": 5}])
def test_a_buffer_or_a_threshold_does_not(wanted: dict[str, int]) -> None:
    assert ask(Stock("A"), **wanted).moves[0].counted_at is None


def test_the_same_key_changes_nothing_a_second_time() -> None:
    known = ask(MANAGED, delta=3).known
    assert wish(delta=3).decide(known, {"A": MANAGED}) == Decision(Status.DUPLICATE)


def test_a_take_of_more_than_there_is_is_refused() -> None:
    with pytest.raises(NotEnoughStock) as refused:
        ask(MANAGED, delta=-11)
    assert (refused.value.sku, refused.value.physical, refused.value.asked) == ("A", 10, 11)


def test_what_is_already_oversold_can_be_added_to_and_counted() -> None:
    oversold = Stock("A", physical=-8, counted_at=1.0)
    assert ask(oversold, delta=5).moves[0].delta == 5
    assert ask(oversold, physical=0).moves[0].delta == 8


def test_a_number_beyond_reason_is_refused() -> None:
    with pytest.raises(BadInput, match="too large"):
        ask(Stock("A", physical=1_000_000_000, counted_at=1.0), delta=1)


def test_the_row_says_what_was_set_from_what() -> None:
    (entry,) = ask(MANAGED, buffer=4, low_at=1, note="recount").entries
    assert entry.note == "buffer 2 to 4; low at 5 to 1; recount"
