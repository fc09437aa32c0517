"""What the app answers to a person, apart from how it gets here and back: commands, clicks and the Home tab."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.actions import ACTIONS
from bot.answers import Bounds, answer
from bot.call import Call, Command, Reply
from bot.click import Click
from bot.commands import route
from bot.envelope import Payload, view_kind
from bot.errors import SlackFailure, SlackRefused
from bot.forms import FORMS
from bot.home import Homes
from bot.mentions import Mentions
from bot.people import Person, Workspace, Workspaces, person_of, refusal, team_of
from bot.seen import Seen
from bot.shortcuts import SHORTCUTS, Found
from bot.slack import Slack
from bot.submission import Submission, Taken, refused
from bot.talks import Talks
from bot.views import notices
from bot.views.blocks import Block
from bot.views.home import SEARCH
from bot.windows import open_form, open_window, turn
from bot.words import split_words
from core.errors import BadInput, Unavailable
from core.service import Service

_log = logging.getLogger(__name__)
_TO_DO = 0.8


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers within `patience` seconds; a change that was `seen` before is not made again."""

    service: Service
    slack: Slack
    workspaces: Workspaces
    commands: Sequence[Command]
    seen: Seen
    patience: float
    homes: Homes
    mentions: Mentions
    talks: Talks

    def workspace_of(self, payload: Payload) -> Workspace | None:
        """The installation that the request is about, if it is one of ours."""
        return self.workspaces.of(team_of(payload), str(payload.get("api_app_id") or ""))

    async def command(self, payload: Payload, key: str) -> Reply:
        """The answer to a slash command; LookupError when it is not served."""
        slash = str(payload["command"])
        person, workspace = self._asking(payload)
        command, words = route(self.commands, slash, split_words(str(payload.get("text") or "")))
        reason = refusal(person, workspace)
        if command.CHANGES and reason:
            return Reply(notices.not_allowed(reason))
        if command.CHANGES and not self.seen.is_first(key):
            return Reply(notices.repeated())
        manual = [each for each in self.commands if slash == each.SLASH]
        operator = person.user_id in workspace.operators
        call = Call(self.service, person, words, key, self.service.clock(), manual, operator, reason)
        bounds = Bounds(
            self.patience, command.CHANGES, notices.look_first(words[0] if words else "SKU"), person.user_id
        )
        try:
            reply = await answer(command.run(call), bounds)
        except BadInput as wrong:
            return Reply(notices.usage(command, notices.wrong_input(wrong.field, wrong.reason)))
        self.talks.begin(str(payload.get("response_url") or ""), reply)
        return reply

    async def click(self, payload: Payload, key: str) -> None:
        """Do what the first clicked button does, and tell the person what there is to tell."""
        deadline = asyncio.get_running_loop().time() + self.patience
        person, workspace = self._asking(payload)
        reply = await self._do(payload, key, person, workspace)
        try:
            async with asyncio.timeout_at(deadline):
                if reply is not None:
                    await self.say(payload, reply)
                if view_kind(payload) == "home" and payload["actions"][0]["action_id"] != SEARCH:
                    await self.homes.show(workspace, person.user_id)
        except (SlackFailure, Unavailable, TimeoutError) as error:
            _log.warning("a click was answered late or not at all: %r", error)
        if reply is not None:
            self.talks.begin(str(payload.get("response_url") or ""), reply)

    async def submit(self, payload: Payload, key: str) -> dict[str, Any]:
        """What Slack is answered to a form; what it changed is told in the channel that it was opened from."""
        deadline = asyncio.get_running_loop().time() + self.patience
        person, workspace = self._asking(payload)
        view = payload["view"]
        if reason := refusal(person, workspace):
            return refused(view, notices.not_allowed(reason).text).answer()
        if not self.seen.is_first(key):
            return {}
        asked = Submission(self.service, person, view, key)
        bounds = Bounds(self.patience * _TO_DO, changes=True, look_at="Look at the SKU before you try again.")
        taken = await answer(FORMS[view["callback_id"]](asked), bounds)
        if isinstance(taken, Reply):
            return refused(view, taken.content.text).answer()
        announced = await self._announced(taken, deadline)
        if taken.reply is not None:
            self.talks.begin(taken.url, taken.reply)
        return {} if announced else taken.answer()

    async def _announced(self, taken: Taken, deadline: float) -> bool:
        reply = taken.reply
        if reply is None or not (reply.public or reply.replace) or not self.slack.may_respond(taken.url):
            return False
        try:
            async with asyncio.timeout_at(deadline):
                await self.slack.respond(taken.url, reply.content, public=reply.public, replace=reply.replace)
        except (SlackFailure, TimeoutError) as error:
            _log.warning("a change is told to who made it only: %r", error)
            return False
        return True

    async def shortcut(self, payload: Payload) -> None:
        """Show in a modal what the shortcut finds, before its trigger is of no use any more."""
        _, workspace = self._asking(payload)
        found: list[Found] = []

        async def look() -> Reply | None:
            found.append(await SHORTCUTS[str(payload["callback_id"])](self.service, payload))
            return None

        try:
            async with asyncio.timeout(self.patience):
                failed = await answer(look(), Bounds(self.patience * _TO_DO))
                shown = Found((failed.content,)) if failed is not None else found[0]
                await open_window(self.slack, workspace, payload, shown.cards, shown.skus)
        except (SlackFailure, TimeoutError) as error:
            _log.warning("a shortcut was answered late or not at all: %r", error)

    async def open_home(self, payload: Payload) -> None:
        """Show the Home tab to whoever opened it; an outage leaves it as it was."""
        event = payload["event"]
        workspace = self.workspace_of(payload)
        if workspace is None or event.get("tab", "home") != "home" or not isinstance(event.get("user"), str):
            return
        try:
            async with asyncio.timeout(self.patience):
                await self.homes.show(workspace, event["user"])
        except (SlackFailure, TimeoutError) as error:
            _log.warning("the Home tab was not shown: %r", error)

    async def say(self, payload: Payload, reply: Reply) -> None:
        """Say it where the person clicked: beside the message, in the modal, or in a modal over the Home tab."""
        kind = view_kind(payload)
        workspace = self.workspace_of(payload)
        if reply.form is not None and workspace is not None:
            await self._open(payload, workspace, reply.form)
        elif not kind or workspace is None:
            await self.tell(payload, reply)
        elif kind == "modal":
            await turn(self.service, self.slack, workspace, payload, reply)
        elif not reply.quiet:
            await open_window(self.slack, workspace, payload, (reply.content,))

    async def _open(self, payload: Payload, workspace: Workspace, form: Block) -> None:
        try:
            await open_form(self.slack, workspace, payload, form)
        except SlackRefused as refused:
            if refused.reason != "expired_trigger_id":
                raise
            await self.tell(payload, Reply(notices.too_late()))

    async def tell(self, payload: Payload, reply: Reply) -> None:
        """Say it to the person who clicked: through the response URL when it is Slack's, else in the channel."""
        url = str(payload.get("response_url") or "")
        if self.slack.may_respond(url):
            await self.slack.respond(url, reply.content, public=reply.public, replace=reply.replace)
            return
        person, workspace = self._asking(payload)
        channel = payload.get("channel")
        place = channel.get("id") if isinstance(channel, dict) else ""
        if place:
            await self.slack.whisper(workspace, str(place), person.user_id, reply.content)

    async def _do(self, payload: Payload, key: str, person: Person, workspace: Workspace) -> Reply | None:
        clicked = payload["actions"][0]
        action = ACTIONS[clicked["action_id"]]
        if action.changes and (reason := refusal(person, workspace)):
            return Reply(notices.not_allowed(reason))
        if action.changes and not self.seen.is_first(key):
            return None
        bounds = Bounds(self.patience * _TO_DO, action.changes, action.look_at, person.user_id)
        return await answer(action.run(self._click(payload, key, person, workspace)), bounds)

    def _click(self, payload: Payload, key: str, person: Person, workspace: Workspace) -> Click:
        container = payload.get("container") or {}
        return Click(
            service=self.service,
            person=person,
            value=_value(payload["actions"][0]),
            message_ts=str(container.get("message_ts") or ""),
            now=self.service.clock(),
            commands=self.commands,
            zone=workspace.zone,
            key=key,
            private=bool(container.get("is_ephemeral")),
            response_url=str(payload.get("response_url") or ""),
            operator=person.user_id in workspace.operators,
        )

    def _asking(self, payload: Payload) -> tuple[Person, Workspace]:
        person, workspace = person_of(payload), self.workspace_of(payload)
        if person is None or workspace is None:
            raise LookupError("nobody asks, or from a place where the app is not installed")
        return person, workspace


def _value(clicked: Payload) -> str:
    """What the button carries, or the option that was chosen in a menu."""
    chosen = clicked.get("selected_option")
    return str(clicked.get("value") or (chosen.get("value") if isinstance(chosen, dict) else "") or "")
