"""How the answer to an applied call gets lost on the way."""

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from playground.slack.faults import FaultKind, Faults

_PROMISED_BYTES = b"4096"


class CutResponse(Response):
    """A response that promises a body and ends before it: a real server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and hardly more."""
        del scope, receive
        headers = [(b"content-type", b"application/json"), (b"content-length", _PROMISED_BYTES)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def lose(faults: Faults, kind: FaultKind) -> Response:
    """What the caller gets instead of the answer; in silence it comes only after `faults.release`."""
    if kind is FaultKind.LOST_BY_CLOSE:
        return CutResponse()
    if kind is FaultKind.LOST_IN_SILENCE:
        await faults.silence()
    return PlainTextResponse("Internal Server Error", 500, media_type="text/html")
