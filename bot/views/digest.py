"""The digest: what sold, what came back, what runs out first, what needs somebody."""

from __future__ import annotations

from bot.views.alert import alert_rows
from bot.views.blocks import Block, Content, context, fit, header, paragraphs, section
from bot.views.channels import channel_row
from bot.views.figures import count, days, moment
from bot.views.text import code
from core.alerts import State
from core.digest import DigestFacts, RunningOut

_ALERTS = 5
_PART = 2_500


def digest(facts: DigestFacts) -> Content:
    """The time from `since` to `until` in one message."""
    numbers = f"*{count(facts.sold, 'unit')}* sold, *{count(facts.returned, 'unit')}* returned"
    blocks = [
        header("Stock digest"),
        context(f"{moment(facts.since)} to {moment(facts.until)}"),
        section(f"{numbers}\n{_best(facts)}"),
        *paragraphs(["*Runs out first*", *_running_out(facts)]),
        *_alerts(facts),
        *paragraphs(["*Channels*", *_channels(facts)]),
    ]
    text = f"Stock digest: {facts.sold:,} sold, {facts.returned:,} returned, {count(len(facts.alerts), 'open alert')}"
    return Content(text, tuple(blocks))


def _best(facts: DigestFacts) -> str:
    best = sorted(facts.movements, key=lambda movement: (-movement.sold, movement.sku))[:3]
    named = [f"{code(movement.sku)} {movement.sold:,}" for movement in best if movement.sold]
    return f"Most sold: {', '.join(named)}" if named else "Nothing was sold."


def _running_out(facts: DigestFacts) -> tuple[str, ...]:
    rows = [_runs_out(item) for item in facts.soonest]
    return fit(rows, _PART).rows or ("Nothing sells at a pace that would empty it.",)


def _runs_out(item: RunningOut) -> str:
    if not item.broadcast:
        return f"• {code(item.sku)}: nothing left to sell"
    return f"• {code(item.sku)}: {item.broadcast:,} to sell, in {days(item.days)}"


def _alerts(facts: DigestFacts) -> list[Block]:
    unheld = sum(alert.state is State.OPEN for alert in facts.alerts)
    if not facts.alerts:
        return [section("*Open alerts: 0*")]
    title = f"*Open alerts: {len(facts.alerts):,}*, {unheld:,} in nobody's hands"
    return [section(title), *(_without_button(row) for row in alert_rows(facts.alerts, _ALERTS))]


def _without_button(row: Block) -> Block:
    return {key: value for key, value in row.items() if key != "accessory"}


def _channels(facts: DigestFacts) -> tuple[str, ...]:
    rows = [channel_row(channel, facts.until) for channel in facts.channels]
    return fit(rows, _PART).rows or ("No channel is configured.",)
