"""The Home tab of whoever opens it, kept true for as long as they may be looking at it, and never in a storm."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.errors import SlackFailure, SlackLimited, SlackRefused
from bot.people import Workspace, Workspaces
from bot.slack import Slack
from bot.views.home import HomeFacts, home, home_away
from core.alerts import gravest_first
from core.errors import Unavailable
from core.service import Service

_log = logging.getLogger(__name__)
Viewer: TypeAlias = tuple[str, str]

_MOST_ALERTS = 500
_LOOKS_FOR = 1_800.0
_MOST = 200
_SAME_PERSON = 5.0
_AT_ONCE = 2.0
_BETWEEN = 1.0
_AGES = 300.0
_IDLE = 15.0
_BREATH = 0.3
_READ = 0.6


@dataclass(slots=True)
class _Look:
    """One person's Home tab: when they last came, when it was last published (epoch s), and what it then showed."""

    came: float
    published: float = float("-inf")
    shows: object = None


class Homes:
    """Publishes Home tabs; `clock` gives epoch seconds, `patience` bounds what a person waits for (seconds).

    One who comes or clicks sees it at once, though no more often than every 2 s. What changes is then published for
    half an hour to the 200 who came last: at most every 5 s to the same person, and one a second in all.
    """

    def __init__(
        self, service: Service, slack: Slack, workspaces: Workspaces, clock: Callable[[], float], patience: float
    ) -> None:
        self._service = service
        self._slack = slack
        self._workspaces = workspaces
        self._clock = clock
        self._patience = patience
        self._looks: dict[Viewer, _Look] = {}
        self._woken = asyncio.Event()
        self._quiet_until = 0.0

    def wake(self) -> None:
        """Something that Home tabs show may have changed."""
        self._woken.set()

    async def show(self, workspace: Workspace, user_id: str) -> None:
        """Show it to who has just come or clicked: as it is, or that the store does not answer; SlackFailure."""
        now = self._clock()
        look = self._looks.pop((workspace.team_id, user_id), None) or _Look(now)
        self._looks[workspace.team_id, user_id] = look  # the last to come is the last to be forgotten
        look.came = now
        if now - look.published < _AT_ONCE:
            look.shows = None
            self.wake()
            return
        await self._publish(workspace, user_id, look, await self._facts(self._patience * _READ), now)

    async def run_forever(self) -> None:
        """Keep what is open true; ends only when cancelled."""
        while True:
            self._woken.clear()
            again = await self._round()
            seconds = _IDLE if again is None else max(0.0, min(_IDLE, again - self._clock()))
            await asyncio.sleep(_BREATH)  # many changes at once are shown together
            try:
                async with asyncio.timeout(seconds if again is not None else _IDLE):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def run_once(self, now: float) -> float | None:
        """Publish to the one who has waited longest for what has changed; when to come again (epoch s), or None."""
        self._forget(now)
        if not self._looks:
            return None
        if now < self._quiet_until:
            return self._quiet_until
        facts = await self._facts(self._patience)
        stale = [(viewer, look) for viewer, look in self._looks.items() if look.shows != _shown(facts, now)]
        if not stale:
            return None
        viewer, look = min(stale, key=lambda each: each[1].published)
        if now - look.published < _SAME_PERSON:
            return look.published + _SAME_PERSON
        workspace = self._workspaces.of(viewer[0])
        if workspace is None:
            del self._looks[viewer]
            return now
        self._quiet_until = now + _BETWEEN
        await self._tell(workspace, viewer, look, facts, now)
        return self._quiet_until if len(stale) > 1 else None

    async def _round(self) -> float | None:
        try:
            return await self.run_once(self._clock())
        except Exception:  # noqa: BLE001 -- the outermost edge of this task: it must outlive whatever goes wrong
            _log.exception("Home tabs could not be refreshed")
            return None

    async def _tell(
        self, workspace: Workspace, viewer: Viewer, look: _Look, facts: HomeFacts | None, now: float
    ) -> None:
        try:
            await self._publish(workspace, viewer[1], look, facts, now)
        except SlackRefused as refused:
            _log.warning("a Home tab is no longer refreshed: %s", refused)
            self._looks.pop(viewer, None)
        except SlackFailure as error:
            _log.warning("Home tabs wait for Slack: %s", error)
            self._quiet_until = now + (error.retry_after if isinstance(error, SlackLimited) else _IDLE)

    async def _publish(
        self, workspace: Workspace, user_id: str, look: _Look, facts: HomeFacts | None, now: float
    ) -> None:
        look.published, look.shows = now, None
        view = home_away(now) if facts is None else home(facts, now)
        await self._slack.publish_home(workspace, user_id, view)
        look.shows = _shown(facts, now)

    async def _facts(self, seconds: float) -> HomeFacts | None:
        """None when the store does not answer in time."""
        try:
            async with asyncio.timeout(seconds):
                alerts = await self._service.alerts(limit=_MOST_ALERTS)
                movers = await self._service.movers()
                return HomeFacts(gravest_first(alerts.items), await self._service.channels(), movers)
        except (TimeoutError, Unavailable) as error:
            _log.warning("Home tabs wait for the store: %r", error)
            return None

    def _forget(self, now: float) -> None:
        recent = {viewer: look for viewer, look in self._looks.items() if now - look.came < _LOOKS_FOR}
        self._looks = dict(list(recent.items())[-_MOST:])


def _shown(facts: HomeFacts | None, now: float) -> object:
    """What decides whether it must be published anew; ages are, now and then."""
    return None if facts is None else (facts.essence, int(now // _AGES))
