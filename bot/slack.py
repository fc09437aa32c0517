"""Every call to Slack: one client, one session, one set of errors, and no host but the configured ones."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import SlackFailure, SlackLimited, SlackLost, SlackRefused, SlackUnreached
from bot.people import Workspace
from bot.views.blocks import Block, Content

SLACK_API = "https://slack.com/api/"
SCOPES: Mapping[str, tuple[str, ...]] = {
    "auth.test": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.join": ("channels:join",),
    "conversations.replies": ("channels:history", "groups:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
"""Every method that is called, with the scopes it needs."""
_HOOKS = "https://hooks.slack.com"
_FILES = "https://files.slack.com"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TIMEOUT = 5
_REDIRECT, _LIMITED, _FAULT = 300, 429, 500
_UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Whose token it is, what it may do, and what Slack's clock says (an HTTP date)."""

    team: str
    name: str
    bot_id: str
    scopes: frozenset[str]
    date: str


class Slack:
    """The Web API at `api_url`, and response URLs of the same side; raises SlackFailure."""

    def __init__(self, api_url: str = SLACK_API) -> None:
        log.setLevel(logging.INFO)  # below that the libraries write whole bodies
        self.web = AsyncWebClient(base_url=api_url, timeout=_TIMEOUT, retry_handlers=[], logger=log)
        self._origin = _HOOKS if self.web.base_url == SLACK_API else _origin(api_url)
        self._files = _FILES if self.web.base_url == SLACK_API else _origin(api_url)
        if urlsplit(api_url).hostname in _LOOPBACK:
            self.web.proxy = None

    async def open(self) -> None:
        """Make the session that every call shares."""
        self.web.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT))

    async def close(self) -> None:
        """Let go of the connections."""
        if self.web.session is not None:
            await self.web.session.close()

    async def whoami(self, workspace: Workspace) -> Mapping[str, Any]:
        """Whose token it is: `team_id`, `bot_id`, `user_id`."""
        return await self._ask("auth.test", workspace, {})

    async def grant(self, workspace: Workspace) -> Grant:
        """Whose token it is, and the scopes it has by the header that Slack answers every call with."""
        headers = {"Authorization": f"Bearer {_token('auth.test', workspace)}"}
        async with _failures("auth.test"):
            answer = await self.web.api_call("auth.test", headers=headers)
        said = answer.data if isinstance(answer.data, dict) else {}
        team, name, bot_id = (str(said.get(field) or "") for field in ("team", "user", "bot_id"))
        scopes = _header(answer.headers, "x-oauth-scopes").replace(" ", "").split(",")
        return Grant(team, name, bot_id, frozenset(scopes) - {""}, _header(answer.headers, "date"))

    async def try_socket(self, app_token: str) -> None:
        """SlackRefused unless this app-level token may open connections for Socket Mode; none is opened."""
        await self._ask("apps.connections.open", Workspace(token=app_token), {})

    async def join(self, workspace: Workspace, channel: str) -> None:
        """Become a member of a public channel; no change where the app is one."""
        await self._call("conversations.join", workspace, {"channel": channel})

    async def post(
        self,
        workspace: Workspace,
        channel: str,
        content: Content,
        metadata: Block | None = None,
        *,
        thread_ts: str = "",
        broadcast: bool = False,
    ) -> Posted:
        """Post a message in the channel, or in the thread below another one; `broadcast` shows that in both."""
        place: Block = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        thread: Block = {"thread_ts": thread_ts} if thread_ts else {}
        if thread and broadcast:
            thread |= {"reply_broadcast": True}
        answer = await self._call("chat.postMessage", workspace, place | thread | _message(content, metadata))
        return Posted(str(answer.get("channel") or channel), str(answer.get("ts") or ""))

    async def edit(self, workspace: Workspace, posted: Posted, content: Content, metadata: Block | None = None) -> None:
        """Put this content in place of the message's."""
        place = {"channel": posted.channel, "ts": posted.ts}
        await self._call("chat.update", workspace, place | _message(content, metadata))

    async def whisper(self, workspace: Workspace, channel: str, user_id: str, content: Content) -> None:
        """Show something to one person in the channel."""
        place = {"channel": channel, "user": user_id}
        await self._call("chat.postEphemeral", workspace, place | _message(content))

    async def publish_home(self, workspace: Workspace, user_id: str, view: Block) -> None:
        """Set the person's Home tab."""
        await self._call("views.publish", workspace, {"user_id": user_id, "view": view})

    async def open_modal(self, workspace: Workspace, trigger_id: str, view: Block) -> None:
        """Show a modal to whoever is behind the trigger, which works once and for three seconds."""
        await self._call("views.open", workspace, {"trigger_id": trigger_id, "view": view})

    async def push_modal(self, workspace: Workspace, trigger_id: str, view: Block) -> None:
        """Put a modal on top of the one that is open, up to three of them."""
        await self._call("views.push", workspace, {"trigger_id": trigger_id, "view": view})

    async def update_modal(self, workspace: Workspace, view_id: str, view: Block, view_hash: str = "") -> None:
        """Change an open modal; SlackRefused (hash_conflict) where it is no longer the one with that hash."""
        known = {"hash": view_hash} if view_hash else {}
        await self._call("views.update", workspace, {"view_id": view_id, "view": view} | known)

    async def history(self, workspace: Workspace, channel: str, oldest: float, cursor: str = "") -> Mapping[str, Any]:
        """A page of the channel's messages since `oldest` (epoch s) with their metadata, newest first."""
        asked = {"channel": channel, "oldest": f"{oldest:.6f}", "limit": 200, "include_all_metadata": True}
        return await self._ask("conversations.history", workspace, asked | ({"cursor": cursor} if cursor else {}))

    async def replies(self, workspace: Workspace, channel: str, thread_ts: str, oldest: float) -> Mapping[str, Any]:
        """The message of that thread and the first replies to it since `oldest` (epoch s), with their metadata."""
        asked = {"channel": channel, "ts": thread_ts, "oldest": f"{oldest:.6f}", "limit": 200}
        return await self._ask("conversations.replies", workspace, asked | {"include_all_metadata": True})

    async def upload(self, workspace: Workspace, name: str, content: bytes, alt: str) -> str:
        """The id of a file with this content, which nobody sees before `share`; `alt` says what a picture shows."""
        asked = {"filename": name, "length": len(content), "alt_txt": alt}
        given = await self._ask("files.getUploadURLExternal", workspace, asked)
        url = str(given.get("upload_url") or "")
        if not self._files or _origin(url) != self._files:
            raise SlackRefused("upload_url", "its host is not Slack's")
        kind = {"Content-Type": "application/octet-stream"}
        await self._send("upload_url", url, data=content, headers=kind)
        return str(given.get("file_id") or "")

    async def share(self, workspace: Workspace, file_id: str, title: str, below: Posted) -> None:
        """Show an uploaded file in the thread below a message."""
        files = json.dumps([{"id": file_id, "title": title}])
        place = {"channel_id": below.channel, "thread_ts": below.ts}
        await self._ask("files.completeUploadExternal", workspace, {"files": files} | place)

    def may_respond(self, url: str) -> bool:
        """Whether the response URL is on the host that Slack's own are on."""
        return bool(url) and _origin(url) == self._origin

    async def respond(self, url: str, content: Content, *, public: bool = False, replace: bool = False) -> None:
        """Answer through a response URL; SlackRefused when it is not Slack's."""
        if not self.may_respond(url):
            raise SlackRefused("response_url", "its host is not Slack's")
        kind = "in_channel" if public else "ephemeral"
        body = _message(content) | {"response_type": kind, "replace_original": replace}
        await self._send("response_url", url, json=body)

    async def _call(self, method: str, workspace: Workspace, arguments: Block) -> Mapping[str, Any]:
        body = {**arguments, "token": _token(method, workspace)}
        async with _failures(method):
            answer = await self.web.api_call(method, json=body)
        return answer.data if isinstance(answer.data, dict) else {}

    async def _send(self, what: str, url: str, **request: Any) -> None:  # noqa: ANN401 -- what aiohttp takes
        if self.web.session is None:
            raise SlackUnreached(what, "not open")
        sending = self.web.session.post(url, allow_redirects=False, proxy=self.web.proxy, **request)
        async with _failures(what), sending as answer:
            status = answer.status
        if status >= _FAULT:
            raise SlackLost(what, f"status {status}")
        if status >= _REDIRECT:
            raise SlackRefused(what, f"status {status}")

    async def _ask(self, method: str, workspace: Workspace, fields: Block) -> Mapping[str, Any]:
        """As `_call`, by a form: what only reads, and what takes no JSON."""
        headers = {"Authorization": f"Bearer {_token(method, workspace)}"}
        async with _failures(method):
            answer = await self.web.api_call(method, data=fields, headers=headers)
        return answer.data if isinstance(answer.data, dict) else {}


