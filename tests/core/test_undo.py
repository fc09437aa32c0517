"""Taking a manual change back: the inverse of what was done, or a plain reason why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adjustments import Adjustment
from core.changes import Change, Decision, Status
from core.deeds import Deed, dump, load
from core.errors import CannotUndo, Hindrance, NotEnoughStock
from core.returns.case import Case
from core.returns.case import dump as dump_case
from core.returns.case import load as load_case
from core.stock import Move, Stated, Stock, moved
from core.undo import UNDO_SECONDS, Undo

START = Stock("A", physical=50, buffer=2, version=3, counted_at=1.0, stated=Stated(1, 2, 0))
WISHES = st.one_of(
    st.fixed_dictionaries({"physical": st.integers(0, 100)}),
    st.fixed_dictionaries({"delta": st.integers(-20, 20).filter(bool)}),
    st.fixed_dictionaries({"buffer": st.integers(0, 9)}),
    st.fixed_dictionaries({"low_at": st.integers(0, 9)}),
    st.fixed_dictionaries({"physical": st.integers(0, 100), "buffer": st.integers(0, 9), "low_at": st.integers(0, 9)}),
)


class Shelf:
    """One SKU and what is known of its changes; time goes on a second with each."""

    def __init__(self, stock: Stock = START) -> None:
        self.stock = stock
        self.known: dict[str, bytes] = {}
        self.now = 10.0

    def do(self, change: Change) -> Decision:
        decision = change.decide(self.known.get(change.key), {"A": self.stock})
        if decision.known is not None:
            self.known[change.key] = decision.known
        for move in decision.moves:
            self.stock = moved(self.stock, move)
        self.now += 1
        return decision

    def make(self, key: str, by: str = "ann", **wish: int) -> Decision:
        return self.do(replace(Adjustment(key, "A", self.now, by), **wish))  # type: ignore[arg-type]

    def sell(self, units: int) -> None:
        self.stock = moved(self.stock, Move("A", -units, sold=units))

    def undo(self, key: str, by: str = "ann", *, operator: bool = False) -> Decision:
        return self.do(Undo(key, "A", by, self.now, operator=operator))

    def refused(self, key: str, by: str = "ann") -> Hindrance:
        before = self.stock
        with pytest.raises(CannotUndo) as refused:
            self.undo(key, by)
        assert self.stock == before
        return refused.value.why


@pytest.mark.parametrize(
    ("wish", "note"),
    [
        ({"physical": 60}, "set +10"),
        ({"physical": 50}, "set +0"),
        ({"delta": 12}, "add +12"),
        ({"delta": -3}, "take -3"),
        ({"buffer": 7}, "buffer 7 to 2"),
        ({"low_at": 1}, "low at 1 to 5"),
        ({"physical": 40, "buffer": 1}, "set -10; buffer 1 to 2"),
    ],
)
def test_every_kind_of_change_is_taken_back_and_the_row_says_what(wish: dict[str, int], note: str) -> None:
    shelf = Shelf()
    shelf.make("k", "ann", **wish)

    decision = shelf.undo("k")

    (entry,) = decision.entries
    assert (entry.tx_id, entry.action, entry.actor, entry.note) == ("k#undo", "undo", "ann", note)
    assert shelf.stock == replace(START, version=5)


def test_orders_in_between_do_not_matter() -> None:
    shelf = Shelf()
    shelf.make("k", physical=60)
    shelf.sell(4)

    shelf.undo("k")

    assert shelf.stock.physical == 46


def test_units_added_by_somebody_else_since_stay() -> None:
    shelf = Shelf()
    shelf.make("k", delta=12)
    shelf.make("other", "bob", delta=5)

    shelf.undo("k")

    assert shelf.stock.physical == 55


@pytest.mark.parametrize("wish", [{"delta": 12}, {"delta": -3}, {"physical": 60}])
def test_a_count_since_makes_it_a_guess(wish: dict[str, int]) -> None:
    shelf = Shelf()
    shelf.make("k", "ann", **wish)
    shelf.make("count", "bob", physical=55)

    assert shelf.refused("k") is Hindrance.COUNTED_SINCE


@pytest.mark.parametrize("field", ["buffer", "low_at"])
@pytest.mark.parametrize("again", [[9], [7], [9, 7]])
def test_a_number_set_again_since_is_left_alone_even_where_it_is_the_same(field: str, again: list[int]) -> None:
    shelf = Shelf()
    shelf.make("k", "ann", **{field: 7})
    for turn, value in enumerate(again):
        shelf.make(f"again {turn}", "bob", **{field: value})

    assert shelf.refused("k") is Hindrance.SET_SINCE


def test_a_buffer_is_given_back_although_the_stock_was_counted_since() -> None:
    shelf = Shelf()
    shelf.make("k", buffer=7)
    shelf.make("count", "bob", physical=55)

    shelf.undo("k")

    assert (shelf.stock.physical, shelf.stock.buffer) == (55, 2)


def test_what_came_before_an_undone_change_can_be_undone_in_turn() -> None:
    shelf = Shelf()
    shelf.make("first", physical=60)
    shelf.make("second", physical=70)
    assert shelf.refused("first") is Hindrance.COUNTED_SINCE

    shelf.undo("second")
    shelf.undo("first")

    assert shelf.stock == replace(START, version=7)


def test_units_that_are_gone_cannot_be_taken_back() -> None:
    shelf = Shelf(replace(START, physical=0))
    shelf.make("k", delta=12)
    shelf.sell(1)

    assert shelf.refused("k") is Hindrance.TOO_FEW


def test_units_can_be_put_back_although_the_sku_is_oversold() -> None:
    shelf = Shelf()
    shelf.make("k", delta=-50)
    shelf.sell(3)

    shelf.undo("k")

    assert shelf.stock.physical == 47


def test_a_first_count_makes_the_sku_unset_again() -> None:
    shelf = Shelf(Stock("A"))
    shelf.make("k", physical=50)
    assert shelf.stock.managed

    shelf.undo("k")

    assert (shelf.stock.physical, shelf.stock.managed) == (0, False)


def test_a_first_count_that_has_sold_since_is_counted_anew_instead() -> None:
    shelf = Shelf(Stock("A"))
    shelf.make("k", physical=50)
    shelf.sell(1)

    assert shelf.refused("k") is Hindrance.MOVED_SINCE


def test_it_is_done_once_and_names_who_did_it() -> None:
    shelf = Shelf()
    shelf.make("k", delta=12)
    shelf.undo("k")

    with pytest.raises(CannotUndo) as refused:
        shelf.undo("k", "bob", operator=True)

    assert (refused.value.why, refused.value.by, refused.value.at) == (Hindrance.UNDONE, "ann", 11.0)
    assert shelf.stock.physical == 50


def test_an_undo_itself_and_an_unknown_change_are_not_undone() -> None:
    shelf = Shelf()
    shelf.make("k", delta=12)
    shelf.undo("k")

    assert shelf.refused("k#undo") is Hindrance.UNKNOWN
    assert shelf.refused("nothing") is Hindrance.UNKNOWN


def test_a_change_of_another_sku_is_not_undone_as_this_one() -> None:
    shelf = Shelf()
    shelf.make("k", delta=12)
    known = {"B": START}

    with pytest.raises(CannotUndo, match="unknown"):
        Undo("k", "B", "ann", 12.0).decide(shelf.known["k"], known)


def test_only_its_author_and_operators_may() -> None:
    shelf = Shelf()
    shelf.make("k", delta=12)

    assert shelf.refused("k", by="bob") is Hindrance.NOT_YOURS
    assert shelf.undo("k", "bob", operator=True).entries[0].actor == "bob"


def test_it_can_be_done_for_ten_minutes() -> None:
    early, late = Shelf(), Shelf()
    for shelf, seconds in ((early, UNDO_SECONDS), (late, UNDO_SECONDS + 0.1)):
        shelf.make("k", delta=12)
        shelf.now = 10.0 + seconds

    assert early.undo("k").status is Status.APPLIED
    assert late.refused("k") is Hindrance.TOO_LATE


def test_a_change_that_an_older_version_made_is_not_undone() -> None:
    shelf = Shelf()
    shelf.known["k"] = b"1"

    assert shelf.refused("k") is Hindrance.UNKNOWN


def test_the_request_of_an_undone_change_stays_answered() -> None:
    shelf = Shelf()
    shelf.make("k", delta=12)
    shelf.undo("k")

    assert shelf.make("k", delta=12).status is Status.DUPLICATE


@given(WISHES, st.lists(st.integers(1, 5), max_size=4), st.lists(st.integers(1, 9), max_size=3))
def test_undone_it_is_as_if_it_had_never_been(wish: dict[str, int], sales: list[int], added: list[int]) -> None:
    shelf = Shelf()
    try:
        shelf.make("k", "ann", **wish)
    except NotEnoughStock:
        return
    for units in sales:
        shelf.sell(units)
    for turn, units in enumerate(added):
        shelf.make(f"add {turn}", "bob", delta=units)

    shelf.undo("k")

    assert shelf.stock.physical == START.physical - sum(sales) + sum(added)
    assert (shelf.stock.buffer, shelf.stock.low_at) == (START.buffer, START.low_at)
    assert shelf.stock.stated == START.stated


@given(WISHES)
def test_what_was_done_is_read_back_as_it_was_written(wish: dict[str, int]) -> None:
    shelf = Shelf()
    try:
        shelf.make("k", "ann", **wish)
    except NotEnoughStock:
        return
    deed = load(shelf.known["k"])

    assert deed is not None
    assert dump(deed) == shelf.known["k"]
    assert load(None) is None


def test_what_is_known_of_a_return_is_no_change_to_undo_here() -> None:
    case = Case("A", 1.0, "r1", 2, "CARRIER_DAMAGED", "", "amazon", "quarantine", "")

    assert load(dump_case(case)) is None
    assert load_case(dump(Deed("A", "ann", 1.0, "add", 1, 2))) is None
