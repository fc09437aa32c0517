"""One authorised call of the REST API, and what its handlers read of it; whatever is wrong with it is BadInput."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import orjson
from starlette.convertors import Convertor, register_url_convertor

from core.errors import BadInput, BadPayload
from core.ports import Page
from core.service import Service
from core.stock import check_sku, check_whole

T = TypeVar("T")
DEFAULT_LIMIT = 50
MOST_LIMIT = 200
_MARK = 6


class SkuConvertor(Convertor[str]):
    """All that is left of a path, line ends included, so that `check_sku` sees what was sent."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        """The text as it is."""
        return value

    def to_string(self, value: str) -> str:
        """The text with its reserved characters escaped."""
        return quote(value, safe="")


register_url_convertor("sku", SkuConvertor())


class Paging(NamedTuple):
    """Where a page begins, in the store's own words, and how many items it has at most."""

    cursor: str
    limit: int


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked: parts of the path, query, headers by lower-case name, the raw body, and the caller's name."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    actor: str

    def sku(self) -> str:
        """The SKU in the path, or else in the query."""
        sku = check_sku(self.params.get("sku", self.query.get("sku")))
        if "\ufffd" in sku:
            raise BadInput("sku", "is not UTF-8")
        return sku

    def fresh(self) -> bool:
        """Whether the cache is to be read through."""
        return self.query.get("fresh", "0") not in ("0", "false", "")

    def fields(self) -> Mapping[str, Any]:
        """The body as a JSON object; BadPayload when it is none."""
        try:
            fields = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise BadPayload("the body is not JSON") from None
        if not isinstance(fields, dict):
            raise BadPayload("the body is not a JSON object")
        return fields

    def key(self, what: str) -> str:
        """The Idempotency-Key, made the caller's own for `what` and this SKU; "" without one."""
        key = self.headers.get("idempotency-key", "")
        if not key:
            return ""
        if not re.fullmatch(r"[!-~]{1,128}", key):
            raise BadInput("Idempotency-Key", "must be 1 to 128 ASCII characters without spaces")
        return f"{what}#{self.actor}#{quote(self.sku(), safe='')}#{key}"

    def paging(self, of: str, usual: int = DEFAULT_LIMIT) -> Paging:
        """Where to go on in the list named `of`, and with how many items: 1 to 200, or the `usual`."""
        limit = self.query.get("limit", str(usual))
        if not re.fullmatch(r"[0-9]{1,3}", limit):
            raise BadInput("limit", "must be a whole number")
        return Paging(_opened(self.query.get("cursor", ""), of), check_whole(int(limit), "limit", 1, MOST_LIMIT))


Handler = Callable[[Service, Call], Awaitable[Mapping[str, Any]]]


def listing(of: str, page: Page[T], show: Callable[[T], Mapping[str, Any]]) -> Mapping[str, Any]:
    """A page of the list named `of` as JSON, with a cursor that `Call.paging` takes back; "" at the end."""
    return {"items": [show(item) for item in page.items], "cursor": sealed(page.cursor, of)}


def whole(fields: Mapping[str, Any], name: str, most: int) -> int | None:
    """The field as a whole number from 0 to `most`, None when it is absent."""
    return check_whole(fields[name], name, 0, most) if name in fields else None


def sealed(cursor: str, of: str) -> str:
    """The store's cursor as an opaque one that only fits the list named `of`."""
    raw = cursor.encode()
    return urlsafe_b64encode(_mark(raw, of) + raw).decode().rstrip("=") if cursor else ""


def _opened(text: str, of: str) -> str:
    if not text:
        return ""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        mark, raw = data[:_MARK], data[_MARK:]
        if mark == _mark(raw, of):
            return raw.decode()
    except ValueError:
        pass
    raise BadInput("cursor", "is not one that a page gave")


def _mark(raw: bytes, of: str) -> bytes:
    return sha256(of.encode() + b"\0" + raw).digest()[:_MARK]
