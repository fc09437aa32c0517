"""The stand-in over HTTP: the Web API below /api, response URLs below /response, and files below /upload."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from playground.slack.arguments import invalid_arguments, read_values
from playground.slack.calls import answer_call, refused
from playground.slack.errors import SlackError
from playground.slack.faults import LOST, Fault, FaultKind
from playground.slack.lost import lose
from playground.slack.methods.table import METHODS
from playground.slack.records import JsonObject
from playground.slack.responding import respond
from playground.slack.workspace import Workspace

RESPONSE_URL = "response_url"
UPLOAD_URL = "upload_url"
_BEARER = "bearer "

Endpoint: TypeAlias = Callable[[Request, Fault | None], Awaitable[Response]]


def slack_app(workspace: Workspace) -> Starlette:
    """The app that serves this workspace, with its limits and faults."""

    async def call(request: Request, fault: Fault | None) -> Response:
        try:
            values = await _values(request)
        except SlackError as error:
            return JSONResponse(refused(error).body)
        token = _token(request) or str(values.pop("token", ""))
        answer = answer_call(workspace, request.path_params["method"], values, token, fault)
        return JSONResponse(answer.body, answer.status, answer.headers)

    async def use_response_url(request: Request, fault: Fault | None) -> Response:
        if fault and fault.kind is FaultKind.RATE_LIMITED:
            return Response(status_code=429, headers={"Retry-After": str(fault.retry_after)})
        return await _use_response_url(workspace, request)

    async def api(request: Request) -> Response:
        return await _through_faults(workspace, request, request.path_params["method"], call)

    async def response(request: Request) -> Response:
        return await _through_faults(workspace, request, RESPONSE_URL, use_response_url)

    async def take_file(request: Request, fault: Fault | None) -> Response:
        return await _take_file(workspace, request, fault)

    async def upload(request: Request) -> Response:
        return await _through_faults(workspace, request, UPLOAD_URL, take_file)

    return Starlette(
        routes=[
            Route("/upload/v1/{token}", upload, methods=["POST"]),
            Route("/api/{method}", api, methods=["GET", "POST"]),
            Route("/response/{token}", response, methods=["POST"]),
        ]
    )


async def _through_faults(workspace: Workspace, request: Request, name: str, endpoint: Endpoint) -> Response:
    await request.body()
    gone = await _gone_while(workspace.faults.hold(), request)
    if gone or workspace.faults.down:
        workspace.faults.turned_away += 1
        return HTMLResponse("Service Unavailable", 503)
    fault = workspace.faults.take(name)
    response = await endpoint(request, fault)
    if fault and fault.kind in LOST:
        return await lose(workspace.faults, fault.kind)
    return response


async def _gone_while(held: Coroutine[None, None, None], request: Request) -> bool:
    waiting = asyncio.create_task(held)
    leaving = asyncio.create_task(_until_gone(request))
    try:
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            await waiting
        return not waiting.done()
    finally:
        waiting.cancel()
        leaving.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _use_response_url(workspace: Workspace, request: Request) -> Response:
    try:
        ticket = workspace.response_urls.use(request.path_params["token"])
    except SlackError as error:
        return JSONResponse(refused(error).body, 404)
    try:
        respond(workspace, ticket, await read_values(request))
    except SlackError as error:
        return PlainTextResponse(error.code, 400)
    return PlainTextResponse("ok")


async def _take_file(workspace: Workspace, request: Request, fault: Fault | None) -> Response:
    if fault and fault.kind in (FaultKind.RATE_LIMITED, FaultKind.REFUSED):
        return Response(status_code=429 if fault.kind is FaultKind.RATE_LIMITED else 400)
    try:
        workspace.files.take(request.path_params["token"], await request.body())
    except SlackError as error:
        return PlainTextResponse(error.code, 400)
    return PlainTextResponse("OK")


async def _values(request: Request) -> JsonObject:
    method = METHODS.get(request.path_params["method"])
    if method and not method.takes_json and request.headers.get("content-type", "").startswith("application/json"):
        raise invalid_arguments("takes a form, not JSON")
    return await read_values(request)


def _token(request: Request) -> str:
    header = request.headers.get("authorization", "")
    return header[len(_BEARER) :] if header.lower().startswith(_BEARER) else ""
