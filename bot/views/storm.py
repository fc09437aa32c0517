"""The parent message of a storm of alerts: how many of what, the gravest by name, and a way to all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.views.alert import gravest_first, plain_title
from bot.views.blocks import Content, actions, button, context, section
from bot.views.figures import count, moment
from core.alerts import KINDS, Alert, Severity, State

SHOW_ALL = "alerts_show_all"
_TOP = 5
_MARKS = {Severity.INFO: ":information_source:", Severity.WARNING: ":warning:", Severity.CRITICAL: ":rotating_light:"}


def storm_message(storm: Alert, members: Sequence[Alert]) -> Content:
    """What the storm comes to now; after it, that it is over."""
    if storm.state is State.RESOLVED:
        text = (
            f"The storm is over: {count(storm.count, 'alert')} from {moment(storm.at)} to {moment(storm.resolved_at)}."
        )
        return Content(text, (section(f":white_check_mark: {text}"), actions(_show_all())))
    kinds = Counter(KINDS[alert.kind].title for alert in members)
    tally = ", ".join(f"{number:,} × {title}" for title, number in kinds.most_common())
    top = [f"{_MARKS[alert.severity]} {plain_title(alert)}" for alert in gravest_first(members)[:_TOP]]
    title = f"*Many alerts at once: {len(members):,} open*"
    text = f"Many alerts at once: {len(members):,} open. {tally}"
    return Content(
        text,
        (
            section("\n".join([title, tally or "None is open any more.", *top])),
            context(f"Since {moment(storm.at)}. Each is in the thread; this line is kept up to date."),
            actions(_show_all()),
        ),
    )


def _show_all() -> dict[str, object]:
    return button("Show all", SHOW_ALL, "all")
