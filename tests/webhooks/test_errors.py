"""Every error as HTTP."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core import errors
from tests.webhooks.site import Site, client_of
from webhooks.errors import REFUSALS, exception_handlers

CASES = [
    (errors.BadInput("sku", "is missing"), 400, "bad_input"),
    (errors.BadPayload("the body is not JSON"), 400, "bad_payload"),
    (errors.BadSignature("the signature is wrong"), 401, "bad_signature"),
    (errors.NotFound("alert", "a1"), 404, "not_found"),
    (errors.NotEnoughStock("MUG", 2, 3), 409, "not_enough_stock"),
    (errors.AlreadyHandled("U1", 0.0, "acknowledged"), 409, "already_handled"),
    (errors.NotConfigured("SHOPIFY_WEBHOOK_SECRET"), 503, "not_configured"),
    (errors.Unavailable("the store is full", 4), 503, "unavailable"),
    (errors.ChannelError("shopify", "it did not answer", 1.2), 503, "channel_unavailable"),
    (errors.CannotUndo("MUG", errors.Hindrance.TOO_LATE), 409, "cannot_undo"),
    (HTTPException(404), 404, "not_found"),
    (HTTPException(418), 418, "refused"),
]


def family(root: type[Exception]) -> Iterator[type[Exception]]:
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from family(child)


def raising(error: Exception) -> Starlette:
    async def fail(_: Request) -> Response:
        raise error

    return Starlette(routes=[Route("/", fail)], exception_handlers=exception_handlers(lambda: "E-1"))


def test_every_error_that_a_request_can_meet_has_its_status() -> None:
    of_no_request = {errors.StoreBusy, errors.StoreUnfit, errors.OfferEnded}  # at a start, and in Slack alone
    assert set(family(errors.SyncStateError)) - set(REFUSALS) == of_no_request


@pytest.mark.parametrize(("error", "status", "code"), CASES)
async def test_an_error_says_what_it_is_in_one_form(error: Exception, status: int, code: str) -> None:
    async with client_of(raising(error)) as client:
        answer = await client.get("/")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.json()["error"]["code"] == code
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("error", "seconds"), [(CASES[7][0], "4"), (CASES[8][0], "2")])
async def test_what_passes_says_when_to_come_again(error: Exception, seconds: str) -> None:
    async with client_of(raising(error)) as client:
        assert (await client.get("/")).headers["retry-after"] == seconds


async def test_what_nobody_foresaw_is_in_the_log_and_not_in_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "webhooks.errors"):
        async with client_of(raising(RuntimeError("the password is hunter2"))) as client:
            answer = await client.get("/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    assert "E-1" in answer.json()["error"]["message"]
    assert "hunter2" not in answer.text
    (record,) = caplog.records
    assert "E-1" in record.getMessage()
    assert record.exc_info is not None


async def test_an_unknown_route_and_a_wrong_method_answer_in_the_same_form(site: Site) -> None:
    unknown = await site.client.get("/nothing")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")
    wrong = await site.client.get("/webhook/shopify")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "POST"
    both = await site.client.delete("/api/inventory/MUG")
    assert {method.strip() for method in both.headers["allow"].split(",")} == {"GET", "HEAD", "PUT"}
