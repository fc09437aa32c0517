"""Bounds on what comes in: how much, how many, how long."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from core.errors import BadPayload, Unavailable
from webhooks.gate import Gate, in_time
from webhooks.requests import MAX_BODY, MOST_READ, is_local, read_body, read_headers


def sending(*messages: Message) -> Receive:
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    return receive


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_is_put_together() -> None:
    receive = sending(part(b"a", more=True), {"type": "http.request", "more_body": True}, part(b"b", more=False))
    assert await read_body({}, receive) == b"ab"


async def test_a_body_that_breaks_off_is_none() -> None:
    with pytest.raises(BadPayload):
        await read_body({}, sending(part(b"{}", more=True), {"type": "http.disconnect"}))


async def test_a_body_too_large_is_read_to_its_end_so_that_its_sender_hears_the_answer() -> None:
    left = [part(b" " * (MAX_BODY // 2 + 1), more=more) for more in (True, True, False)]

    async def receive() -> Message:
        return left.pop(0)

    with pytest.raises(HTTPException) as refused:
        await read_body({"content-length": str(MAX_BODY + 1)}, receive)
    assert (refused.value.status_code, left) == (413, [])


async def test_a_body_without_an_end_is_not_read_further_than_its_bound() -> None:
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += MAX_BODY
        return part(b" " * MAX_BODY, more=True)

    with pytest.raises(HTTPException) as refused:
        await read_body({"content-length": "5"}, receive)
    assert (refused.value.status_code, read) == (413, MOST_READ + MAX_BODY)


async def test_a_body_declared_far_too_long_is_not_read_at_all() -> None:
    with pytest.raises(HTTPException):
        await read_body({"content-length": str(MOST_READ + 1)}, sending())


def test_of_a_repeated_header_the_first_counts() -> None:
    assert read_headers({"headers": [(b"a", b"1"), (b"b", b"\xff"), (b"a", b"2")]}) == {"a": "1", "b": "\xff"}


@pytest.mark.parametrize(
    ("client", "local"),
    [
        (("127.0.0.1", 1), True),
        (("127.9.9.9", 1), True),
        (("::1", 1), True),
        (("::ffff:127.0.0.1", 1), True),
        (("10.0.0.1", 1), False),
        (("192.0.2.1", 1), False),
        (("localhost", 1), False),
        (None, False),
    ],
)
def test_this_machine_is_a_loopback_address(client: tuple[str, int] | None, local: bool) -> None:
    assert is_local({"client": client}, {}) is local
    assert is_local({"client": client}, {"x-forwarded-for": "127.0.0.1"}) is False


def test_a_gate_lets_in_as_many_as_it_has_places() -> None:
    gate = Gate(2, lambda: 0.0)
    with gate, gate:
        for _ in range(10):
            with pytest.raises(Unavailable) as refused, gate:
                pass
            assert 1 <= refused.value.retry_after <= 5
    with gate:
        assert gate.inside == 1
    assert gate.inside == 0


def test_a_gate_behind_which_it_goes_slowly_lets_in_few() -> None:
    now = 0.0
    gate = Gate(10, lambda: now, few=3)
    with ExitStack() as inside:
        for _ in range(5):
            inside.enter_context(gate)
        now = 0.6
        with pytest.raises(Unavailable), gate:
            pass
        assert gate.inside == 5
    with gate, gate:
        now = 9.0
        with gate:
            assert gate.inside == 3


def test_one_that_hangs_is_not_held_against_all() -> None:
    now = 0.0
    gate = Gate(10, lambda: now, few=2)
    with gate:
        for _ in range(50):
            now += 0.3
            with gate, gate:
                assert gate.inside == 3


def test_those_who_are_sent_away_come_back_apart() -> None:
    gate = Gate(0, lambda: 0.0)
    waits = set()
    for _ in range(5):
        with pytest.raises(Unavailable) as refused, gate:
            pass
        waits.add(refused.value.retry_after)
    assert waits == {1, 2, 3, 4, 5}


async def test_nobody_waits_for_ever() -> None:
    with pytest.raises(Unavailable):
        await in_time(asyncio.Event().wait(), 0)
    assert await in_time(asyncio.sleep(0, "done"), 1) == "done"
