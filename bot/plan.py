"""What is to be done about one alert's message, decided from the alert alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.views.blocks import Block
from core.alerts import Alert

ALERT_EVENT = "syncstate_alert"


class Step(StrEnum):
    """The next step: leave it to whoever has claimed it, post it, look whether it was posted, or edit it."""

    LEAVE = "leave"
    POST = "post"
    FIND = "find"
    EDIT = "edit"


def next_step(alert: Alert, now: float) -> Step:
    """The step that an untold alert needs; a claim that ran out without a message may still have posted one."""
    if alert.posting_until > now:
        return Step.LEAVE
    if alert.post_ts:
        return Step.EDIT
    return Step.FIND if alert.posting_until else Step.POST


def in_order(alerts: Sequence[Alert]) -> list[Alert]:
    """What somebody has just dealt with first, then the oldest change first."""
    return sorted(alerts, key=lambda alert: (not is_urgent(alert), alert.updated_at))


def is_urgent(alert: Alert) -> bool:
    """Whether its message still offers a button that is of no use any more."""
    return bool(alert.post_ts) and alert.read


def claimed(alert: Alert, until: float) -> Alert:
    """The alert in one poster's hands until then."""
    return replace(alert, posting_until=until)


def shown(alert: Alert, channel: str, ts: str, edition: int) -> Alert:
    """The alert whose message shows that edition; a newer one stays to be told."""
    return replace(alert, post_channel=channel, post_ts=ts, told=max(alert.told, edition), posting_until=0.0)


def orphaned(alert: Alert) -> Alert:
    """The alert whose message somebody deleted: an open one is posted anew, the others need none."""
    told = alert.edition if alert.read else 0
    return replace(alert, post_channel="", post_ts="", told=told, posting_until=0.0)


def metadata_of(alert: Alert) -> Block:
    """What its message carries, to be found again by."""
    return {"event_type": ALERT_EVENT, "event_payload": {"alert_id": alert.alert_id}}
