"""The rules of alerts: when they are raised, how they change, who has them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts import (
    KINDS,
    STOCK_FAMILY,
    Alert,
    Severity,
    State,
    acknowledged,
    condition_of,
    describe,
    opened,
    repeated,
    resolved,
)
from core.changes import Notice
from core.errors import AlreadyHandled
from core.stock import Stock


def notice(kind: str = "stock_low", number: int = 1, severity: str = "") -> Notice:
    return Notice(f"n{number}", kind, "A", f"message {number}", severity)


def stock(physical: int, buffer: int = 0) -> Stock:
    return Stock("A", physical, buffer, counted_at=1.0)


OPEN = opened("al_1", notice(), 10.0)


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        (stock(-1), "oversold"),
        (stock(-1, buffer=5), "oversold"),
        (stock(0), "out_of_stock"),
        (stock(5, buffer=5), "out_of_stock"),
        (stock(1), "stock_low"),
        (stock(5), "stock_low"),
        (stock(6), ""),
        (replace(stock(1), low_at=0), ""),
        (replace(stock(0), low_at=0), "out_of_stock"),
        (replace(stock(-1), counted_at=None), ""),
    ],
)
def test_the_level_calls_for_one_kind(level: Stock, kind: str) -> None:
    assert condition_of(level) == kind
    assert "A is" in describe(level) or "A runs" in describe(level)


def test_every_stock_kind_is_of_one_family() -> None:
    families = {kind: row.family for kind, row in KINDS.items()}
    assert [kind for kind, family in families.items() if family == STOCK_FAMILY] == [
        "oversold",
        "out_of_stock",
        "stock_low",
    ]
    assert OPEN.subject == "stock#A"


def test_a_repeat_counts_and_says_the_newest() -> None:
    again = repeated(OPEN, notice(number=2), 20.0)
    assert (again.count, again.message, again.edition, again.updated_at) == (2, "message 2", 2, 20.0)
    assert (again.alert_id, again.at) == (OPEN.alert_id, 10.0)


def test_the_same_notice_counts_once() -> None:
    assert repeated(OPEN, notice(), 20.0) is OPEN


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.SNOOZED])
def test_a_graver_kind_opens_it_again_for_everybody(state: State) -> None:
    taken = replace(OPEN, state=state, acknowledged_by="ann", acknowledged_at=11.0)
    graver = repeated(taken, notice("oversold", 2), 20.0)
    assert (graver.state, graver.acknowledged_by, graver.kind) == (State.OPEN, "", "oversold")
    assert graver.severity is Severity.CRITICAL


def test_out_of_stock_becomes_oversold_and_opens_again_though_both_are_critical() -> None:
    taken = acknowledged(opened("al_1", notice("out_of_stock"), 10.0), "ann", 11.0)
    assert repeated(taken, notice("oversold", 2), 20.0).state is State.OPEN


def test_one_that_gets_better_stays_with_who_has_it() -> None:
    taken = acknowledged(opened("al_1", notice("oversold"), 10.0), "ann", 11.0)
    better = repeated(taken, notice("stock_low", 2), 20.0)
    assert (better.state, better.acknowledged_by) == (State.ACKNOWLEDGED, "ann")
    assert (better.kind, better.severity) == ("stock_low", Severity.WARNING)


def test_a_graver_return_is_not_hidden_by_a_lesser_one_after_it() -> None:
    grave = opened("al_1", notice("return_damaged", severity="critical"), 10.0)
    again = repeated(grave, notice("return_damaged", 2, "warning"), 20.0)
    assert again.severity is Severity.CRITICAL
    assert again.count == 2


def test_the_first_to_acknowledge_has_it() -> None:
    taken = acknowledged(OPEN, "ann", 12.0)
    assert (taken.state, taken.acknowledged_by, taken.acknowledged_at) == (State.ACKNOWLEDGED, "ann", 12.0)
    with pytest.raises(AlreadyHandled) as late:
        acknowledged(taken, "bob", 13.0)
    assert (late.value.by, late.value.at, late.value.state) == ("ann", 12.0, "acknowledged")


def test_a_late_acknowledge_never_opens_a_resolved_one() -> None:
    over = resolved(OPEN, "fine again", 12.0)
    with pytest.raises(AlreadyHandled) as late:
        acknowledged(over, "bob", 13.0)
    assert late.value.state == "resolved"


def test_resolving_twice_changes_nothing() -> None:
    over = resolved(OPEN, "fine again", 12.0)
    assert resolved(over, "again", 13.0) is over
    assert (over.message, over.resolved_at, over.read) == ("fine again", 12.0, True)


steps = st.sampled_from(["stock_low", "out_of_stock", "oversold", "acknowledge", "resolve"])


@given(st.lists(steps, max_size=12))
def test_every_edition_is_newer_and_what_is_resolved_stays_so(drawn: list[str]) -> None:
    alert = OPEN
    for number, step in enumerate(drawn, start=2):
        after = take(alert, step, number)
        assert after is alert or after.edition == alert.edition + 1
        assert alert.state is not State.RESOLVED or after.state is State.RESOLVED
        alert = after


def take(alert: Alert, step: str, number: int) -> Alert:
    if step == "resolve":
        return resolved(alert, "", number)
    if step == "acknowledge":
        try:
            return acknowledged(alert, "ann", number)
        except AlreadyHandled:
            return alert
    return alert if alert.state is State.RESOLVED else repeated(alert, notice(step, number), number)
