"""The bot as one object: what answers Slack, what posts to it, and what runs beside the web server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from starlette.routing import Route

from bot.bolt import bolt_app
from bot.commands import all_commands
from bot.desk import Desk
from bot.digest import Digests
from bot.errors import SlackFailure, SlackRefused
from bot.guard import Guard
from bot.home import Homes
from bot.mentions import Mentions
from bot.notify import Notifier
from bot.people import Workspace, Workspaces
from bot.places import Places
from bot.seen import Seen
from bot.slack import SLACK_API, Posted, Slack
from bot.socket import run_socket
from bot.talks import Talks
from core.digest import DigestFacts
from core.service import Service

PATH = "/slack/events"
# Slack has its answer within 2.5 s; what is left is for the way there and back.
PATIENCE = 2.2
_log = logging.getLogger(__name__)
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Bot:
    """`route` answers Slack over HTTP and `notifier` posts alerts; `open` before use, `run` beside the server."""

    app: AsyncApp
    route: Route
    notifier: Notifier
    slack: Slack
    workspaces: Workspaces
    places: Places
    digests: Digests
    homes: Homes
    mentions: Mentions
    talks: Talks
    app_token: str

    def wake(self) -> None:
        """An alert has changed: tell people, and show it on the Home tabs that are open."""
        self.notifier.wake()
        self.homes.wake()

    async def open(self) -> None:
        """Make the connections that every call shares."""
        await self.slack.open()

    async def close(self) -> None:
        """Let go of them."""
        await self.talks.close()
        await self.slack.close()

    async def run(self) -> None:
        """Learn whose token it is, post alerts as they come, and keep Socket Mode connected; ends when cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for workspace in self.workspaces:
                tasks.create_task(self._learn(workspace))
            tasks.create_task(self.notifier.run_forever())
            tasks.create_task(self.homes.run_forever())
            tasks.create_task(self.mentions.run_forever())
            if self.app_token:
                tasks.create_task(run_socket(self.app, self.app_token, self.slack))

    async def post_digest(self, facts: DigestFacts, due: float) -> tuple[Posted, ...]:
        """Post the digest due at `due` (epoch s) wherever it was not posted before; SlackFailure when it could not be.

        Nowhere where no token or no channel is set.
        """
        return await self.digests.post(facts, due)

    async def _learn(self, workspace: Workspace) -> None:
        wait = 1.0
        while workspace.token:
            try:
                found = await self.slack.whoami(workspace)
            except SlackRefused as error:
                _log.error("Slack does not accept SLACK_BOT_TOKEN: %s", error)
                wait = _LONGEST_WAIT
            except SlackFailure as error:
                _log.warning("Slack does not answer yet: %s", error)
            else:
                names = (str(found.get(name) or "") for name in ("team_id", "bot_id", "user_id"))
                self.workspaces.learn(workspace, *names)
                return
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def create_bot(
    service: Service,
    installed: Workspace | Workspaces,
    *,
    signing_secret: str,
    fresh_id: Callable[[], str],
    app_token: str = "",
    api_url: str = SLACK_API,
    patience: float = PATIENCE,
) -> Bot:
    """The bot over the service. `fresh_id` names errors, `patience` is how long a person waits for the store (seconds).

    Slack is asked nothing here. Whoever changes alerts should call `wake`.
    """
    slack = Slack(api_url)
    workspaces = Workspaces(installed) if isinstance(installed, Workspace) else installed
    commands = all_commands()
    homes = Homes(service, slack, workspaces, service.clock, patience)
    mentions = Mentions(service, slack, workspaces, commands, patience, fresh_id)
    talks = Talks(slack)
    desk = Desk(service, slack, workspaces, commands, Seen(service.clock), patience, homes, mentions, talks)
    app = bolt_app(desk, fresh_id)
    guard = Guard(app, signing_secret, service.clock)
    places = Places(service.store)
    notifier = Notifier(service.store, slack, workspaces, places, service.clock)
    digests = Digests(service.store, slack, workspaces, places)
    route = Route(PATH, guard.answer, methods=["POST"])
    return Bot(app, route, notifier, slack, workspaces, places, digests, homes, mentions, talks, app_token)
