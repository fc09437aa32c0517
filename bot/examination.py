"""Whether all is well between us and Slack: token, scopes, signature, and the channels that are posted in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import SlackFailure, SlackRefused
from bot.people import Workspace
from bot.slack import Grant, Slack
from core.ports import Finding
from core.skew import judge

# Each scope of manifest.yml, and what does not work without it.
SCOPES = {
    "app_mentions:read": "answer whoever names the app",
    "channels:history": "find a message again whose posting went unanswered",
    "channels:join": "join its public channels by itself",
    "chat:write": "post alerts and digests",
    "commands": "serve /stock, /alerts and /channels",
    "files:write": "show the digest's chart",
    "groups:history": "find a message again in a private channel",
}
_TOKEN, _SCOPES, _SIGNATURE, _SOCKET = "Slack's token", "Slack's scopes", "Slack's signature", "Slack's Socket Mode"
_REACH = "check SLACK_API_URL and this machine's way to it"
_REINSTALL = "update the app from manifest.yml, install it again (Install App), and set SLACK_BOT_TOKEN if it changed"
_COPY = "copy the Bot User OAuth Token (xoxb-...) of the app's page OAuth & Permissions into SLACK_BOT_TOKEN"
_COPY_APP = "make an app-level token with connections:write (Basic Information) and set SLACK_APP_TOKEN to it"
_ID = "set it to the channel's id (C..., at the bottom of the channel's details in Slack)"
_INVITE = ", and write /invite @syncstate there"
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
_WORDS = {
    "invalid_auth": "Slack does not know it",
    "not_authed": "it is empty",
    "token_revoked": "it was revoked",
    "token_expired": "it has expired",
    "account_inactive": "its app or workspace was removed",
    "not_allowed_token_type": "it is a token of another kind",
}


@dataclass(frozen=True, slots=True)
class SlackExamination:
    """Looks at one installation; `places` are its channels by the variable that names each ("": not set)."""

    slack: Slack
    workspace: Workspace
    places: Mapping[str, str]
    signed: bool
    app_token: str
    clock: Callable[[], float]

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """One finding for each check; with a token that is no good nothing more is asked. Never raises."""
        try:
            grant = await self.slack.grant(self.workspace)
        except SlackRefused as error:
            return [Finding(_TOKEN, _said(error), _COPY)]
        except SlackFailure as error:
            return [Finding(_TOKEN, f"Slack cannot be reached ({error.reason})", _REACH)]
        clocks = judge("Slack", grant.date, self.clock())
        return [
            _owner(grant),
            _scopes(grant),
            await self._way_in(),
            *([clocks] if clocks else []),
            *await self._channels(mend=mend),
        ]

    async def _way_in(self) -> Finding:
        """How Slack's requests come in: signed over HTTP, or over a connection of ours."""
        if not self.app_token:
            advice = "set SLACK_SIGNING_SECRET to the Signing Secret of the app's page Basic Information"
            return Finding(_SIGNATURE) if self.signed else Finding(_SIGNATURE, "there is no signing secret", advice)
        try:
            await self.slack.try_socket(self.app_token)
        except SlackFailure as error:
            return Finding(_SOCKET, f"SLACK_APP_TOKEN: {_said(error)}", _COPY_APP)
        return Finding(_SOCKET)

    async def _channels(self, *, mend: bool) -> Sequence[Finding]:
        if not any(self.places.values()):
            first = next(iter(self.places))
            return [Finding("Slack's channels", "none is set, so nobody hears of an alert", f"set {first}")]
        return [await self._channel(name, channel, mend=mend) for name, channel in self.places.items() if channel]

    async def _channel(self, variable: str, channel: str, *, mend: bool) -> Finding:
        check = f"{variable} {channel}"
        if not _CHANNEL_ID.fullmatch(channel):
            return Finding(check, "it is a name, by which Slack lets nobody look, nor find a message again", _ID)
        try:
            await self.slack.history(self.workspace, channel, self.clock())
        except SlackRefused as error:
            return await self._absent(check, channel, error.reason, mend=mend)
        except SlackFailure as error:
            return Finding(check, f"Slack did not answer ({error.reason})", "run syncstate doctor again")
        return Finding(check)

    async def _absent(self, check: str, channel: str, reason: str, *, mend: bool) -> Finding:
        if reason == "channel_not_found":
            return Finding(check, "there is no such channel, or it is private and the app is not in it", _ID + _INVITE)
        if reason != "not_in_channel":
            return Finding(check, f"Slack refuses it ({reason})", _REINSTALL)
        problem = "the app is not in it"
        if not mend:
            return Finding(check, problem, "write /invite @syncstate there, or run syncstate doctor --fix")
        try:
            await self.slack.join(self.workspace, channel)
        except SlackFailure as error:
            return Finding(check, f"{problem}, and cannot join it ({error.reason})", "write /invite @syncstate there")
        return Finding(check, problem, mended=True)


def _owner(grant: Grant) -> Finding:
    if not grant.bot_id:
        return Finding(_TOKEN, f"it is the token of a person ({grant.name}), not of the app", _COPY)
    return Finding(f"{_TOKEN} ({grant.name} in {grant.team})")


def _scopes(grant: Grant) -> Finding:
    lacking = [scope for scope in SCOPES if scope not in grant.scopes]
    if not lacking:
        return Finding(_SCOPES)
    means = ", ".join(f"{scope} (to {SCOPES[scope]})" for scope in lacking)
    return Finding(_SCOPES, f"the token lacks {means}", _REINSTALL)


def _said(error: SlackFailure) -> str:
    return f"{_WORDS[error.reason]} ({error.reason})" if error.reason in _WORDS else error.reason
