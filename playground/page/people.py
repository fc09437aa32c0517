"""What a person does in Slack on the page: Slack's client signs it and delivers it to the app."""

import asyncio
from collections.abc import Mapping
from typing import Any

from core.errors import BadInput
from playground.errors import RefusedError
from playground.outside import Outside
from playground.page.fields import text
from playground.slack.controls import Clickable
from playground.slack.delivery import Delivery

_PATIENCE = 5.0


async def say(outside: Outside, fields: Mapping[str, Any]) -> None:
    """`person` writes `text` in `channel`; what starts with a slash is a command, with the app's name a mention."""
    person, channel, words = _person(outside, fields), text(fields, "channel"), text(fields, "text").strip()
    if not words:
        raise BadInput("text", "is empty")
    first, _, rest = words.partition(" ")
    if first.lower() == f"@{outside.workspace.bot.name}":
        await outside.slack.mention(person, channel, rest.strip())
    elif first.startswith("/"):
        await outside.slack.command(person, channel, rest.strip(), first)
    else:
        outside.workspace.say(person, channel, words)


async def click(outside: Outside, fields: Mapping[str, Any]) -> None:
    """`person` presses what `action_id` and `value` name, in the message `ts` of `channel` or in the view `view`."""
    person = _person(outside, fields)
    shown = _shown(outside, fields)
    value = text(fields, "value", empty=True) or None
    _check(await outside.slack.click(person, shown, text(fields, "action_id"), value))


async def submit(outside: Outside, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """`person` submits the modal in front of them with `values` by action_id; `errors` by block_id are the answer."""
    person = _person(outside, fields)
    values = fields.get("values")
    view = outside.workspace.modal(person)
    if view is None or not isinstance(values, dict):
        raise RefusedError("this form is no longer open")
    delivery = await outside.slack.submit(person, view, values)
    _check(delivery)
    return {"errors": delivery.json().get("errors") or {}}


async def dismiss(outside: Outside, fields: Mapping[str, Any]) -> None:
    """`person` closes the modal in front of them."""
    person = _person(outside, fields)
    view = outside.workspace.modal(person)
    if view is not None:
        await outside.slack.close(person, view)


async def open_home(outside: Outside, fields: Mapping[str, Any]) -> None:
    """`person` looks at the app's Home tab."""
    person = _person(outside, fields)
    try:
        async with asyncio.timeout(_PATIENCE):
            await outside.slack.open_home(person)
    except TimeoutError:
        raise RefusedError("the app does not take the event") from None


def _person(outside: Outside, fields: Mapping[str, Any]) -> str:
    if outside.workspace.faults.down:
        raise RefusedError("Slack is offline; switch it on again first")
    return outside.workspace.user(text(fields, "person")).id


def _shown(outside: Outside, fields: Mapping[str, Any]) -> Clickable:
    if fields.get("view"):
        view = outside.workspace.views.find(text(fields, "view"))
        if view is None:
            raise RefusedError("this view is no longer open")
        return view
    message = outside.workspace.message(text(fields, "channel"), text(fields, "ts"))
    if message is None:
        raise RefusedError("this message is no longer there")
    return message


def _check(delivery: Delivery) -> None:
    if delivery.ok:
        return
    if delivery.timed_out:
        raise RefusedError("the app took longer than Slack waits (3 s)")
    raise RefusedError(f"the app did not take it ({delivery.error or delivery.status})")
