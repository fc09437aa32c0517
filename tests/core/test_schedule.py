"""When jobs are due, through a whole year of clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cron import name_weekdays
from core.schedule import Cron, Every

ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe")
HOUR = 3_600.0
DAY = 24 * HOUR


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def looks_of_2026(zone: ZoneInfo) -> Iterator[float]:
    """Some times of the year as that zone counts it, close together where its clocks change."""
    at = datetime(2026, 1, 1, tzinfo=zone).timestamp()
    end = datetime(2027, 1, 1, tzinfo=zone).timestamp()
    while at < end:
        yield at
        around = {datetime.fromtimestamp(at + days * DAY, zone).utcoffset() for days in (-1, 1)}
        at += HOUR / 4 if len(around) > 1 else 7 * HOUR


def due_days(line: str, zone: ZoneInfo) -> list[date]:
    """The local day of each due time of 2026, as somebody finds them who looks now and then."""
    schedule = Cron(line, zone)
    first = schedule.latest_due(datetime(2026, 1, 1, tzinfo=zone).timestamp() - 1)
    found = dict.fromkeys(schedule.latest_due(at) for at in looks_of_2026(zone))
    return [datetime.fromtimestamp(due, zone).date() for due in found if due is not None and due != first]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("line", ["0 9 * * *", "30 2 * * *", "30 1 * * *"])
def test_a_daily_time_is_due_once_on_every_local_day(zone: str, line: str) -> None:
    days = due_days(line, ZoneInfo(zone))
    assert days == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.mark.parametrize(
    ("line", "zone", "now", "due"),
    [
        ("30 2 * * *", "America/New_York", "2026-03-08T12:00", "2026-03-08T07:00"),
        ("30 1 * * *", "America/New_York", "2026-11-01T05:45", "2026-11-01T05:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01T06:45", "2026-11-01T05:30"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T12:00", "2026-03-29T01:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T12:00", "2026-10-25T00:30"),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-04T00:00", "2026-10-03T15:30"),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-05T00:00", "2026-04-04T14:45"),
        ("0 9 * * *", "Asia/Kathmandu", "2026-06-01T12:00", "2026-06-01T03:15"),
        ("0 9 * * *", "UTC", "2026-06-01T09:00", "2026-06-01T09:00"),
        ("0 9 * * *", "UTC", "2026-06-01T08:59", "2026-05-31T09:00"),
        ("0 9 1 1 *", "UTC", "2026-12-31T00:00", "2026-01-01T09:00"),
        ("*/5 * * * *", "UTC", "2026-06-01T09:04", "2026-06-01T09:00"),
    ],
)
def test_a_time_that_is_skipped_is_due_at_the_skip_and_one_shown_twice_the_first_time(
    line: str, zone: str, now: str, due: str
) -> None:
    assert Cron(line, ZoneInfo(zone)).latest_due(utc(now)) == utc(due)


@pytest.mark.parametrize(
    ("weekday", "days"),
    [
        ("1", ["Mon"]),
        ("0", ["Sun"]),
        ("7", ["Sun"]),
        ("sun", ["Sun"]),
        ("MON", ["Mon"]),
        ("1-5", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("mon-fri", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("fri-mon", ["Mon", "Fri", "Sat", "Sun"]),
        ("5-7", ["Fri", "Sat", "Sun"]),
        ("6,0", ["Sat", "Sun"]),
        ("*/2", ["Tue", "Thu", "Sat", "Sun"]),
        ("1-5/2", ["Mon", "Wed", "Fri"]),
        ("*", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
    ],
)
def test_weekdays_are_those_of_standard_cron(weekday: str, days: list[str]) -> None:
    schedule = Cron(f"0 9 * * {weekday}", ZoneInfo("Europe/Berlin"))
    monday = datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    week = [monday + timedelta(days=n) for n in range(7)]
    assert [day.strftime("%a") for day in week if schedule.latest_due(day.timestamp()) == day.timestamp()] == days


@pytest.mark.parametrize("line", ["", "9", "0 9 * *", "0 9 * * * *", "0 9 * * 8", "0 9 * * mond", "0 9 1 * 1"])
def test_a_line_that_is_wrong_or_means_two_things_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"needs|weekday"):
        name_weekdays(line)


@pytest.mark.parametrize("line", ["61 9 * * *", "0 24 * * *", "x 9 * * *", "0 9 * * 1-"])
def test_a_field_out_of_range_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cron(line, ZoneInfo("UTC"))


lines = st.sampled_from(
    ["0 9 * * *", "30 2 * * *", "*/15 * * * *", "0 */6 * * 1-5", "0 0 31 * *", "30 1 * * sun", "15 2 1 4,10 *"]
)
changes = st.sampled_from([utc("2026-03-08T07:00"), utc("2026-10-25T01:00"), utc("2026-10-03T15:30")])
moments = st.builds(lambda change, off: change + off, changes, st.floats(-2 * DAY, 2 * DAY))


@settings(max_examples=40, deadline=None)
@given(lines, st.sampled_from(ZONES), moments, st.floats(0, DAY))
def test_the_latest_due_time_never_goes_back(line: str, zone: str, now: float, later: float) -> None:
    schedule = Cron(line, ZoneInfo(zone))
    due, next_due = schedule.latest_due(now), schedule.latest_due(now + later)
    assert due is not None
    assert next_due is not None
    assert due <= now
    assert due <= next_due <= now + later
    assert schedule.latest_due(due) == due


def test_a_line_that_is_never_due_has_no_latest_time() -> None:
    assert Cron("0 9 30 2 *", ZoneInfo("UTC")).latest_due(utc("2026-06-01T00:00")) is None


def test_every_so_often_means_the_same_instants_for_everybody() -> None:
    assert [Every(15.0).latest_due(at) for at in (0.0, 14.9, 15.0, 100.0)] == [0.0, 0.0, 15.0, 90.0]
