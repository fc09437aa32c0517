"""Telling people when the queue cannot be read."""

from __future__ import annotations

from core.changes import Notice
from core.marketplaces.amazon.queue_reader import QueueHealth

_SICK_AFTER, _GRAVE_AFTER = 60.0, 3_600.0
_SCOPE = "amazon-queue"
_KIND = "sync_failed"


def notice_of(health: QueueHealth, now: float) -> Notice | None:
    """What people are told of it now (epoch s): nothing in its first minute of trouble, and graver after an hour."""
    if not health.failing_since:
        return Notice(_SCOPE, _KIND, "", "Amazon's queue is read again.", scope=_SCOPE, clears=True)
    since = now - health.failing_since
    if since <= _SICK_AFTER:
        return None
    severity = "critical" if since > _GRAVE_AFTER else "warning"
    text = (
        f"Amazon's queue cannot be read for {since / 60:.0f} minutes ({health.error}): orders there are not heard of. "
        "Check AMAZON_SQS_QUEUE_URL and the AWS credentials."
    )
    return Notice(f"{_SCOPE}@{health.failing_since:.0f}#{severity}", _KIND, "", text, severity, scope=_SCOPE)


def warning_of(health: QueueHealth) -> str:
    """The same in a few words for whoever watches the machine, or ""."""
    return f"Amazon's queue cannot be read: {health.error}" if health.failing_since else ""
