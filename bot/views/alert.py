"""The one message of an alert, and the list of the open ones."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.alert_buttons import remedies
from bot.views.blocks import Block, Content, actions, button, context, fit, section
from bot.views.figures import moment
from bot.views.more import more
from bot.views.text import code, escape, name, strike
from core.alerts import KINDS, Alert, Severity, State

ACKNOWLEDGE = "alert_acknowledge"
_MARKS = {Severity.INFO: ":information_source:", Severity.WARNING: ":warning:", Severity.CRITICAL: ":rotating_light:"}
_DONE = ":white_check_mark:"
_MOST = 15


def alert_message(alert: Alert) -> Content:
    """What is wrong, how grave, how often and since when, who has it, and what one can do about it."""
    blocks = [section(f"{_title(alert)}\n{escape(alert.message, 500)}"), context(_facts(alert), _state(alert))]
    buttons = [*([_acknowledge(alert)] if alert.state is State.OPEN else []), *remedies(alert)]
    if buttons:
        blocks.append(actions(*buttons))
    return Content(_fallback(alert), tuple(blocks))


def alert_list(alerts: Sequence[Alert], cursor: str = "", *, first: bool = True) -> Content:
    """The unresolved alerts with a button on each open one; `cursor` is where they go on after this page."""
    if not alerts:
        text = "No open alerts." if first else "No more open alerts."
        return Content(text.removesuffix("."), (section(text),))
    rows = alert_rows(alerts)
    left = len(alerts) - len(rows)
    title = f"Open alerts: {len(alerts)}{'+' if cursor else ''}" if first else "More open alerts"
    tail = [context(f"{left} more; the newest are shown.")] if left else more("alerts", "", cursor)
    return Content(title, (section(f"*{title}*"), *rows, *tail))


def alert_room(alerts: Sequence[Alert]) -> int:
    """How many of the first ones there is room for in a list."""
    return len(alert_rows(alerts))


def alert_rows(alerts: Sequence[Alert], most: int = _MOST) -> list[Block]:
    """One section for each alert, as many of the first ones as there is room for."""
    texts = [f"{_title(alert)}\n{escape(alert.message, 200)}\n{_note(alert)}" for alert in alerts[:most]]
    return [
        section(text, _acknowledge(alert) if alert.state is State.OPEN else None)
        for text, alert in zip(fit(texts).rows, alerts, strict=False)
    ]


def already_handled(alert: Alert, viewer: str) -> Content:
    """For one who was late: who has the alert, or that it is over."""
    if alert.state is State.RESOLVED:
        text = f"This alert is already resolved ({moment(alert.resolved_at)}); there is nothing to acknowledge."
    else:
        who = "You already have" if alert.acknowledged_by == viewer else f"{name(alert.acknowledged_by)} already has"
        text = f"{who} this alert, since {moment(alert.acknowledged_at)}."
    return Content(text, (section(text),))


def yours_now(alert: Alert) -> Content:
    """For one who acknowledged an alert away from its message."""
    text = f"You have it: {_plain_title(alert)}."
    return Content(text, (section(text),))


def no_longer_there() -> Content:
    """For a click on an alert that the store does not have."""
    text = "This alert is no longer there."
    return Content(text, (section(text),))


def _title(alert: Alert) -> str:
    about = f" · {code(alert.sku)}" if alert.sku else ""
    if alert.state is State.RESOLVED:
        return f"{_DONE} {strike(f'*{KINDS[alert.kind].title}*{about}')}"
    return f"{_MARKS[alert.severity]} *{KINDS[alert.kind].title}*{about}"


def _plain_title(alert: Alert) -> str:
    return f"{KINDS[alert.kind].title}{f' · {escape(alert.sku, 200)}' if alert.sku else ''}"


def _facts(alert: Alert) -> str:
    times = f" · {alert.count:,} times" if alert.count > 1 else ""
    return f"{alert.severity.capitalize()}{times} · since {moment(alert.at)}"


def _note(alert: Alert) -> str:
    return f"{_facts(alert)} · {_state(alert)}"


def _state(alert: Alert) -> str:
    match alert.state:
        case State.OPEN:
            return "Open"
        case State.ACKNOWLEDGED:
            return f"Acknowledged by {name(alert.acknowledged_by)}, {moment(alert.acknowledged_at)}"
        case State.SNOOZED:
            return f"Snoozed until {moment(alert.snoozed_until)}"
        case State.RESOLVED:
            return f"Resolved {moment(alert.resolved_at)}"


def _acknowledge(alert: Alert) -> Block:
    return button("Acknowledge", ACKNOWLEDGE, alert.alert_id, "primary")


def _fallback(alert: Alert) -> str:
    state = "Resolved: " if alert.state is State.RESOLVED else f"{alert.severity.capitalize()}: "
    return f"{state}{_plain_title(alert)}. {escape(alert.message, 500)}"
