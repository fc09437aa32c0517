"""Items of the Alerts table as alerts, and the pointer that keeps a subject to one unresolved alert."""

from __future__ import annotations

from core.alerts import Alert, Severity, State
from core.stores.dynamodb.forms import fit, form
from core.stores.dynamodb.values import Item, Value, iso, number, number_of, text, text_of, texts, time_of, whole_of


def alert_item(alert: Alert) -> Item:
    """The alert's row: indexed as open until it is resolved, and as untold until Slack shows it."""
    fields = {
        "alertId": alert.alert_id,
        "type": alert.kind,
        "severity": alert.severity.value,
        "sku": alert.sku,
        "message": alert.message,
        "subject": alert.subject,
        "timestamp": iso(alert.at),
        "status": alert.state.value,
        "updatedAt": iso(alert.updated_at),
        "acknowledgedBy": alert.acknowledged_by,
        "acknowledgedAt": iso(alert.acknowledged_at) if alert.acknowledged_at else "",
        "lastNotice": alert.last_notice,
        "postChannel": alert.post_channel,
        "postTs": alert.post_ts,
        "open": "" if alert.state is State.RESOLVED else "open",
        "untold": "untold" if alert.untold else "",
        "due": "due" if alert.due_at else "",
        "snoozedBy": alert.snoozed_by,
        "threadTs": alert.thread_ts,
        "escalationChannel": alert.escalation_channel,
        "escalationTs": alert.escalation_ts,
    }
    return {**texts(fields), **form(), **_numbers(alert), "read": {"BOOL": alert.read}}


def _numbers(alert: Alert) -> dict[str, Value]:
    return {
        "count": number(alert.count),
        "revision": number(alert.revision),
        "edition": number(alert.edition),
        "told": number(alert.told),
        "resolvedAt": number(alert.resolved_at),
        "snoozedUntil": number(alert.snoozed_until),
        "escalatedAt": number(alert.escalated_at),
        "postingUntil": number(alert.posting_until),
        "openedAt": number(alert.opened_at),
        "dueAt": number(alert.due_at),
        "remindedAt": number(alert.reminded_at),
        "escalationTold": number(alert.escalation_told),
        "nudges": number(alert.nudges),
        "nudgesTold": number(alert.nudges_told),
    }


def alert_of(item: Item) -> Alert:
    """The alert of the row."""
    fit(item)
    return Alert(
        alert_id=text_of(item, "alertId"),
        kind=text_of(item, "type"),
        severity=Severity(text_of(item, "severity")),
        sku=text_of(item, "sku"),
        message=text_of(item, "message"),
        subject=text_of(item, "subject"),
        at=time_of(item, "timestamp"),
        state=State(text_of(item, "status")),
        count=whole_of(item, "count"),
        revision=whole_of(item, "revision"),
        edition=whole_of(item, "edition"),
        told=whole_of(item, "told"),
        updated_at=time_of(item, "updatedAt"),
        acknowledged_by=text_of(item, "acknowledgedBy"),
        acknowledged_at=time_of(item, "acknowledgedAt"),
        resolved_at=number_of(item, "resolvedAt"),
        snoozed_until=number_of(item, "snoozedUntil"),
        escalated_at=number_of(item, "escalatedAt"),
        last_notice=text_of(item, "lastNotice"),
        post_channel=text_of(item, "postChannel"),
        post_ts=text_of(item, "postTs"),
        posting_until=number_of(item, "postingUntil"),
        opened_at=number_of(item, "openedAt"),
        snoozed_by=text_of(item, "snoozedBy"),
        due_at=number_of(item, "dueAt"),
        reminded_at=number_of(item, "remindedAt"),
        thread_ts=text_of(item, "threadTs"),
        escalation_channel=text_of(item, "escalationChannel"),
        escalation_ts=text_of(item, "escalationTs"),
        escalation_told=whole_of(item, "escalationTold"),
        nudges=whole_of(item, "nudges"),
        nudges_told=whole_of(item, "nudgesTold"),
    )


def pointer_id(subject: str) -> str:
    """The id of the item that says which alert is the subject's unresolved one; no index ever lists it."""
    return f"open#{subject}"


def pointer_item(alert: Alert) -> Item:
    """The pointer to this alert."""
    return {"alertId": text(pointer_id(alert.subject)), "holder": text(alert.alert_id), **form()}
