"""`/api/alerts`: what people should know, and taking it into one's hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.alerts import Alert, Severity
from core.errors import AlreadyHandled, BadInput
from core.service import Service
from webhooks.answers import moment
from webhooks.api.call import MOST_LIMIT, Call, sealed

# Acknowledged alerts stay among the unresolved ones; so many pages are looked through for the unread.
_PAGES = 10


async def show_unread(service: Service, call: Call) -> Mapping[str, Any]:
    """Alerts that are neither resolved nor acknowledged, newest first, page by page; `count` is this page's."""
    cursor, limit = call.paging("unread", MOST_LIMIT)
    unread: list[Alert] = []
    for _ in range(_PAGES):
        page = await service.alerts("", cursor, limit - len(unread))
        unread += [alert for alert in page.items if not alert.read]
        cursor = page.cursor
        if not cursor or len(unread) >= limit:
            break
    return _listing(unread, sealed(cursor, "unread"))


async def show_severity(service: Service, call: Call) -> Mapping[str, Any]:
    """All alerts of one severity, newest first, page by page; `count` is this page's."""
    severity = call.params["severity"]
    if severity not in tuple(Severity):
        raise BadInput("severity", f"must be one of {', '.join(Severity)}")
    cursor, limit = call.paging(severity, MOST_LIMIT)
    page = await service.alerts(severity, cursor, limit)
    return {"severity": severity, **_listing(page.items, sealed(page.cursor, severity))}


async def acknowledge(service: Service, call: Call) -> Mapping[str, Any]:
    """Take an alert into the caller's hands; one that somebody has, or that is resolved, is answered as it is."""
    alert_id = call.params["alert_id"]
    try:
        return show_alert(await service.acknowledge(alert_id, call.actor))
    except AlreadyHandled:
        return show_alert(await service.alert(alert_id))


def show_alert(alert: Alert) -> Mapping[str, Any]:
    """An alert as JSON."""
    return {
        "alertId": alert.alert_id,
        "type": alert.kind,
        "severity": alert.severity,
        "sku": alert.sku,
        "message": alert.message,
        "timestamp": moment(alert.at),
        "read": alert.read,
        "status": alert.state,
        "count": alert.count,
        "acknowledgedBy": alert.acknowledged_by or None,
        "acknowledgedAt": moment(alert.acknowledged_at),
    }


def _listing(alerts: Sequence[Alert], cursor: str) -> Mapping[str, Any]:
    return {"count": len(alerts), "alerts": [show_alert(alert) for alert in alerts], "cursor": cursor}
