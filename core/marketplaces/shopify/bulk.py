"""Reading a whole connection in one piece; source: bulk operations of Shopify's Admin API, version 2026-10."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import orjson

from core.errors import ChannelError
from core.marketplaces.bodies import read_text, rows, table
from core.marketplaces.client import Http
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.posted import CHANNEL
from core.marketplaces.shopify.queries import BEGIN_BULK, SHOW_BULK

_STORAGE = "storage.googleapis.com"
_WAITS = (1.0, 1.0, 2.0, 3.0, 5.0)
_LOOKS = 720


class Bulk:
    """Runs bulk queries of the shop at `base`; `sleep` waits between the looks at how far one is."""

    def __init__(self, admin: Admin, http: Http, base: str, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._admin = admin
        self._http = http
        self._base = base
        self._sleep = sleep

    async def read(self, document: str, variables: Mapping[str, str]) -> AsyncIterator[Mapping[str, object]]:
        """The nodes of the document's one connection, as they stream in; ChannelError, also when some are missing."""
        url, expected = await self._result(await self._begin(_filled(document, variables)))
        count = 0
        if url:
            async for line in self._http.lines(self._checked(url)):
                count += 1
                yield _read(line)
        if count != expected:
            raise ChannelError(CHANNEL, f"its bulk operation gave {count} of {expected} rows")

    async def _begin(self, query: str) -> str:
        payload = table((await self._admin.run(BEGIN_BULK, {"query": query})).get("bulkOperationRunQuery"))
        begun = table(payload.get("bulkOperation")).get("id")
        if isinstance(begun, str):
            return begun
        said = "; ".join(read_text(table(error).get("message"), 200) for error in rows(payload.get("userErrors")))
        raise ChannelError(CHANNEL, f"it begins no bulk operation: {said or 'no reason given'}")

    async def _result(self, operation: str) -> tuple[str, int]:
        """Where its rows are ("": there are none), and how many they are."""
        for look in range(_LOOKS):
            await self._sleep(_WAITS[min(look, len(_WAITS) - 1)])
            shown = table((await self._admin.run(SHOW_BULK, {"id": operation})).get("bulkOperation"))
            match shown.get("status"):
                case "COMPLETED":
                    return str(shown.get("url") or ""), _count(shown.get("rootObjectCount"))
                case "CREATED" | "RUNNING":
                    continue
                case status:
                    why = read_text(shown.get("errorCode") or status, 50) or "it is gone"
                    raise ChannelError(CHANNEL, f"its bulk operation ended without a result ({why})")
        raise ChannelError(CHANNEL, "its bulk operation does not come to an end")

    def _checked(self, url: str) -> str:
        """The address, if it is one that Shopify keeps results at, or the shop's own; ChannelError."""
        asked, own = urlsplit(url), urlsplit(self._base)
        if (asked.scheme, asked.netloc) not in (("https", _STORAGE), (own.scheme, own.netloc)):
            raise ChannelError(CHANNEL, f"it keeps a result at an unknown place ({read_text(asked.hostname, 100)})")
        return url


def _filled(document: str, variables: Mapping[str, str]) -> str:
    """The document with its variables written into it: a bulk query takes none."""
    _, brace, body = document.partition("{")
    for name, value in variables.items():
        body = body.replace(f"${name}", json.dumps(value))
    return brace + body


def _read(line: bytes) -> Mapping[str, object]:
    try:
        return table(orjson.loads(line))
    except orjson.JSONDecodeError:
        raise ChannelError(CHANNEL, "a row of its bulk operation is not JSON") from None


def _count(value: object) -> int:
    return int(value) if isinstance(value, str | int) and str(value).isdecimal() else 0
