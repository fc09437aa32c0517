"""Bad inputs at the door: each row is answered as it should be, and none changes anything."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from bot.guard import Guard
from playground.slack.client import EVENTS_PATH
from playground.slack.seed import SIGNING_SECRET
from tests.bot.bad_inputs import COMMAND, ROWS, TEAM, USER, Row, click, command, form, payload, without
from tests.bot.room import HOME, Room, a_room, text_of

SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": EVENTS_PATH, "headers": []}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with a_room(tmp_path_factory.mktemp("guard")) as room:
        yield room


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_bad_input_is_answered_as_it_should_be(shared: Room, row: Row) -> None:
    signed = shared.signed(row.body, at=shared.clock() + row.seconds, kind=row.kind)
    headers = (signed if row.signed else {"content-type": signed["content-type"]}) | row.headers

    answer = await shared.http.post(
        EVENTS_PATH, content=row.body, headers={name.encode(): value.encode() for name, value in headers.items()}
    )

    assert answer.status_code in row.status
    assert row.says in answer.text
    if answer.status_code != 200:
        assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_not_allowed(room: Room, method: str) -> None:
    answer = await room.http.request(method, EVENTS_PATH)

    assert answer.status_code == 405


async def test_without_a_secret_nothing_is_open(tmp_path: Path) -> None:
    async with a_room(tmp_path, secret="") as room:
        answer = await room.post(command(), room.signed(command()))

        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "not_configured"


async def test_a_body_without_a_length_is_cut_off(room: Room) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 100_000
            yield b"x" * 100_000

    answer = await room.http.post(EVENTS_PATH, content=endless(), headers=room.signed(b""))

    assert answer.status_code == 413


async def test_a_body_too_large_is_read_to_its_end_so_that_its_sender_hears_the_answer(room: Room) -> None:
    sent = 0

    async def five_megabytes() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 100_000
            yield b"x" * 100_000

    answer = await room.http.post(EVENTS_PATH, content=five_megabytes(), headers=room.signed(b""))

    assert (answer.status_code, sent) == (413, 5_000_000)


async def test_a_body_that_trickles_in_for_too_long_is_given_up(room: Room) -> None:
    guard = Guard(room.bot.app, SIGNING_SECRET, room.clock, patience=0.02)

    async def trickle() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("it is given up before")

    answer = await guard.answer(Request(SCOPE, trickle))

    assert answer.status_code == 408


async def test_a_body_that_ends_early_is_a_bad_request(room: Room) -> None:
    async def hang_up() -> Message:
        return {"type": "http.disconnect"}

    answer = await Guard(room.bot.app, SIGNING_SECRET, room.clock).answer(Request(SCOPE, hang_up))

    assert answer.status_code == 400


async def test_neither_bodies_nor_signatures_are_logged(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for body in (command(text="secret-word"), click(callback="secret-word"), command(command="/secret-word")):
            signed = room.signed(body)
            await room.post(body, signed)
            await room.post(body, {**signed, "x-slack-signature": "v0=secret-word"})

    assert "secret-word" not in caplog.text.replace("/secret-word", "")
    assert SIGNING_SECRET not in caplog.text
    assert "v0=" not in caplog.text


async def test_a_form_that_is_gone_says_so_at_its_first_input(room: Room) -> None:
    view = {"type": "modal", "blocks": [{"type": "divider"}, {"type": "input", "block_id": "count"}]}
    body = payload({"type": "view_submission", "team": TEAM, "user": USER, "view": view})

    answer = await room.post(body, room.signed(body))

    assert answer.json() == {"response_action": "errors", "errors": {"count": "This form is no longer in use."}}


async def test_a_request_of_another_app_gets_no_data(tmp_path: Path) -> None:
    async with a_room(tmp_path, replace(HOME, app_id="A0000SYNC")) as room:
        body = command(api_app_id="A0000OTHER")

        assert "not installed here" in (await room.post(body, room.signed(body))).text
        assert "not installed" not in text_of(await room.say("ABC-1"))


async def test_a_request_without_a_team_may_look_but_not_change(room: Room) -> None:
    look, change = (form(**{**without(COMMAND, "team_id"), "text": text}) for text in ("ABC-1", "set ABC-1 5"))

    assert "Nobody has set" in (await room.post(look, room.signed(look))).text
    assert "can look but not change" in (await room.post(change, room.signed(change))).text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["type", "team", "user", "event", "actions", "view", "channel", "container", "command", "authorizations"]
TYPES = ["block_actions", "view_submission", "view_closed", "event_callback", "shortcut", "message_action", "nonsense"]
PAYLOADS = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | JSON}, optional={name: JSON for name in NAMES if name != "type"}
)


@pytest.mark.asyncio(loop_scope="module")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=PAYLOADS)
async def test_whatever_is_signed_never_breaks_the_bot(shared: Room, value: dict[str, Any]) -> None:
    for body, kind in ((json.dumps(value).encode(), "json"), (payload(value), "form")):
        answer = await shared.post(body, shared.signed(body, kind=kind))

        assert answer.status_code in (200, 400)
