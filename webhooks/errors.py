"""The error tree of core.errors as HTTP: one table, and the handlers made from it."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from core import errors
from webhooks.answers import answer

REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    errors.BadInput: (400, "bad_input"),
    errors.BadPayload: (400, "bad_payload"),
    errors.BadSignature: (401, "bad_signature"),
    errors.NotFound: (404, "not_found"),
    errors.NotEnoughStock: (409, "not_enough_stock"),
    errors.IsBundle: (409, "is_bundle"),
    errors.AlreadyHandled: (409, "already_handled"),
    errors.CannotUndo: (409, "cannot_undo"),
    errors.NotConfigured: (503, "not_configured"),
    errors.Unavailable: (503, "unavailable"),
    errors.ChannelError: (503, "channel_unavailable"),
}
HTTP_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}
_log = logging.getLogger(__name__)


def exception_handlers(fresh_id: Callable[[], str]) -> dict[Any, ExceptionHandler]:
    """For Starlette: each error as `{"error": {"code", "message"}}`; what nobody foresaw is logged under a fresh id."""

    async def unforeseen(request: Request, error: Exception) -> Response:
        error_id = fresh_id()
        _log.error("error %s: %s %s", error_id, request.method, request.url.path, exc_info=error)
        return refusal(500, "internal_error", f"something went wrong; the log has it as error {error_id}")

    return {**dict.fromkeys(REFUSALS, _refused), HTTPException: _http, Exception: unforeseen}


def status_of(error: Exception) -> int:
    """The HTTP status that the error is answered with."""
    return error.status_code if isinstance(error, HTTPException) else REFUSALS.get(type(error), (500, ""))[0]


def refusal(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as every route answers it."""
    return answer({"error": {"code": code, "message": message}}, status, headers)


async def _refused(_: Request, error: Exception) -> Response:
    status, code = REFUSALS[type(error)]
    return refusal(status, code, str(error), _retry_after(error))


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- the table above sends nothing else here
    code = HTTP_CODES.get(error.status_code, "refused")
    return refusal(error.status_code, code, error.detail, error.headers)


def _retry_after(error: Exception) -> Mapping[str, str]:
    match error:
        case errors.Unavailable(retry_after=seconds) | errors.ChannelError(retry_after=seconds):
            return {"retry-after": str(max(1, math.ceil(seconds)))}
        case _:
            return {}
