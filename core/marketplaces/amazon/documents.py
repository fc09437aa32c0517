"""Documents that Amazon keeps at presigned addresses: feeds go up, reports come down line by line, gzip or plain."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

import httpx2

from core.errors import ChannelError
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.client import Http

_GZIP = 16 + zlib.MAX_WBITS
_SNIFFED = 65_536
_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)


class Documents:
    """Moves documents with `http`; `base` is the API's address: a document on a plain one may only be on the same host.

    `fallback` is the encoding of a report that is not UTF-8 and does not say what it is.
    """

    def __init__(self, http: Http, base: str, fallback: str) -> None:
        self._http = http
        self._plain = urlsplit(base).hostname if base.startswith("http://") else None
        self._fallback = fallback

    async def upload(self, url: object, content: bytes, content_type: str) -> None:
        """Put the content where Amazon said; ChannelError."""
        answer = await self._http.send("PUT", self._checked(url), {"content-type": content_type}, content)
        if not answer.is_success:
            raise ChannelError(CHANNEL, f"a document could not be uploaded ({answer.status_code})")

    async def lines(self, document: Mapping[str, object]) -> AsyncIterator[str]:
        """The lines of a document, as getReportDocument or getFeedDocument describes it; ChannelError."""
        url = self._checked(document.get("url"))
        unpack = zlib.decompressobj(_GZIP) if document.get("compressionAlgorithm") == "GZIP" else None
        rest, decoder, waiting = "", None, b""
        try:
            async with self._http.client.stream("GET", url, follow_redirects=False) as answer:
                if not answer.is_success:
                    raise ChannelError(CHANNEL, f"a document could not be downloaded ({answer.status_code})")
                async for raw in answer.aiter_bytes():
                    waiting += unpack.decompress(raw) if unpack else raw
                    if decoder is None and len(waiting) < _SNIFFED:
                        continue
                    decoder = decoder or self._decoder(answer, waiting)
                    *whole, rest = (rest + decoder.decode(waiting)).split("\n")
                    waiting = b""
                    for line in whole:
                        yield line.rstrip("\r")
                if unpack and (not unpack.eof or unpack.unused_data):
                    raise ChannelError(CHANNEL, "a document could not be read to its end")
                decoder = decoder or self._decoder(answer, waiting)
                *whole, rest = (rest + decoder.decode(waiting, final=True)).split("\n")
        except (httpx2.HTTPError, zlib.error) as error:
            raise ChannelError(CHANNEL, f"a document could not be read ({type(error).__name__})") from error
        for line in (*whole, rest):
            yield line.rstrip("\r")

    async def text(self, document: Mapping[str, object]) -> str:
        """The whole document."""
        return "\n".join([line async for line in self.lines(document)])

    def _decoder(self, answer: httpx2.Response, start: bytes) -> codecs.IncrementalDecoder:
        said = _CHARSET.search(answer.headers.get("content-type", ""))
        try:
            name = codecs.lookup(said.group(1)).name if said else ""
        except LookupError:
            name = ""
        if not name or name.startswith("utf"):
            name = "utf-8-sig" if _is_utf8(start) else self._fallback
        return codecs.getincrementaldecoder(name)(errors="replace")

    def _checked(self, url: object) -> str:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or (parts.scheme != "https" and (parts.scheme != "http" or parts.hostname != self._plain)):
            raise ChannelError(CHANNEL, "it gave no address of a document that can be used")
        return parts.geturl()


def _is_utf8(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True
