"""What the tests of Slack's stand-in share: blocks, an SDK client, and an app that answers as a test says."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

import httpx2
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from playground.slack.client import EVENTS_PATH, SlackClient
from playground.slack.clock import HandClock
from playground.slack.records import Content, Json, JsonObject, Message
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve_slack
from playground.slack.workspace import Workspace


def plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JsonObject:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Json) -> JsonObject:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Go", **more: Json) -> JsonObject:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: JsonObject, **more: Json) -> JsonObject:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str = "1", text: str = "") -> JsonObject:
    return {"text": plain(text or value), "value": value}


def modal(title: str = "Adjust stock", **more: Json) -> JsonObject:
    return {"type": "modal", "title": plain(title), "blocks": [{"type": "divider"}], **more}


def home(*blocks: JsonObject) -> JsonObject:
    return {"type": "home", "blocks": list(blocks)}


def number_input(name: str = "count") -> JsonObject:
    element = {"type": "number_input", "action_id": name, "is_decimal_allowed": False}
    return {"type": "input", "block_id": name, "label": plain("Count"), "element": element}


SOLD: JsonObject = {
    "name": "Sold",
    "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2}],
}


def line_chart(**more: Json) -> JsonObject:
    chart = {"type": "line", "series": [SOLD], "axis_config": {"categories": ["Mon", "Tue"]}}
    return {"type": "data_visualization", "title": "Sold", "chart": {**chart, **more}}


def posted(workspace: Workspace, *blocks: JsonObject, visible_to: str = "") -> Message:
    """A message of the bot's in #alerts, to everybody or to one person."""
    return workspace.posts.post(
        workspace.channel("alerts").id,
        workspace.bot.user_id,
        Content("before", list(blocks)),
        bot=workspace.bot,
        visible_to=workspace.user(visible_to).id if visible_to else "",
    )


@asynccontextmanager
async def connected(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    """The real SDK's client, over a real socket."""
    async with serve_slack(workspace) as url:
        yield AsyncWebClient(BOT_TOKEN, base_url=url)


class StoppedClock(Clock):
    """The SDK's clock, kept to a hand-moved one."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock()


class App:
    """An app that verifies what it gets, waits for `before`, and gives its answers one by one, then empty ones."""

    def __init__(self, clock: HandClock) -> None:
        self.verifier = SignatureVerifier(SIGNING_SECRET, StoppedClock(clock))
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[Response] = []
        self.before: Callable[[], Awaitable[object]] | None = None

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        if not self.verifier.is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("", 401)
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        if self.before:
            await self.before()
        return self.answers.pop(0) if self.answers else PlainTextResponse("")

    def form(self) -> dict[str, str]:
        """The fields of the last form."""
        fields = parse_qs(self.bodies[-1].decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    def payload(self) -> Json:
        """The last interaction."""
        return json.loads(self.form()["payload"])

    def event(self) -> Json:
        """The last event, in its envelope."""
        return json.loads(self.bodies[-1])


@dataclass(frozen=True, slots=True)
class Desk:
    """A person at Slack, and the app at the other end."""

    clock: HandClock
    workspace: Workspace
    app: App
    http: httpx2.AsyncClient
    person: SlackClient


@asynccontextmanager
async def a_desk() -> AsyncIterator[Desk]:
    """A sample workspace whose people reach an `App`."""
    clock = HandClock()
    workspace, app = sample_workspace(clock, "http://slack.test"), App(clock)
    starlette = Starlette(routes=[Route(EVENTS_PATH, app.answer, methods=["POST"])])
    transport = httpx2.ASGITransport(starlette)
    async with httpx2.AsyncClient(transport=transport, base_url="http://app") as http:
        person = SlackClient(workspace, http, SIGNING_SECRET, sleep=clock.sleep)
        yield Desk(clock, workspace, app, http, person)
