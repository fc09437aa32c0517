"""Every error of SyncState: one small tree, carrying facts, mapped to HTTP and to Slack once each.

SyncStateError
+-- BadInput            what was asked cannot be done as asked (field, reason)
+-- NotFound            there is no such thing (what, key)
+-- NotEnoughStock      a manual take would go below zero (sku, physical, asked)
+-- IsBundle            a bundle has no stock of its own to change (sku, parts in words)
+-- AlreadyHandled      somebody was first (by, at)
+-- CannotUndo          a change is not taken back (sku, why, by, at)
+-- OfferEnded          what a dry run offered cannot be taken up (channel, why, by, at, count)
+-- BadSignature        a request is not from who it says it is from
+-- BadPayload          a body is not what its signature promises (reason)
+-- NotConfigured       a route's secret is not set (setting)
+-- Unavailable         the store or the queue cannot take it now (reason, retry_after seconds)
+-- StoreBusy           a second instance holds the same file (path)
+-- StoreUnfit          what is stored cannot be used (path, reason)
+-- ChannelError        a marketplace refused or did not answer (channel, reason, retry_after seconds)
"""

from __future__ import annotations

from enum import StrEnum


class SyncStateError(Exception):
    """The root of all errors that SyncState raises on purpose."""


class BadInput(SyncStateError):
    """What was asked cannot be done as asked: `field` names the part, `reason` says why in plain words."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(SyncStateError):
    """There is no `what` with the key `key`."""

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"no {what} {key!r}")
        self.what = what
        self.key = key


class NotEnoughStock(SyncStateError):
    """A manual take of `asked` units would leave fewer than none of the `physical` ones."""

    def __init__(self, sku: str, physical: int, asked: int) -> None:
        super().__init__(f"{sku}: {asked} asked for, {physical} on hand")
        self.sku = sku
        self.physical = physical
        self.asked = asked


class IsBundle(SyncStateError):
    """`sku` has no stock of its own that could be changed: it is made of `parts`, in words."""

    def __init__(self, sku: str, parts: str) -> None:
        super().__init__(f"{sku} is a bundle of {parts}: change the stock of its parts")
        self.sku = sku
        self.parts = parts


class AlreadyHandled(SyncStateError):
    """Somebody else was first: `by` whom, `at` what time (epoch seconds), and the state it is in now."""

    def __init__(self, by: str, at: float, state: str) -> None:
        super().__init__(f"already {state} by {by}")
        self.by = by
        self.at = at
        self.state = state


class Hindrance(StrEnum):
    """Why a change is not taken back."""

    UNKNOWN = "unknown"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    UNDONE = "undone"
    COUNTED_SINCE = "counted_since"
    SET_SINCE = "set_since"
    MOVED_SINCE = "moved_since"
    TOO_FEW = "too_few"


class CannotUndo(SyncStateError):
    """A change of `sku` is not taken back: `why`, and where somebody has to do with it, `by` and `at` (epoch s)."""

    def __init__(self, sku: str, why: Hindrance, by: str = "", at: float = 0.0) -> None:
        super().__init__(f"a change of {sku!r} cannot be undone: {why}")
        self.sku = sku
        self.why = why
        self.by = by
        self.at = at


class Ended(StrEnum):
    """Why what a dry run offered cannot be taken up any more."""

    REPLACED = "replaced"
    TOO_OLD = "too_old"
    UNDER_WAY = "under_way"
    DONE = "done"
    BROKEN_OFF = "broken_off"
    CANCELLED = "cancelled"


class OfferEnded(SyncStateError):
    """What a dry run of `channel` offered cannot be taken up: `why`, by whom and when (epoch s), and how many SKUs."""

    def __init__(self, channel: str, why: Ended, by: str = "", at: float = 0.0, count: int = 0) -> None:
        super().__init__(f"the offer to adopt {channel} is {why.replace('_', ' ')}")
        self.channel = channel
        self.why = why
        self.by = by
        self.at = at
        self.count = count


class BadSignature(SyncStateError):
    """The request is not from who it says it is from."""


class BadPayload(SyncStateError):
    """The body is not what its signature promises."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotConfigured(SyncStateError):
    """The setting `setting` is needed for this and is not set."""

    def __init__(self, setting: str) -> None:
        super().__init__(f"{setting} is not set")
        self.setting = setting


class Unavailable(SyncStateError):
    """The store or the queue cannot take it now; ask again after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: int = 2) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class StoreBusy(SyncStateError):
    """A second instance holds the data file at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is in use by another SyncState; stop that one or set SYNCSTATE_DATA_DIR")
        self.path = path


class StoreUnfit(SyncStateError):
    """What is stored at `path` (a file, tables) cannot be used, and why: damaged, read-only, of a newer SyncState."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}; syncstate doctor says what to do")
        self.path = path
        self.reason = reason


class ChannelError(SyncStateError):
    """A marketplace refused or did not answer; try again after `retry_after` seconds (0: as you see fit)."""

    def __init__(self, channel: str, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason
        self.retry_after = retry_after