def _token(method: str, workspace: Workspace) -> str:
    if not workspace.token:
        raise SlackRefused(method, "not_authed")
    return workspace.token


def _message(content: Content, metadata: Block | None = None) -> Block:
    body: Block = {"text": content.text, "blocks": list(content.blocks)}
    return body | {"metadata": metadata} if metadata else body


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    safe = parts.hostname and parts.username is None and parts.scheme in ("http", "https")
    return f"{parts.scheme}://{parts.hostname}{port}" if safe else ""


@asynccontextmanager
async def _failures(method: str) -> AsyncIterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _failure(method, error) from None
    except aiohttp.ClientConnectorError:
        raise SlackUnreached(method, "no connection") from None
    except (aiohttp.ClientError, TimeoutError, AttributeError) as error:
        raise SlackLost(method, type(error).__name__) from None


def _failure(method: str, error: SlackApiError) -> SlackFailure:
    answer = error.response
    if not isinstance(answer, AsyncSlackResponse):
        return SlackLost(method, "an answer that is not JSON")
    data = answer.data if isinstance(answer.data, dict) else {}
    code = str(data.get("error") or f"status {answer.status_code}")
    if answer.status_code == _LIMITED or code in ("ratelimited", "rate_limited"):
        return SlackLimited(method, _seconds(answer.headers))
    unsure = answer.status_code >= _FAULT or not data or code in _UNSURE
    return SlackLost(method, code) if unsure else SlackRefused(method, code)


def _seconds(headers: Mapping[str, str]) -> float:
    given = _header(headers, "retry-after")
    return float(given) if given.isascii() and given.isdecimal() else 1.0


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((str(value) for name, value in headers.items() if name.lower() == wanted), "")
