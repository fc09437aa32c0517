"""Alerts: their kinds as a table, and their states as pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from core.changes import Notice
from core.errors import AlreadyHandled
from core.stock import Stock


class Severity(StrEnum):
    """How grave an alert is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class State(StrEnum):
    """Where an alert is on its way."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alert: its default severity, its title, and the family of which a SKU has one open alert."""

    severity: Severity
    title: str
    family: str


STOCK_FAMILY = "stock"
KINDS = {
    "oversold": Kind(Severity.CRITICAL, "Oversold", STOCK_FAMILY),
    "out_of_stock": Kind(Severity.CRITICAL, "Out of stock", STOCK_FAMILY),
    "stock_low": Kind(Severity.WARNING, "Stock low", STOCK_FAMILY),
    "return_damaged": Kind(Severity.WARNING, "Damaged return", "return_damaged"),
    "return_unsellable": Kind(Severity.INFO, "Unsellable return", "return_unsellable"),
    "manual_review": Kind(Severity.WARNING, "Return to review", "manual_review"),
    "sync_failed": Kind(Severity.WARNING, "Channel not told", "sync_failed"),
    "drift": Kind(Severity.WARNING, "Listing drifted", "drift"),
    "unlisted_sku": Kind(Severity.WARNING, "SKU without stock", "unlisted_sku"),
    "webhook_refused": Kind(Severity.WARNING, "Message refused", "webhook_refused"),
    "audit_failed": Kind(Severity.CRITICAL, "Books do not add up", "audit_failed"),
}
_GRAVITY = {"": 0, "stock_low": 1, "out_of_stock": 2, "oversold": 3}


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. Times are epoch seconds.

    `subject` is what it is the only open alert of; `revision` counts every save (compare-and-swap), `edition` those
    that people should see, `told` the newest edition that Slack shows. `post_channel`/`post_ts` name its one message.
    `posting_until`: somebody is posting it until then. `last_notice` is the notice it last counted.
    """

    alert_id: str
    kind: str
    severity: Severity
    sku: str
    message: str
    subject: str
    at: float
    state: State = State.OPEN
    count: int = 1
    revision: int = 0
    edition: int = 1
    told: int = 0
    updated_at: float = 0.0
    acknowledged_by: str = ""
    acknowledged_at: float = 0.0
    resolved_at: float = 0.0
    snoozed_until: float = 0.0
    escalated_at: float = 0.0
    last_notice: str = ""
    post_channel: str = ""
    post_ts: str = ""
    posting_until: float = 0.0

    @property
    def read(self) -> bool:
        """Whether somebody has taken note of it, or need not any more."""
        return self.state in (State.ACKNOWLEDGED, State.RESOLVED)


def gravest_first(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """The alerts in the order in which they need somebody: what nobody has, the gravest, the newest."""
    return tuple(sorted(alerts, key=lambda each: (each.state is not State.OPEN, -_gravity(each), -each.at)))


def subject_of(kind: str, scope: str) -> str:
    """What an alert of this kind is the only open one of; `scope` is a SKU or a whole channel."""
    return f"{KINDS[kind].family}#{scope}"


def opened(alert_id: str, notice: Notice, now: float) -> Alert:
    """A fresh alert for the notice."""
    severity = Severity(notice.severity) if notice.severity else KINDS[notice.kind].severity
    return Alert(
        alert_id=alert_id,
        kind=notice.kind,
        severity=severity,
        sku=notice.sku,
        message=notice.message,
        subject=subject_of(notice.kind, notice.scope or notice.sku),
        at=now,
        updated_at=now,
        last_notice=notice.notice_id,
    )


def repeated(alert: Alert, notice: Notice, now: float) -> Alert:
    """The open alert with the notice counted, once; a graver one opens it again for everybody.

    Only a stock alert becomes less grave again: its last notice says how things are, the others' what happened too.
    """
    if alert.last_notice == notice.notice_id:
        return alert
    fresh = opened(alert.alert_id, notice, now)
    graver = _gravity(fresh) > _gravity(alert)
    keeps = not graver and KINDS[notice.kind].family != STOCK_FAMILY
    news = replace(
        alert,
        kind=notice.kind,
        severity=alert.severity if keeps else fresh.severity,
        message=notice.message,
        count=alert.count + 1,
        edition=alert.edition + 1,
        updated_at=now,
        last_notice=notice.notice_id,
    )
    return replace(news, state=State.OPEN, acknowledged_by="", acknowledged_at=0.0) if graver else news


def acknowledged(alert: Alert, by: str, now: float) -> Alert:
    """The alert in the hands of `by`; AlreadyHandled when somebody has it or when it is resolved."""
    if alert.state is State.RESOLVED:
        raise AlreadyHandled(alert.acknowledged_by, alert.resolved_at, State.RESOLVED)
    if alert.state is State.ACKNOWLEDGED:
        raise AlreadyHandled(alert.acknowledged_by, alert.acknowledged_at, State.ACKNOWLEDGED)
    return replace(
        alert,
        state=State.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=now,
        updated_at=now,
        edition=alert.edition + 1,
    )


def resolved(alert: Alert, message: str, now: float) -> Alert:
    """The alert over and done with; one that is already resolved stays as it is."""
    if alert.state is State.RESOLVED:
        return alert
    return replace(
        alert,
        state=State.RESOLVED,
        message=message or alert.message,
        resolved_at=now,
        updated_at=now,
        edition=alert.edition + 1,
    )


def condition_of(stock: Stock) -> str:
    """The kind of stock alert that the level calls for, or ""."""
    if not stock.managed:
        return ""
    if stock.physical < 0:
        return "oversold"
    if stock.broadcast == 0:
        return "out_of_stock"
    return "stock_low" if stock.broadcast <= stock.low_at else ""


def describe(stock: Stock) -> str:
    """One sentence about the level, for an alert."""
    match condition_of(stock):
        case "oversold":
            return f"{stock.sku} is oversold: {-stock.physical} more sold than on hand. Channels are told 0."
        case "out_of_stock":
            return f"{stock.sku} is out of stock: {_on_hand(stock)}. Channels are told 0."
        case "stock_low":
            return f"{stock.sku} runs low: {stock.broadcast} left to sell ({_on_hand(stock)})."
        case _:
            return f"{stock.sku} is back: {stock.broadcast} to sell ({_on_hand(stock)})."


def _on_hand(stock: Stock) -> str:
    return f"{stock.physical} on hand, {stock.buffer} held back"


def _gravity(alert: Alert) -> int:
    rank = list(Severity).index(alert.severity)
    return rank * 10 + _GRAVITY.get(alert.kind, 0)
