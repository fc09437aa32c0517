"""The routes of the page, of what one does on it, and of the stand-ins, all behind one guard."""

import importlib.resources
import mimetypes
from collections.abc import AsyncIterator

import orjson
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from core.errors import BadPayload
from playground.door import hang_up
from playground.errors import RefusedError
from playground.live import Live
from playground.outside import BELOW, SLACK, Outside
from playground.page.actions import ACTIONS, REFUSED
from playground.page.guard import Guard
from playground.page.state import Page
from playground.slack.api import slack_app
from playground.slack.seed import PEOPLE
from playground.stories.teller import Teller
from webhooks.answers import answer
from webhooks.requests import read_body, read_headers

FILES = importlib.resources.files(__package__) / "static"
_PNG = b"\x89PNG\r\n\x1a\n"
SAFE = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def page_routes(page: Page, outside: Outside, teller: Teller, live: Live) -> list[BaseRoute]:
    """The page at /, its files and controls below /playground, the stand-ins below /stand-ins."""
    controls = Controls(page, outside, teller, live)
    guarded = [Middleware(Guard)]
    parts: dict[str, list[BaseRoute]] = {
        "/playground": controls.routes(),
        "/page": [Route("/{name}", show_file)],
        BELOW: [
            *(Mount(f"/{name}", stall.app(hang_up)) for name, stall in outside.stalls.items()),
            Mount(f"/{SLACK}", slack_app(outside.workspace)),
        ],
    }
    mounts = [Mount(path, routes=routes, middleware=guarded) for path, routes in parts.items()]
    return [Route("/", show_file, middleware=guarded), *mounts]


async def show_file(request: Request) -> Response:
    """One of the page's files; 404 for any other name."""
    name = request.path_params.get("name", "index.html")
    found = next((each for each in FILES.iterdir() if each.name == name), None)
    if found is None:
        raise HTTPException(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(found.read_bytes(), headers=SAFE, media_type=kind)


class Controls:
    """What the page asks for."""

    def __init__(self, page: Page, outside: Outside, teller: Teller, live: Live) -> None:
        self._page = page
        self._outside = outside
        self._teller = teller
        self._live = live

    def routes(self) -> list[BaseRoute]:
        """The controls by path."""
        return [
            Route("/state", self.state),
            Route("/events", self.events),
            Route("/files/{id}", self.file),
            Route("/do/{action}", self.act, methods=["POST"]),
            Route("/story/{name}", self.tell, methods=["POST"]),
        ]

    async def state(self, request: Request) -> Response:
        """Everything there is to show, to the person named by `as`."""
        try:
            return answer(await self._page.show(request.query_params.get("as", PEOPLE[0])))
        except LookupError as error:
            raise HTTPException(404, str(error)) from None

    async def events(self, _: Request) -> Response:
        """Server-sent events: `changed` whenever it is worth asking for the state again; 503 with too many pages."""
        if self._live.is_full:
            raise HTTPException(503, "too many pages are open")
        return StreamingResponse(self._stream(), headers=SAFE, media_type="text/event-stream")

    async def act(self, request: Request) -> Response:
        """Do what the path names; 409 with the reason where a shop, Slack or a story does not allow it."""
        action = ACTIONS.get(request.path_params["action"])
        if action is None:
            raise HTTPException(404)
        fields = await _fields(request)
        try:
            self._teller.admit(request.path_params["action"])
            done = await action(self._outside, fields)
        except REFUSED as error:
            raise HTTPException(409, str(error)) from None
        return answer({"ok": True, **(done or {})})

    async def tell(self, request: Request) -> Response:
        """Begin the story that the path names; 409 while another is being told."""
        await _fields(request)
        try:
            self._teller.begin(request.path_params["name"])
        except LookupError:
            raise HTTPException(404) from None
        except RefusedError as error:
            raise HTTPException(409, str(error)) from None
        return answer({"ok": True})

    async def file(self, request: Request) -> Response:
        """A picture that was shared in Slack; 404 for anything else."""
        files = self._outside.workspace.files.all
        content = next(
            (each.content for each in files if each.id == request.path_params["id"] and each.completed), None
        )
        if content is None or not content.startswith(_PNG):
            raise HTTPException(404)
        return Response(content, headers=SAFE, media_type="image/png")

    async def _stream(self) -> AsyncIterator[bytes]:
        async for changed in self._live.events():
            yield b"event: changed\ndata: {}\n\n" if changed else b": still here\n\n"


async def _fields(request: Request) -> dict[str, object]:
    headers = read_headers(request.scope)
    if not headers.get("content-type", "").startswith("application/json"):
        raise HTTPException(415, "send JSON")
    try:
        fields = orjson.loads(await read_body(headers, request.receive))
    except orjson.JSONDecodeError:
        raise BadPayload("the body is not JSON") from None
    if not isinstance(fields, dict):
        raise BadPayload("the body is not a JSON object")
    return fields
