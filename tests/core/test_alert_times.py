"""What time does to alerts: whatever happens in whatever order, each thing once, and what is over stays over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alert_times import Snooze, Terms, come_due, due_at, snooze_until
from core.alerts import STORM, Alert, Severity, State, acknowledged, opened, repeated, resolved, snoozed
from core.changes import Notice
from core.errors import AlreadyHandled
from tests.core.stand_ins import NOON

TERMS = Terms(900.0, 14_400.0)
CRITICAL = opened("al_1", Notice("n1", "oversold", "A", "too many"), NOON)
WARNING = opened("al_2", Notice("n2", "stock_low", "A", "few"), NOON)


def test_a_critical_alert_that_nobody_took_escalates_once() -> None:
    assert come_due(CRITICAL, NOON + 899, TERMS) == CRITICAL

    gone_up = come_due(CRITICAL, NOON + 900, TERMS)

    assert (gone_up.escalated_at, gone_up.escalates, gone_up.edition) == (NOON + 900, True, CRITICAL.edition + 1)
    assert come_due(gone_up, NOON + 99_999, TERMS) == gone_up


def test_a_warning_waits_and_with_no_time_set_nothing_escalates() -> None:
    assert due_at(WARNING, TERMS) == 0
    assert due_at(CRITICAL, Terms(0.0, 0.0)) == 0
    assert due_at(acknowledged(CRITICAL, "U1", NOON), Terms(0.0, 0.0)) == 0


def test_whoever_has_a_critical_alert_is_reminded_while_it_is_still_so() -> None:
    taken = acknowledged(CRITICAL, "U1", NOON)

    once = come_due(taken, NOON + 14_400, TERMS)
    twice = come_due(once, NOON + 28_800, TERMS)

    assert (once.nudges, twice.nudges) == (1, 2)
    assert come_due(once, NOON + 14_401, TERMS) == once
    assert due_at(resolved(once, "", NOON + 15_000), TERMS) == 0


def test_a_snoozed_alert_comes_back_by_itself_and_then_escalates_in_its_time() -> None:
    aside = snoozed(CRITICAL, "U1", NOON + 3_600, NOON)
    assert come_due(aside, NOON + 3_599, TERMS) == aside

    back = come_due(aside, NOON + 3_600, TERMS)

    assert (back.state, back.nudges, back.untold) == (State.OPEN, 1, True)
    assert due_at(back, TERMS) == NOON + 3_600 + 900


def test_something_graver_breaks_a_snooze_and_the_same_again_does_not() -> None:
    aside = snoozed(WARNING, "U1", NOON + 3_600, NOON)

    again = repeated(aside, Notice("n3", "stock_low", "A", "fewer"), NOON + 60)
    graver = repeated(aside, Notice("n4", "oversold", "A", "too many"), NOON + 60)

    assert (again.state, again.count) == (State.SNOOZED, 2)
    assert (graver.state, graver.snoozed_until, graver.open_since) == (State.OPEN, 0.0, NOON + 60)


def test_what_is_resolved_is_never_put_aside() -> None:
    with pytest.raises(AlreadyHandled):
        snoozed(resolved(WARNING, "", NOON), "U1", NOON + 1, NOON)


def test_a_storm_calms_down_when_nothing_joins_it_for_five_minutes() -> None:
    storm = replace(WARNING, kind=STORM, updated_at=NOON + 60)

    assert come_due(storm, NOON + 359, TERMS) == storm
    assert come_due(storm, NOON + 360, TERMS).state is State.RESOLVED


@pytest.mark.parametrize(
    ("now", "nine"),
    [
        ("2026-03-28T20:00", "2026-03-29T09:00"),
        ("2026-10-24T23:59", "2026-10-25T09:00"),
        ("2026-06-01T00:01", "2026-06-02T09:00"),
        ("2026-12-31T12:00", "2027-01-01T09:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/New_York"])
def test_tomorrow_at_nine_is_nine_on_the_wall_whatever_the_clocks_do(now: str, nine: str, zone: str) -> None:
    place = ZoneInfo(zone)
    at = datetime.fromisoformat(now).replace(tzinfo=place).timestamp()

    until = snooze_until(Snooze.TOMORROW, at, place)

    assert datetime.fromtimestamp(until, place).isoformat()[:16] == nine


def test_hours_are_hours() -> None:
    zone = ZoneInfo("UTC")

    assert snooze_until(Snooze.HOUR, NOON, zone) == NOON + 3_600
    assert snooze_until(Snooze.FOUR_HOURS, NOON, zone) == NOON + 14_400


KINDS_OF_STEP = ["take", "snooze", "wait", "resolve", "repeat", "graver"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS_OF_STEP), st.integers(1, 20_000)))


@given(STEPS)
def test_whatever_happens_an_alert_that_is_over_stays_over_and_revisits_are_bounded(
    steps: list[tuple[str, int]],
) -> None:
    alert, now, over = WARNING, NOON, False
    for number, (step, seconds) in enumerate(steps):
        now += seconds
        alert = come_due(_happen(alert, step, number, now), now, TERMS)
        over = over or step == "resolve"
        if over:
            assert alert.state is State.RESOLVED
        assert alert.state is not State.SNOOZED or alert.snoozed_until > now
        assert come_due(alert, now, TERMS) == alert
        assert alert.nudges <= number + 1
    assert alert.severity in (Severity.WARNING, Severity.CRITICAL)


def _happen(alert: Alert, step: str, number: int, now: float) -> Alert:
    if alert.state is State.RESOLVED or (step == "take" and alert.state is State.ACKNOWLEDGED) or step == "wait":
        return alert
    happens: dict[str, Callable[[], Alert]] = {
        "take": lambda: acknowledged(alert, "U1", now),
        "snooze": lambda: snoozed(alert, "U1", now + 3_600, now),
        "resolve": lambda: resolved(alert, "", now),
        "repeat": lambda: repeated(alert, Notice(f"r{number}", alert.kind, "A", "again"), now),
        "graver": lambda: repeated(alert, Notice(f"g{number}", "oversold", "A", "graver"), now),
    }
    return happens[step]()
