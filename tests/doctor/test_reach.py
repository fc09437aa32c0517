"""The doctor asks the public address whether it is this server, and says what to do where it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.ports import Finding
from doctor.reach import look_at_address
from doctor.report import State, state_of
from parts import World
from playground.slack.server import serve
from settings import Settings
from tests.flows.instance import Instance, free_port


@dataclass
class Stranger:
    """What stands at the public address instead of the server: it answers so, and remembers what it was asked."""

    answer: Callable[[], Response]
    asked: list[Request] = field(default_factory=list)

    async def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer()


@asynccontextmanager
async def at_the_address(stranger: Stranger) -> AsyncIterator[str]:
    async with serve(Starlette(routes=[Route("/{path:path}", stranger.__call__)])) as url:
        yield url


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Instance]:
    """A real server on a data file of its own."""
    instance = Instance({"SYNCSTATE_DATA_DIR": str(tmp_path / "data")}, free_port(), tmp_path)
    await instance.start()
    yield instance
    await instance.stop()


async def look(server: Instance, url: str) -> Finding:
    env = {**server.env, "PORT": str(server.port), "SYNCSTATE_PUBLIC_URL": url}
    (finding,) = await look_at_address(Settings.from_env(env), World())
    assert finding.check == f"The public address, {url}"
    return finding


STRANGERS: Mapping[str, tuple[Callable[[], Response], str, str]] = {
    "a proxy without a server": (
        lambda: PlainTextResponse("no", 502),
        "what stands before it answers with status 502",
        "lead it to http://127.0.0.1:",
    ),
    "another program": (
        lambda: PlainTextResponse("<h1>It works</h1>"),
        "something else answers there (status 200)",
        "lead it to http://127.0.0.1:",
    ),
    "an answer without end": (
        lambda: PlainTextResponse("x" * 1_000_000, 404),
        "something else answers there (status 404)",
        "or set SYNCSTATE_PUBLIC_URL",
    ),
    "another SyncState": (
        lambda: JSONResponse({"ok": True, "proof": "0" * 64}),
        "a SyncState on other data answers there",
        "or set SYNCSTATE_PUBLIC_URL",
    ),
}


async def test_the_address_of_this_server_is_right_and_any_other_is_not(server: Instance) -> None:
    assert state_of(await look(server, f"http://127.0.0.1:{server.port}")) is State.OK
    for name, (answer, problem, advice) in STRANGERS.items():
        async with at_the_address(Stranger(answer)) as url:
            found = await look(server, url)
        assert (name, found.problem) == (name, problem)
        assert advice in found.advice
    gone = await look(server, f"http://127.0.0.1:{free_port()}")
    assert gone.problem.startswith("nobody answers there (")
    assert f"lead it to http://127.0.0.1:{server.port}" in gone.advice


async def test_a_redirect_is_named_and_never_followed(server: Instance) -> None:
    elsewhere = Stranger(lambda: PlainTextResponse("thank you"))
    async with at_the_address(elsewhere) as target:
        moving = Stranger(lambda: RedirectResponse(f"{target}/elsewhere?token=secret"))
        async with at_the_address(moving) as url:
            found = await look(server, url)

    assert found.problem == f"it redirects to {target}/elsewhere"
    assert "shops follow no redirect" in found.advice
    assert elsewhere.asked == []
    (asked,) = moving.asked
    assert {"authorization", "cookie"}.isdisjoint(asked.headers.keys())
    assert asked.query_params.keys() == {"nonce"}


async def test_without_a_running_server_it_is_not_known_and_the_advice_is_to_start_it(tmp_path: Path) -> None:
    server = Instance({"SYNCSTATE_DATA_DIR": str(tmp_path / "data")}, free_port(), tmp_path)

    found = await look(server, f"http://127.0.0.1:{server.port}")

    assert state_of(found) is State.NOTE
    assert "start the server (syncstate serve)" in found.advice
    assert not (tmp_path / "data").exists()
    await server.http.aclose()


async def test_where_no_address_is_set_nobody_is_asked() -> None:
    assert await look_at_address(Settings.from_env({}), World()) == []
