"""How a call to Slack can fail, told apart by what may have happened there.

SlackFailure
+-- SlackLimited    not done: ask again after `retry_after` seconds
+-- SlackRefused    not done: Slack said why (code)
+-- SlackUnreached  not done: there was no connection
+-- SlackLost       perhaps done: the answer got lost or makes no sense
"""

from __future__ import annotations

from core.errors import SyncStateError


class SlackFailure(SyncStateError):
    """A call of `method` that Slack did not answer with success."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.method = method
        self.reason = reason


class SlackLimited(SlackFailure):
    """Too many calls: nothing was done, and nothing will be for `retry_after` seconds."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(method, f"limited for {retry_after:.0f} s")
        self.retry_after = retry_after


class SlackRefused(SlackFailure):
    """Slack did nothing and said why: `reason` is its error code."""


class SlackUnreached(SlackFailure):
    """No connection: Slack never saw the call."""


class SlackLost(SlackFailure):
    """The call may have been done: its answer got lost."""
