"""What people asked for lately: each request answered once, and the last changes of each person."""

from __future__ import annotations

from core.changes import Status
from core.requests import Made, Once, Remember, recent
from tests.core.test_undo import Shelf


def test_a_request_is_answered_once() -> None:
    shelf = Shelf()
    assert [shelf.do(Once("r")).status for _ in range(3)] == [Status.APPLIED, Status.DUPLICATE, Status.DUPLICATE]


def test_a_persons_last_changes_are_kept_for_ten_minutes_each_once() -> None:
    shelf = Shelf()
    for key, at in (("a", 0.0), ("b", 500.0), ("a", 505.0), ("c", 700.0)):
        shelf.do(Remember("ann", Made(key, "A", at)))

    assert [made.key for made in recent(shelf.known["recent#ann"])] == ["b", "c"]


def test_no_more_are_kept_than_anybody_undoes() -> None:
    shelf = Shelf()
    for number in range(50):
        shelf.do(Remember("ann", Made(str(number), "A", 10.0)))

    assert [made.key for made in recent(shelf.known["recent#ann"])] == [str(number) for number in range(30, 50)]
