"""What the buttons of alerts do: take one, put one aside, list them all."""

from __future__ import annotations

from bot.call import Reply
from bot.click import Click
from bot.pages import Ask
from bot.pages import alerts as listed
from bot.views import alert as alerts
from core.alert_times import Snooze, snooze_until
from core.errors import AlreadyHandled, BadInput, NotFound


async def acknowledge(click: Click) -> Reply | None:
    """Take the alert; its message is edited for everybody, and who comes late is told privately who has it."""
    try:
        taken = await click.service.acknowledge(click.value, click.person.user_id)
    except NotFound:
        return Reply(alerts.no_longer_there())
    except AlreadyHandled:
        alert = await click.service.alert(click.value)
        return Reply(alerts.already_handled(alert, click.person.user_id))
    seen = click.message_ts and click.message_ts in (taken.post_ts, taken.escalation_ts)
    return None if seen else Reply(alerts.yours_now(taken), quiet=True)


async def snooze(click: Click) -> Reply | None:
    """Put the alert aside for as long as was chosen; one that is over stays over."""
    choice, _, alert_id = click.value.partition(" ")
    if choice not in tuple(Snooze):
        raise BadInput("snooze", f"must be one of {', '.join(Snooze)}")
    until = snooze_until(Snooze(choice), click.now, click.zone)
    try:
        aside = await click.service.snooze(alert_id, click.person.user_id, until)
    except NotFound:
        return Reply(alerts.no_longer_there())
    except AlreadyHandled:
        return Reply(alerts.already_handled(await click.service.alert(alert_id), click.person.user_id))
    seen = click.message_ts and click.message_ts in (aside.post_ts, aside.escalation_ts)
    return None if seen else Reply(alerts.snoozed_now(aside), quiet=True)


async def show_all(click: Click) -> Reply | None:
    """List the open alerts, for whoever asks."""
    return Reply(await listed(Ask(click.service, click.now)))
