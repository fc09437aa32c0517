"""The one message of an alert, and the list of the open ones."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.alert_buttons import remedies
from bot.views.blocks import Block, Content, actions, button, context, fit, section, select
from bot.views.figures import moment
from bot.views.more import more
from bot.views.text import code, escape, name, strike
from core.alert_times import Snooze
from core.alerts import KINDS, Alert, Severity, State

ACKNOWLEDGE = "alert_acknowledge"
SNOOZE = "alert_snooze"
_SNOOZES = {Snooze.HOUR: "1 hour", Snooze.FOUR_HOURS: "4 hours", Snooze.TOMORROW: "until tomorrow 9:00"}
_MARKS = {Severity.INFO: ":information_source:", Severity.WARNING: ":warning:", Severity.CRITICAL: ":rotating_light:"}
_DONE = ":white_check_mark:"
_MOST = 15


def alert_message(alert: Alert) -> Content:
    """What is wrong, how grave, how often and since when, who has it, and what one can do about it."""
    blocks = [section(f"{_title(alert)}\n{escape(alert.message, 500)}"), context(_facts(alert), _state(alert))]
    buttons = [*_elements(alert), *remedies(alert)]
    if buttons:
        blocks.append(actions(*buttons))
    return Content(_fallback(alert), tuple(blocks))


def alert_list(alerts: Sequence[Alert], cursor: str = "", total: int = 0) -> Content:
    """A page of the unresolved alerts with a button on each open one; they go on at `cursor`.

    `total`: how many there are in all, on the first page.
    """
    if not alerts:
        text = "No more open alerts." if cursor else "No open alerts."
        return Content(text.removesuffix("."), (section(text),))
    rows = alert_rows(alerts)
    left = len(alerts) - len(rows)
    title = f"Open alerts: {total}" if total else "More open alerts"
    tail = [context(f"{left} more.")] if left else more("alerts", "", cursor)
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


def snoozed_now(alert: Alert) -> Content:
    """For one who put an alert aside away from its message."""
    text = f"Snoozed until {moment(alert.snoozed_until)}: {plain_title(alert)}."
    return Content(text, (section(text),))


def gravest_first(alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts by severity, those that wait for somebody before the others, the newest first."""
    waiting = [State.OPEN, State.ACKNOWLEDGED, State.SNOOZED, State.RESOLVED]
    ranks = list(Severity)
    return sorted(alerts, key=lambda each: (waiting.index(each.state), -ranks.index(each.severity), -each.at))


def yours_now(alert: Alert) -> Content:
    """For one who acknowledged an alert away from its message."""
    text = f"You have it: {plain_title(alert)}."
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


def plain_title(alert: Alert) -> str:
    """Its kind and SKU in escaped text."""
    return f"{KINDS[alert.kind].title}{f' · {escape(alert.sku, 200)}' if alert.sku else ''}"


def _facts(alert: Alert) -> str:
    times = f" · {alert.count:,} times" if alert.count > 1 else ""
    return f"{alert.severity.capitalize()}{times} · since {moment(alert.at)}"


def _note(alert: Alert) -> str:
    return f"{_facts(alert)} · {_state(alert)}"


def _state(alert: Alert) -> str:
    match alert.state:
        case State.OPEN:
            return f"Nobody took it in time: escalated {moment(alert.escalated_at)}" if alert.escalated_at else "Open"
        case State.ACKNOWLEDGED:
            return f"Acknowledged by {name(alert.acknowledged_by)}, {moment(alert.acknowledged_at)}"
        case State.SNOOZED:
            return f"Snoozed by {name(alert.snoozed_by)} until {moment(alert.snoozed_until)}"
        case State.RESOLVED:
            return f"Resolved {moment(alert.resolved_at)}"


def _elements(alert: Alert) -> list[Block]:
    """What can be done about it now: nothing once it is resolved."""
    match alert.state:
        case State.OPEN:
            return [_acknowledge(alert), _snooze(alert)]
        case State.SNOOZED:
            return [_acknowledge(alert)]
        case State.ACKNOWLEDGED | State.RESOLVED:
            return []


def _snooze(alert: Alert) -> Block:
    return select("Snooze", SNOOZE, [(label, f"{choice} {alert.alert_id}") for choice, label in _SNOOZES.items()])


def _acknowledge(alert: Alert) -> Block:
    return button("Acknowledge", ACKNOWLEDGE, alert.alert_id, "primary")


def _fallback(alert: Alert) -> str:
    state = "Resolved: " if alert.state is State.RESOLVED else f"{alert.severity.capitalize()}: "
    return f"{state}{plain_title(alert)}. {escape(alert.message, 500)}"
