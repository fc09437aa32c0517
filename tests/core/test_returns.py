"""What a returned unit decides and moves."""

from __future__ import annotations

import pytest

from core.adjustments import Adjustment
from core.changes import Outcome, Status
from core.returns.change import ReturnChange
from core.returns.rulings import Action, rule
from core.stock import Stock
from tests.core.stand_ins import DAY, NOON, Books

TABLE = [
    ("SELLABLE", True, Action.SYNC, "", ""),
    ("CUSTOMER_DAMAGED", False, Action.ALERT_ONLY, "return_damaged", "warning"),
    ("DAMAGED", False, Action.ALERT_ONLY, "return_damaged", "warning"),
    ("DEFECTIVE", False, Action.ALERT_ONLY, "return_damaged", "warning"),
    ("EXPIRED", False, Action.ALERT_ONLY, "return_damaged", "warning"),
    ("WAREHOUSE_DAMAGED", False, Action.QUARANTINE, "return_damaged", "critical"),
    ("CARRIER_DAMAGED", False, Action.QUARANTINE, "return_damaged", "warning"),
    ("UNSELLABLE", False, Action.IGNORE, "return_unsellable", "info"),
    ("SOMETHING_NEW", False, Action.ALERT_ONLY, "manual_review", "warning"),
    ("", False, Action.ALERT_ONLY, "manual_review", "warning"),
]


def came_back(disposition: str = "SELLABLE", *, key: str = "amazon#return#1", fulfilled_by: str = "") -> ReturnChange:
    return ReturnChange(key, "A", 3, disposition, "amazon", NOON, order_id="9", fulfilled_by=fulfilled_by)


def count(books: Books) -> None:
    books.commit(Adjustment("count", "A", NOON - DAY, "ann", physical=10))


@pytest.mark.parametrize(("disposition", "restock", "action", "alert", "severity"), TABLE)
def test_each_disposition_decides_by_the_table(
    disposition: str, restock: bool, action: Action, alert: str, severity: str
) -> None:
    ruling = rule(disposition, "")
    assert (ruling.restock, ruling.action, ruling.alert, ruling.severity) == (restock, action, alert, severity)


@pytest.mark.parametrize("written", ["sellable", " Sellable "])
def test_a_disposition_may_be_written_in_any_case(written: str) -> None:
    assert rule(written, "").restock


@pytest.mark.parametrize("fulfilled_by", ["AFN", "afn"])
def test_what_amazon_fulfilled_went_back_to_amazon(books: Books, fulfilled_by: str) -> None:
    count(books)
    books.commit(came_back(fulfilled_by=fulfilled_by))
    assert books.on_hand("A") == 10
    assert rule("SELLABLE", fulfilled_by).action is Action.RECORD
    assert books.alerts == []


def test_sellable_units_are_put_back_once(books: Books) -> None:
    count(books)
    assert books.commit(came_back()).status is Status.APPLIED
    assert books.commit(came_back()).status is Status.DUPLICATE
    assert books.on_hand("A") == 13


@pytest.mark.parametrize("disposition", [row[0] for row in TABLE if not row[1]])
def test_other_units_are_recorded_and_told_but_not_put_back(books: Books, disposition: str) -> None:
    count(books)
    books.commit(came_back(disposition))
    assert books.on_hand("A") == 10
    assert books.entries()[-1] == ("A", "return", 0)
    assert [alert.sku for alert in books.alerts] == ["A"]


def test_a_damage_claim_is_advised_to_whoever_handles_it(books: Books) -> None:
    count(books)
    books.commit(came_back("CARRIER_DAMAGED"))
    assert "submit a damage claim" in books.alerts[0].message


def test_units_of_an_unmanaged_sku_are_recorded_but_not_counted(books: Books) -> None:
    books.commit(came_back())
    assert books.stock("A") == Stock("A")
    assert [alert.kind for alert in books.alerts] == ["unlisted_sku"]


def test_two_returns_of_one_group_both_count(books: Books) -> None:
    count(books)
    outcomes = books.commit_all([came_back(key="r1"), came_back(key="r2"), came_back(key="r1")])
    assert [outcome.status for outcome in outcomes if isinstance(outcome, Outcome)] == [
        Status.APPLIED,
        Status.APPLIED,
        Status.DUPLICATE,
    ]
    assert books.on_hand("A") == 16
