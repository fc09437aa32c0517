"""Two installations: each team is served by its own token, channels and operators, and sees nothing of the other."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.app import Bot, create_bot
from bot.errors import SlackFailure
from bot.people import Workspace as Installation
from bot.people import Workspaces
from core.changes import Notice
from core.house import House
from playground.slack.api import slack_app
from playground.slack.client import SlackClient
from playground.slack.clock import HandClock
from playground.slack.records import Bot as SlackBot
from playground.slack.records import Team
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve
from playground.slack.workspace import Workspace
from tests.bot.room import a_house, a_store, house_ids
from tests.bot.test_digest import DUE, PACE, facts

SECOND_TOKEN = "xoxb-second"
FIRST = Installation(BOT_TOKEN, "#alerts", "#digest", team_id="T0000STOCK", bot_user_id="U0000SYNC")
SECOND = Installation(
    SECOND_TOKEN, "#alarm", "#digest", frozenset({"U-BOSS"}), team_id="T2", bot_user_id="U2SYNC", app_id="A2"
)


class Exchange:
    """Slack's one address for both teams: whose workspace it is, the token says."""

    def __init__(self, first: Workspace, second: Workspace) -> None:
        self._first, self._second = slack_app(first), slack_app(second)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await Request(scope, receive).body()
        asked = body + scope["query_string"] + scope["path"].encode() + repr(scope["headers"]).encode()
        app = self._second if SECOND_TOKEN.encode() in asked else self._first
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> dict[str, object]:
            return next(messages, None) or dict(await receive())

        await app({**scope, "path": scope["path"].removeprefix(f"/{SECOND_TOKEN}")}, again, send)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two teams, somebody in each, and the one app that both have installed."""

    house: House
    bot: Bot
    first: Workspace
    second: Workspace
    one: SlackClient
    other: SlackClient


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    clock = HandClock()
    first, second = sample_workspace(clock), second_workspace(clock)
    house = a_house(a_store(tmp_path, clock), clock)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(Exchange(first, second)))
        first.base_url, second.base_url = url, f"{url}/{SECOND_TOKEN}"
        installed = Workspaces(FIRST, SECOND)
        bot = create_bot(
            house.service, installed, signing_secret=SIGNING_SECRET, fresh_id=house_ids("E"), api_url=f"{url}/api/"
        )
        house.on_alert(bot.wake)
        await house.open()
        await stack.enter_async_context(_open(bot))
        transport = httpx2.ASGITransport(Starlette(routes=[bot.route]))
        http = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://app"))
        people = [SlackClient(each, http, SIGNING_SECRET) for each in (first, second)]
        yield Pair(house, bot, first, second, *people)
    await house.close()


def second_workspace(clock: HandClock) -> Workspace:
    workspace = Workspace(clock, team=Team("T2", "Other", "other"), bot=SlackBot("A2", "B2", "U2SYNC"))
    workspace.add_user("boss", user_id="U-BOSS")
    workspace.add_user("clerk")
    for name in ("alarm", "digest", "stock"):
        workspace.add_channel(name)
    workspace.grant(SECOND_TOKEN, frozenset({"chat:write", "channels:history", "files:write"}))
    return workspace


@asynccontextmanager
async def _open(bot: Bot) -> AsyncIterator[None]:
    await bot.open()
    yield
    await bot.close()


def errors(workspace: Workspace) -> set[str]:
    return {str(call.error) for call in workspace.calls}


async def test_each_team_is_answered_in_its_own_workspace(pair: Pair) -> None:
    await pair.one.mention("operator", "#stock", "TEE-1")
    await pair.other.mention("clerk", "#stock", "TEE-2")
    await pair.one.open_home("operator")
    await pair.other.open_home("clerk")

    for workspace, user, sku in ((pair.first, "operator", "TEE-1"), (pair.second, "clerk", "TEE-2")):
        (reply,) = workspace.thread(workspace.messages("#stock")[-1])
        assert sku in reply.text
        assert workspace.home(user) is not None
        assert errors(workspace) == {""}


async def test_operators_are_those_of_the_team(pair: Pair) -> None:
    assert "set" in (await pair.one.command("operator", "#stock", "set TEE-1 5")).answer

    refused = await pair.other.command("clerk", "#stock", "set TEE-1 6")
    allowed = await pair.other.command("boss", "#stock", "set TEE-1 7")

    assert "only the operators" in refused.answer
    assert allowed.json()["response_type"] == "in_channel"
    assert (await pair.house.store.glance("TEE-1")).stock.physical == 7


async def test_alerts_go_to_the_first_and_the_digest_to_both(pair: Pair) -> None:
    await pair.house.follow_up.report(Notice("n1", "stock_low", "TEE-1", "It runs low."))
    await pair.bot.notifier.run_once(pair.first.clock())

    posted = await pair.bot.post_digest(facts(PACE), DUE)
    again = await pair.bot.post_digest(facts(PACE), DUE)

    assert len(pair.first.messages("#alerts")) == 1
    assert not pair.second.messages("#alarm")
    assert posted == again
    for workspace in (pair.first, pair.second):
        assert len(workspace.messages("#digest")) == 1
        assert len(workspace.files.all) == 1


async def test_one_team_whose_slack_refuses_does_not_keep_the_digest_from_the_other(pair: Pair) -> None:
    pair.first.faults.refuse("channel_not_found", method="chat.postMessage")

    with pytest.raises(SlackFailure):
        await pair.bot.post_digest(facts(), DUE)
    assert len(pair.second.messages("#digest")) == 1
    await pair.bot.post_digest(facts(), DUE)

    assert [len(each.messages("#digest")) for each in (pair.first, pair.second)] == [1, 1]


async def test_a_home_that_is_open_in_each_team_is_refreshed_in_each(pair: Pair) -> None:
    await pair.one.open_home("operator")
    await pair.other.open_home("clerk")
    now = pair.first.clock() + 10
    await pair.house.follow_up.report(Notice("n1", "stock_low", "TEE-1", "It runs low."))

    await pair.bot.homes.run_once(now)
    await pair.bot.homes.run_once(now + 2)

    for workspace, user in ((pair.first, "operator"), (pair.second, "clerk")):
        view = workspace.home(user)
        assert view is not None
        assert "TEE-1" in str(view.blocks)
