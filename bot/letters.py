"""What each step about an alert sends, where, and what is noted of it: plain data for the poster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.people import Workspace
from bot.plan import EDITS, Step, escalation_orphaned, escalation_shown, metadata_of, nudged, orphaned, shown
from bot.slack import Posted
from bot.views.alert import alert_message
from bot.views.blocks import Block, Content
from bot.views.recall import escalation_message, nudge_message
from core.alerts import Alert, State

Noted = Callable[[Alert], Alert]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send (`ts` empty) or to edit; `since` (epoch s) is from when on it may be found.

    `done` notes on the alert where it was sent, `found` where it was found, `gone` that somebody deleted it.
    """

    channel: str
    content: Content
    metadata: Block
    since: float
    done: Callable[[Posted], Noted]
    found: Callable[[Posted], Noted]
    gone: Noted
    ts: str = ""
    thread_ts: str = ""
    broadcast: bool = False


def letter_of(alert: Alert, step: Step, workspace: Workspace) -> Letter:
    """The message that the step is about; the parent of a storm has its content elsewhere."""
    match step:
        case Step.ESCALATE | Step.EDIT_ESCALATION:
            return _escalation(alert, step, workspace)
        case Step.NUDGE:
            return _nudge(alert, workspace)
        case _:
            return _message(alert, step, workspace)


def is_needed(alert: Alert, step: Step) -> bool:
    """Whether what the step would send still has somebody to tell; nobody is recalled to what is over."""
    return step is not Step.NUDGE or alert.state in (State.OPEN, State.ACKNOWLEDGED)


def _message(alert: Alert, step: Step, workspace: Workspace) -> Letter:
    edit = step in EDITS
    return Letter(
        channel=alert.post_channel if edit else workspace.alerts_channel,
        content=alert_message(alert),
        metadata=metadata_of(alert),
        since=alert.at,
        done=lambda posted: lambda each: shown(each, posted.channel, posted.ts, alert.edition),
        found=lambda posted: lambda each: shown(each, posted.channel, posted.ts, each.told),
        gone=orphaned,
        ts=alert.post_ts if edit else "",
        thread_ts=alert.thread_ts,
    )


def _escalation(alert: Alert, step: Step, workspace: Workspace) -> Letter:
    edit = step in EDITS
    elsewhere = workspace.escalation_channel or workspace.alerts_channel
    return Letter(
        channel=alert.escalation_channel if edit else elsewhere,
        content=escalation_message(alert, workspace.oncall),
        metadata=metadata_of(alert, Step.ESCALATE),
        since=alert.escalated_at,
        done=lambda posted: lambda each: escalation_shown(each, posted.channel, posted.ts, alert.edition),
        found=lambda posted: lambda each: escalation_shown(each, posted.channel, posted.ts, each.escalation_told),
        gone=escalation_orphaned,
        ts=alert.escalation_ts if edit else "",
    )


def _nudge(alert: Alert, workspace: Workspace) -> Letter:
    return Letter(
        channel=alert.post_channel or workspace.alerts_channel,
        content=nudge_message(alert),
        metadata=metadata_of(alert, Step.NUDGE),
        since=max(alert.reminded_at, alert.opened_at),
        done=lambda _: lambda each: nudged(each, alert.nudges),
        found=lambda _: lambda each: nudged(each, alert.nudges),
        gone=lambda each: nudged(each, alert.nudges),
        thread_ts=alert.thread_ts or alert.post_ts,
        broadcast=alert.state is State.OPEN and not alert.thread_ts,
    )
