"""The digest: what sold, what came back, what runs out first, what needs somebody."""

from __future__ import annotations

from bot.views.alert import alert_rows
from bot.views.blocks import Block, Content, context, fit, header, paragraphs, section, size
from bot.views.channels import channel_row
from bot.views.chart import bars
from bot.views.figures import count, day, days, moment
from bot.views.text import code
from core.alerts import State
from core.digest import DigestFacts, RunningOut

_ALERTS = 5
_PART = 2_000
_BUDGET = 11_500
_DAY = 86_400
_FAR = 365


def digest(facts: DigestFacts, *, chart: bool = False) -> Content:
    """The time from `since` to `until` in one message; one line when there is nothing to tell. `chart`: with bars."""
    if facts.is_quiet:
        return _quiet(facts)
    first = [
        header("Stock digest"),
        context(f"{moment(facts.since)} to {moment(facts.until)}"),
        section(f"{_numbers(facts)}\n{_best(facts)}"),
        *([bars(facts)] if chart and any(facts.pace) else []),
        *paragraphs(["*Runs out first*", *_running_out(facts)]),
    ]
    last = paragraphs(["*Channels*", *_channels(facts)])
    blocks = [*first, *_alerts(facts, _BUDGET - size([*first, *last])), *last]
    text = f"Stock digest: {facts.sold:,} sold, {facts.returned:,} returned, {count(len(facts.alerts), 'open alert')}"
    return Content(text, tuple(blocks))


def _quiet(facts: DigestFacts) -> Content:
    rest = "no open alerts, and every channel is up to date" if facts.channels else "no open alerts"
    text = f"Stock digest: nothing sold or returned since {moment(facts.since)}, {rest}."
    return Content(text, (section(text),))


def _numbers(facts: DigestFacts) -> str:
    cancelled = f", *{facts.cancelled:,}* cancelled" if facts.cancelled else ""
    return f"*{count(facts.sold, 'unit')}* sold, *{count(facts.returned, 'unit')}* returned{cancelled}"


def _best(facts: DigestFacts) -> str:
    best = sorted(facts.movements, key=lambda movement: (-movement.sold, movement.sku))[:3]
    named = [f"{code(movement.sku)} {movement.sold:,}" for movement in best if movement.sold]
    return f"Most sold: {', '.join(named)}" if named else "Nothing was sold."


def _running_out(facts: DigestFacts) -> tuple[str, ...]:
    rows = [_runs_out(item, facts.until) for item in facts.soonest]
    return fit(rows, _PART).rows or ("Nothing sells at a pace that would empty it.",)


def _runs_out(item: RunningOut, now: float) -> str:
    if not item.broadcast:
        return f"• {code(item.sku)}: nothing left to sell"
    when = f", on {day(now + item.days * _DAY)}" if item.days < _FAR else ""
    return f"• {code(item.sku)}: {item.broadcast:,} to sell, in {days(item.days)}{when}"


def _alerts(facts: DigestFacts, room: int) -> list[Block]:
    unheld = sum(alert.state is State.OPEN for alert in facts.alerts)
    if not facts.alerts:
        return [section("*Open alerts: 0*")]
    title = f"*Open alerts: {len(facts.alerts):,}*, {unheld:,} in nobody's hands"
    rows = [_without_button(row) for row in alert_rows(facts.alerts, _ALERTS)]
    while rows and size(rows) > room:
        rows.pop()
    left = len(facts.alerts) - len(rows)
    more = [context(f"{left:,} more; `/alerts` lists them.")] if left else []
    return [section(title), *rows, *more]


def _without_button(row: Block) -> Block:
    return {key: value for key, value in row.items() if key != "accessory"}


def _channels(facts: DigestFacts) -> tuple[str, ...]:
    rows = [channel_row(channel, facts.until) for channel in facts.channels]
    return fit(rows, _PART).rows or ("No channel is configured.",)
