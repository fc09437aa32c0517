"""Bolt with our handlers: commands, buttons and events registered from their tables, and one handler for errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.actions import ACTIONS
from bot.call import Reply
from bot.desk import Desk
from bot.envelope import Payload, kind_of, request_key
from bot.errors import SlackFailure
from bot.forms import FORMS
from bot.guard import KEY
from bot.people import Workspace, person_of
from bot.shortcuts import SHORTCUTS
from bot.slack import log
from bot.views import notices
from bot.views.blocks import Content

_log = logging.getLogger(__name__)
EVENTS = ("app_home_opened", "app_mention")
_TO_TELL = 0.5
_NAMELESS = frozenset({"event_callback"})


def bolt_app(desk: Desk, fresh_id: Callable[[], str]) -> AsyncApp:
    """The app that a checked request is dispatched to; nobody's token is asked about in a request."""

    async def authorize(team_id: str | None) -> AuthorizeResult:
        known = desk.workspaces.of(team_id or "") or Workspace()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=known.token or None,
            bot_id=known.bot_id or None,
            bot_user_id=known.bot_user_id or None,
        )

    app = AsyncApp(
        name="syncstate",
        logger=log,
        client=desk.slack.web,
        authorize=authorize,
        before_authorize=_admission(desk),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        signing_secret="",
    )
    _register(app, desk)
    _handle_errors(app, desk, fresh_id)
    return app


def _admission(desk: Desk) -> Callable[..., Awaitable[BoltResponse | None]]:
    async def admit(body: Payload, next: Callable[[], Awaitable[None]]) -> BoltResponse | None:  # noqa: A002 -- Bolt's name
        if desk.workspace_of(body) is None:
            return _refused(body, notices.not_installed())
        if kind_of(body) not in _NAMELESS and person_of(body) is None:
            return _refused(body, notices.nobody())
        await next()
        return None

    return admit


def _register(app: AsyncApp, desk: Desk) -> None:
    async def on_command(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack(as_message(await desk.command(body, _key(body, context))))

    async def on_click(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await desk.click(body, _key(body, context))
        await ack()

    for slash in dict.fromkeys(command.SLASH for command in desk.commands):
        app.command(slash)(on_command)
    for action_id in ACTIONS:
        app.action(action_id)(on_click)
    _register_windows(app, desk)
    _register_events(app, desk)


def _register_windows(app: AsyncApp, desk: Desk) -> None:
    async def on_submit(ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        await ack(**await desk.submit(body, _key(body, context)))

    async def on_shortcut(ack: AsyncAck, body: Payload) -> None:
        await desk.shortcut(body)
        await ack()

    for callback_id in FORMS:
        app.view(callback_id)(on_submit)
    for callback_id in SHORTCUTS:
        app.message_shortcut(callback_id)(on_shortcut)


def _register_events(app: AsyncApp, desk: Desk) -> None:
    async def on_home(body: Payload) -> None:
        await desk.open_home(body)

    async def on_mention(body: Payload) -> None:
        await desk.mentions.hear(body)

    for event, listener in zip(EVENTS, (on_home, on_mention), strict=True):
        app.event(event)(listener)


def _key(body: Payload, context: AsyncBoltContext) -> str:
    return context.get(KEY) or request_key(body)


def _handle_errors(app: AsyncApp, desk: Desk, fresh_id: Callable[[], str]) -> None:
    async def on_error(error: Exception, body: Payload) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return await _unhandled(desk, body)
        error_id = fresh_id()
        _log.error("error %s while answering Slack", error_id, exc_info=error)
        return await _said(desk, body, notices.failure(error_id, "Look at what is stored before you try again."))

    app.error(on_error)


async def _unhandled(desk: Desk, body: Payload) -> BoltResponse:
    _log.warning("Slack sent something that nothing here answers: %r", kind_of(body)[:40])
    match kind_of(body):
        case "command":
            return await _said(desk, body, notices.unknown_command(str(body["command"])))
        case "block_actions" | "message_action" | "shortcut":
            return await _said(desk, body, notices.unknown_action())
        case "view_submission":
            return BoltResponse(status=200, body=_form_is_gone(body))
        case _:
            return BoltResponse(status=200, body="")


async def _said(desk: Desk, body: Payload, content: Content) -> BoltResponse:
    if kind_of(body) in ("block_actions", "message_action"):
        try:
            async with asyncio.timeout(_TO_TELL):
                await desk.say(body, Reply(content))
        except (SlackFailure, TimeoutError) as error:
            _log.warning("a click was not answered: %s", error)
    return _refused(body, content)


def _refused(body: Payload, content: Content) -> BoltResponse:
    is_command = kind_of(body) == "command"
    return BoltResponse(status=200, body=as_message(Reply(content)) if is_command else "")


def as_message(reply: Reply) -> dict[str, Any]:
    """The answer to a slash command."""
    kind = "in_channel" if reply.public else "ephemeral"
    return {"response_type": kind, "text": reply.content.text, "blocks": list(reply.content.blocks)}


def _form_is_gone(body: Payload) -> dict[str, Any]:
    blocks = body["view"].get("blocks")
    inputs = [block for block in blocks or () if isinstance(block, dict) and block.get("type") == "input"]
    if not inputs:
        return {"response_action": "clear"}
    return {"response_action": "errors", "errors": {str(inputs[0].get("block_id")): "This form is no longer in use."}}
