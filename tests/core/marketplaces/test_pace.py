"""The small machines behind every call: the token bucket, and the token that is kept."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from core.errors import ChannelError
from core.marketplaces.client import Http
from core.marketplaces.pace import Bucket
from core.marketplaces.tokens import Token, TokenCache
from tests.core.marketplaces.support import FakeTime


async def test_a_bucket_lets_its_burst_through_and_then_keeps_the_rate() -> None:
    time = FakeTime()
    bucket = Bucket(5.0, 5.0, time.clock, time.sleep)
    for _ in range(5):
        await bucket.take()
    assert time.slept == []
    await bucket.take()
    assert time.slept == pytest.approx([0.2], abs=0.02)


async def test_those_who_wait_together_are_let_through_one_by_one() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    bucket = Bucket(5.0, 1.0, lambda: 0.0, sleep)
    await asyncio.gather(*(bucket.take() for _ in range(4)))
    assert slept == pytest.approx([0.2, 0.4, 0.6], abs=0.02)


async def test_who_has_time_leaves_some_for_those_who_have_none() -> None:
    time = FakeTime()
    bucket = Bucket(100.0, 1000.0, time.clock, time.sleep)
    for _ in range(6):
        await bucket.take_spare(100.0, 0.4)
    assert time.slept == []
    await bucket.take_spare(100.0, 0.4)
    assert sum(time.slept) == pytest.approx(1.0, abs=0.05)
    asked = len(time.slept)
    await bucket.take(400.0)
    assert len(time.slept) == asked
    await bucket.take_spare(900.0, 0.4)
    assert sum(time.slept) < 12.0


async def test_what_the_channel_says_of_its_bucket_is_believed() -> None:
    time = FakeTime()
    bucket = Bucket(100.0, 1000.0, time.clock, time.sleep)
    bucket.correct(10.0, 50.0, 2000.0)
    await bucket.take(60.0)
    assert time.slept == pytest.approx([1.0], abs=0.02)


async def test_a_bucket_can_be_held_shut() -> None:
    time = FakeTime()
    bucket = Bucket(5.0, 5.0, time.clock, time.sleep)
    bucket.hold(3.0)
    await bucket.take()
    assert time.slept == pytest.approx([3.0], abs=0.02)


async def test_many_who_ask_for_a_token_cause_one_fetch() -> None:
    fetched: list[str] = []
    gate = asyncio.Event()

    async def fetch() -> Token:
        await gate.wait()
        fetched.append(f"token-{len(fetched)}")
        return Token(fetched[-1], 3600.0)

    time = FakeTime()
    tokens = TokenCache(fetch, time.clock)
    asked = [asyncio.ensure_future(tokens.get()) for _ in range(10)]
    await asyncio.sleep(0)
    gate.set()
    assert set(await asyncio.gather(*asked)) == {"token-0"}
    time.at += 3600 - 300
    assert await tokens.get() == "token-1"


async def test_only_the_token_that_was_refused_is_forgotten() -> None:
    fetched = iter(("one", "two"))

    async def fetch() -> Token:
        return Token(next(fetched), 3600.0)

    tokens = TokenCache(fetch, FakeTime().clock)
    assert await tokens.get() == "one"
    tokens.forget("one")
    assert await tokens.get() == "two"
    tokens.forget("one")
    assert await tokens.get() == "two"


async def test_a_fetch_that_fails_is_tried_again_by_the_next_who_asks() -> None:
    answers = iter((None, Token("one", 60.0)))

    async def fetch() -> Token:
        answer = next(answers)
        if answer is None:
            raise ChannelError("unit", "no")
        return answer

    tokens = TokenCache(fetch, FakeTime().clock)
    with pytest.raises(ChannelError):
        await tokens.get()
    assert await tokens.get() == "one"


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-1", 0.0), ("1e9", 3600.0), ("nan", 0.0), ("soon", 0.0)]
)
async def test_a_bad_answer_says_how_long_to_wait(header: str, seconds: float) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(503, headers={"retry-after": header}))
    async with httpx2.AsyncClient(transport=transport) as client:
        http = Http("unit", client)
        answer = await http.send("GET", "http://unit.test/")
    assert http.failure(answer).retry_after == seconds


@pytest.mark.parametrize(
    ("error", "calls"),
    [(httpx2.ConnectError, 1), (httpx2.ConnectTimeout, 1), (httpx2.ReadTimeout, 2), (httpx2.ReadError, 2)],
)
async def test_only_what_may_have_arrived_is_sent_again(error: type[httpx2.TransportError], calls: int) -> None:
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.method)
        raise error("no", request=request)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        with pytest.raises(ChannelError):
            await Http("unit", client).send("POST", "http://unit.test/")
    assert len(seen) == calls
