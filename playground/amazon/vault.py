"""Documents at presigned addresses, which work for five minutes and ask for no token."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from playground.ids import Ids

LIFETIME = 300.0
PATH = "/documents/"


@dataclass(slots=True)
class Document:
    """A document: `content` is None until it was uploaded, `content_type` what it must be uploaded as."""

    id: str
    content_type: str
    content: bytes | None = None
    packed: bool = False


class Vault:
    """All documents of one seller, feeds' and reports'."""

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._documents: dict[str, Document] = {}
        self._doors: dict[str, tuple[str, float]] = {}

    def put(self, content_type: str, content: bytes | None = None, *, packed: bool = False) -> Document:
        """Keep a document, or a place for one."""
        document = Document(f"amzn1.tortuga.3.{self._ids.uuid()}.T", content_type, content, packed)
        self._documents[document.id] = document
        return document

    def find(self, document_id: str) -> Document | None:
        """The document with this id."""
        return self._documents.get(document_id)

    def address(self, document: Document, base: str) -> str:
        """A fresh address of the document, for five minutes."""
        key = self._ids.uuid()
        self._doors[key] = (document.id, self._clock() + LIFETIME)
        return f"{base.rstrip('/')}{PATH}{key}"

    async def answer(self, request: Request) -> Response:
        """PUT or GET a document at its address."""
        document_id, until = self._doors.get(request.path_params["key"], ("", 0.0))
        document = self._documents.get(document_id)
        if document is None or until < self._clock():
            return Response("Request has expired", HTTPStatus.FORBIDDEN)
        if request.method == "PUT":
            if request.headers.get("content-type") != document.content_type:
                return Response("SignatureDoesNotMatch", HTTPStatus.FORBIDDEN)
            document.content = await request.body()
            return Response(status_code=HTTPStatus.OK)
        if document.content is None:
            return Response("NoSuchKey", HTTPStatus.NOT_FOUND)
        return Response(document.content, headers={"content-type": document.content_type})
