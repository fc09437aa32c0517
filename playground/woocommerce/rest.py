"""The REST API's rules: who may call, how lists are paged, and how it says no; source: WordPress and wc/v3."""

from base64 import b64decode
from binascii import Error
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from playground.faults import Fault
from playground.woocommerce.site import Site

Json = dict[str, Any]
Answer = tuple[object, Mapping[str, str]]
_MOST = 100


class RestError(Exception):
    """Why a request is not answered: its status, code and message."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "data": {"status": status.value}}


def guarded(site: Site, answer: Callable[[Request], Awaitable[Answer]]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind the shop's key; its answer has the fields that `_fields` names, and the shop's own time."""

    async def endpoint(request: Request) -> Response:
        headers = {"Date": formatdate(site.clock(), usegmt=True)}
        if site.faults.strikes(Fault.THROTTLED):
            return Response("Too Many Requests", HTTPStatus.TOO_MANY_REQUESTS, {**headers, "Retry-After": "1"})
        try:
            _let_in(site, request)
            found, more = await answer(request)
        except RestError as error:
            return _json(error.body, error.status, headers)
        return _json(_fielded(found, request.query_params.get("_fields")), HTTPStatus.OK, {**headers, **more})

    return endpoint


def paged(request: Request, rows: Sequence[Json]) -> Answer:
    """The page that was asked for, with how many rows and pages there are."""
    size, page = whole(request, "per_page", 10), whole(request, "page", 1)
    if not 1 <= size <= _MOST or page < 1:
        name = "page" if page < 1 else "per_page"
        raise RestError(HTTPStatus.BAD_REQUEST, "rest_invalid_param", f"Invalid parameter(s): {name}")
    total = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
    return rows[(page - 1) * size : page * size], total


def whole(request: Request, name: str, default: int) -> int:
    """A whole number of the query; 0 when it is none."""
    text = request.query_params.get(name, str(default))
    return int(text) if text.isdecimal() else 0


async def updates_of(request: Request) -> list[Json]:
    """The rows to update of a batch of at most 100, each with a whole stock_quantity; else as the shop refuses it."""
    body = orjson.loads(await request.body() or b"{}")
    rows = body.get("update", [])
    if len(rows) > _MOST:
        message = f"Unable to accept more than {_MOST} items for this request."
        code = "woocommerce_rest_request_entity_too_large"
        raise RestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code, message)
    for place, row in enumerate(rows):
        if not isinstance(row.get("stock_quantity", 0), int | None):
            message = f"Invalid parameter(s): update[{place}][stock_quantity]"
            raise RestError(HTTPStatus.BAD_REQUEST, "rest_invalid_param", message)
    return list(rows)


def _let_in(site: Site, request: Request) -> None:
    given = _basic(request) or (
        request.query_params.get("consumer_key", ""),
        request.query_params.get("consumer_secret", ""),
    )
    reads = request.method == "GET"
    if given != (site.settings.key, site.settings.secret):
        raise RestError(HTTPStatus.UNAUTHORIZED, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
    if not reads and not site.settings.may_write:
        message = "The API key provided does not have write permissions."
        raise RestError(HTTPStatus.UNAUTHORIZED, "woocommerce_rest_authentication_error", message)


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, _, secret = b64decode(text).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return None
    return key, secret


def _fielded(found: object, fields: str | None) -> object:
    if not fields:
        return found
    if isinstance(found, list):
        return [_fielded(each, fields) for each in found]
    wanted = set(fields.split(","))
    return {name: value for name, value in found.items() if name in wanted} if isinstance(found, dict) else found


def _json(body: object, status: HTTPStatus, headers: Mapping[str, str]) -> Response:
    return Response(orjson.dumps(body), status, headers=dict(headers), media_type="application/json")
