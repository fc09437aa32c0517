"""What calls an alert back to mind: its second message, and the lines in its thread."""

from __future__ import annotations

import re

from bot.views.alert import alert_message, plain_title
from bot.views.blocks import Content, section
from bot.views.figures import moment
from bot.views.text import name
from core.alerts import Alert, State

_USER = re.compile(r"[UW][A-Z0-9]+")
_GROUP = re.compile(r"S[A-Z0-9]+")


def escalation_message(alert: Alert, oncall: str) -> Content:
    """The alert again, for whoever is on call; after somebody has it, or it is over, it says so and calls nobody."""
    message = alert_message(alert)
    if alert.state is not State.OPEN:
        return message
    call = f"{mention(oncall)} " if oncall else ""
    text = f"{call}Nobody has taken this alert since {moment(alert.open_since)}."
    return Content(f"{text} {message.text}", (section(text), *message.blocks))


def nudge_message(alert: Alert) -> Content:
    """One line in the thread: the snooze is over, or its owner is asked to look again."""
    if alert.state is State.OPEN:
        text = f"The snooze is over and it is still so: {plain_title(alert)}."
    else:
        since = moment(alert.acknowledged_at)
        text = (
            f"{name(alert.acknowledged_by)}, you have had this since {since} and it is still so: {plain_title(alert)}."
        )
    return Content(text, (section(text),))


def mention(oncall: str) -> str:
    """A user or a user group by id as Slack links it; any other text as it is, without a link."""
    if _USER.fullmatch(oncall):
        return f"<@{oncall}>"
    if _GROUP.fullmatch(oncall):
        return f"<!subteam^{oncall}>"
    return name(oncall)
