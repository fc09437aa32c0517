"""What is to be done about one alert's messages, decided from the alert alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.views.blocks import Block
from core.alerts import STORM, Alert

ALERT_EVENT = "syncstate_alert"


class Step(StrEnum):
    """The next step: leave it to whoever has claimed it, send a message, look whether it was sent, or edit one.

    An alert has one message; one that nobody took in time gets a second one elsewhere, and one that is still so after
    a while is recalled in its thread.
    """

    LEAVE = "leave"
    POST = "post"
    FIND = "find"
    EDIT = "edit"
    ESCALATE = "escalate"
    FIND_ESCALATION = "find_escalation"
    EDIT_ESCALATION = "edit_escalation"
    NUDGE = "nudge"
    FIND_NUDGE = "find_nudge"


EDITS = frozenset({Step.EDIT, Step.EDIT_ESCALATION})
FINDS = frozenset({Step.FIND, Step.FIND_ESCALATION, Step.FIND_NUDGE})
SENT_BY = {Step.FIND: Step.POST, Step.FIND_ESCALATION: Step.ESCALATE, Step.FIND_NUDGE: Step.NUDGE}


def next_step(alert: Alert, now: float) -> Step:
    """The step that an untold alert needs; a claim that ran out without a message may still have sent one."""
    if alert.posting_until > now:
        return Step.LEAVE
    unsure = alert.posting_until > 0
    if not alert.post_ts:
        return Step.FIND if unsure else Step.POST
    if alert.told < alert.edition or not alert.untold:
        return Step.EDIT
    if not alert.escalates:
        return Step.FIND_NUDGE if unsure else Step.NUDGE
    if alert.escalation_ts:
        return Step.EDIT_ESCALATION
    return Step.FIND_ESCALATION if unsure else Step.ESCALATE


def in_order(alerts: Sequence[Alert]) -> list[Alert]:
    """What somebody has just dealt with first, then the parent of a storm, then the oldest change first."""
    return sorted(alerts, key=lambda alert: (not is_urgent(alert), alert.kind != STORM, alert.updated_at))


def is_urgent(alert: Alert) -> bool:
    """Whether its message still offers a button that is of no use any more."""
    return bool(alert.post_ts) and alert.read


def claimed(alert: Alert, until: float) -> Alert:
    """The alert in one poster's hands until then."""
    return replace(alert, posting_until=until)


def shown(alert: Alert, channel: str, ts: str, edition: int) -> Alert:
    """The alert whose message shows that edition; a newer one stays to be told."""
    return replace(alert, post_channel=channel, post_ts=ts, told=max(alert.told, edition), posting_until=0.0)


def escalation_shown(alert: Alert, channel: str, ts: str, edition: int) -> Alert:
    """The alert whose second message shows that edition."""
    told = max(alert.escalation_told, edition)
    return replace(alert, escalation_channel=channel, escalation_ts=ts, escalation_told=told, posting_until=0.0)


def nudged(alert: Alert, nudges: int) -> Alert:
    """The alert that was recalled so often."""
    return replace(alert, nudges_told=max(alert.nudges_told, nudges), posting_until=0.0)


def orphaned(alert: Alert) -> Alert:
    """The alert whose message somebody deleted: an open one is posted anew, the others need none."""
    told = alert.edition if alert.read else 0
    return replace(alert, post_channel="", post_ts="", thread_ts="", told=told, posting_until=0.0)


def escalation_orphaned(alert: Alert) -> Alert:
    """The alert whose second message somebody deleted: it needs no other."""
    return replace(alert, escalation_told=alert.edition, posting_until=0.0)


def metadata_of(alert: Alert, step: Step = Step.POST) -> Block:
    """What the message that the step sends carries, to be found again by."""
    payload: Block = {"alert_id": alert.alert_id}
    match step:
        case Step.ESCALATE:
            payload |= {"escalated_at": int(alert.escalated_at)}
        case Step.NUDGE:
            payload |= {"nudge": alert.nudges}
        case _:
            pass
    return {"event_type": ALERT_EVENT, "event_payload": payload}
