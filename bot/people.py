"""Who asks and from which workspace, and whether they may change anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.envelope import Payload


@dataclass(frozen=True, slots=True)
class Workspace:
    """One installation: its token, where it posts, and who may change stock (empty: every member).

    `team_id`, `app_id` and the bot's ids are empty until they are known.
    """

    token: str = field(default="", repr=False)
    alerts_channel: str = ""
    digest_channel: str = ""
    operators: frozenset[str] = frozenset()
    team_id: str = ""
    app_id: str = ""
    bot_id: str = ""
    bot_user_id: str = ""


class Workspaces:
    """The one way from a team to its installation: tokens, channels and operators come from here and nowhere else.

    The digest goes to each of them; an alert has one message, and that is in the first.
    """

    def __init__(self, first: Workspace, *others: Workspace) -> None:
        self._installed = [first, *others]

    def __iter__(self) -> Iterator[Workspace]:
        """Every installation as it is known now, the first one first."""
        return iter(tuple(self._installed))

    @property
    def home(self) -> Workspace:
        """The installation that alerts go to."""
        return self._installed[0]

    def of(self, team_id: str, app_id: str = "") -> Workspace | None:
        """The installation of the team, or None where the app is not installed.

        A request that names no team, or comes before the team of the only installation is known, is that one's.
        """
        alone = len(self._installed) == 1
        for known in self._installed:
            theirs = team_id == known.team_id if team_id and known.team_id else alone
            if theirs and app_id in ("", known.app_id or app_id):
                return known
        return None

    def learn(self, known: Workspace, team_id: str, bot_id: str, bot_user_id: str) -> Workspace:
        """Keep what Slack says about whose token it is; the installation with it."""
        learned = replace(known, team_id=team_id, bot_id=bot_id, bot_user_id=bot_user_id)
        self._installed = [learned if each == known else each for each in self._installed]
        return learned


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Slack; `team_id` is the person's own, `host_id` that of the workspace where the app is asked."""

    user_id: str
    team_id: str
    host_id: str


def person_of(payload: Payload) -> Person | None:
    """Who asks; None when the request does not say."""
    user = payload.get("user")
    host = team_of(payload)
    if isinstance(user, dict):
        found = Person(str(user.get("id") or ""), str(user.get("team_id") or host), host)
    else:
        found = Person(str(payload.get("user_id") or ""), host, host)
    return found if found.user_id else None


def team_of(payload: Payload) -> str:
    """The workspace that the request is about, or ""."""
    view, team = payload.get("view"), payload.get("team")
    installed = view.get("app_installed_team_id") if isinstance(view, dict) else None
    named = team.get("id") if isinstance(team, dict) else team
    for found in (installed, named, payload.get("team_id")):
        if isinstance(found, str) and found:
            return found
    user = payload.get("user")
    own = user.get("team_id") if isinstance(user, dict) else ""
    return own if isinstance(own, str) else ""


def refusal(person: Person, workspace: Workspace) -> str:
    """Why the person may not change anything, in plain words, or "" when they may."""
    if not person.team_id or person.team_id != (workspace.team_id or person.host_id):
        return "only members of this workspace can"
    if workspace.operators and person.user_id not in workspace.operators:
        return "only the operators of this workspace can"
    return ""
