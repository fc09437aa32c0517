"""What time does to alerts: snoozes end, criticals escalate, owners are reminded, storms calm down; pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.alerts import STORM, Alert, Severity, State, reopened, resolved

STORM_CALM = 300.0
_MORNING = 9


@dataclass(frozen=True, slots=True)
class Terms:
    """After how many seconds an alert that nobody took escalates, and one that is still so is recalled (0: never)."""

    escalate_after: float = 900.0
    remind_after: float = 14_400.0


class Snooze(StrEnum):
    """For how long an alert may be put aside."""

    HOUR = "1h"
    FOUR_HOURS = "4h"
    TOMORROW = "tomorrow"


_SPANS = {Snooze.HOUR: 3_600.0, Snooze.FOUR_HOURS: 14_400.0}


def snooze_until(choice: Snooze, now: float, zone: ZoneInfo) -> float:
    """When the snooze is over (epoch s): after its hours, or at the next day's 9:00 on the zone's clocks."""
    if choice in _SPANS:
        return now + _SPANS[choice]
    tomorrow = datetime.fromtimestamp(now, zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, _MORNING, tzinfo=zone).timestamp()


def due_at(alert: Alert, terms: Terms) -> float:
    """When time will change the alert (epoch s); 0 when it never will."""
    critical = alert.severity is Severity.CRITICAL
    match alert.state:
        case State.OPEN if alert.kind == STORM:
            return alert.updated_at + STORM_CALM
        case State.OPEN if critical and terms.escalate_after and not alert.escalated_at:
            return alert.open_since + terms.escalate_after
        case State.SNOOZED:
            return alert.snoozed_until
        case State.ACKNOWLEDGED if critical and terms.remind_after:
            return max(alert.acknowledged_at, alert.reminded_at) + terms.remind_after
        case _:
            return 0.0


def come_due(alert: Alert, now: float, terms: Terms) -> Alert:
    """The alert after what was due by `now` has happened; the same alert when nothing was."""
    due = due_at(alert, terms)
    if not due or due > now:
        return alert
    if alert.state is State.SNOOZED:
        return _woken(alert, now)
    if alert.state is State.ACKNOWLEDGED:
        return replace(alert, reminded_at=now, nudges=alert.nudges + 1)
    if alert.kind == STORM:
        return resolved(alert, "", now)
    return replace(alert, escalated_at=now, edition=alert.edition + 1, updated_at=now)


def _woken(alert: Alert, now: float) -> Alert:
    return replace(reopened(alert, now), nudges=alert.nudges + 1, edition=alert.edition + 1, updated_at=now)
