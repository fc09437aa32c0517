"""JSON answers, and moments as they appear in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from starlette.responses import Response
from starlette.types import Send

SAFE_HEADERS = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}
_RAW_HEADERS = [(name.encode(), value.encode()) for name, value in SAFE_HEADERS.items()]


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The body as a JSON response that no cache keeps and no browser takes for anything else."""
    return Response(orjson.dumps(body), status, {**SAFE_HEADERS, **(headers or {})})


async def send_answer(send: Send, body: object) -> None:
    """Send the body as `answer` would, with status 200, without the cost of a response object."""
    data = orjson.dumps(body)
    headers = [*_RAW_HEADERS, (b"content-length", b"%d" % len(data))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": data})


def moment(at: float) -> str | None:
    """Epoch seconds as ISO 8601 in UTC with milliseconds; None for 0, which means never."""
    if not at:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
