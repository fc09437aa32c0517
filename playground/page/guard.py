"""Who may use the playground's own routes: a browser or program on this machine, and no foreign site through one."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from webhooks.errors import refusal
from webhooks.requests import is_local, read_headers

_NAMES = frozenset({"127.0.0.1", "localhost"})
_SITES = frozenset({"none", "same-origin"})


class Guard:
    """An ASGI app around `app` that answers 403 to whoever is not let in; it changes nothing then.

    The Host must be a loopback name (a foreign name that leads here is DNS rebinding), and an Origin must be our own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        reason = why_not(scope, read_headers(scope)) if scope["type"] == "http" else ""
        if reason:
            await refusal(403, "forbidden", reason)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def why_not(scope: Scope, headers: Mapping[str, str]) -> str:
    """Why this request is not let in, or ""."""
    host = headers.get("host", "")
    if not is_local(scope, headers):
        return "the playground is for this machine alone"
    if _name(host) not in _NAMES:
        return "the playground answers to 127.0.0.1 and localhost alone"
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return "the playground does not answer other sites"
    if headers.get("sec-fetch-site", "none") not in _SITES and headers.get("sec-fetch-mode") != "navigate":
        return "the playground does not answer other sites"
    return ""


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
