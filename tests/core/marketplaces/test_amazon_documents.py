"""Documents of Amazon's come in any of its encodings, packed or plain, and are read line by line."""

from __future__ import annotations

import gzip

import httpx2
import pytest

from core.errors import ChannelError
from core.marketplaces.amazon.documents import Documents
from core.marketplaces.client import Http

URL = {"url": "https://documents.test/x"}
PACKED = {**URL, "compressionAlgorithm": "GZIP"}
TEXT = "Größe\tPréis\n1\t2"


async def lines(content: bytes, content_type: str = "", fallback: str = "cp1252", *, packed: bool = False) -> list[str]:
    headers = {"content-type": content_type} if content_type else {}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=content, headers=headers))
    async with httpx2.AsyncClient(transport=transport) as client:
        documents = Documents(Http("amazon", client), "https://api.test", fallback)
        return [line async for line in documents.lines(PACKED if packed else URL)]


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "text/plain; charset=UTF-8"),
        (TEXT.encode("utf-8-sig"), "text/plain;charset=utf-8"),
        (TEXT.encode("cp1252"), ""),
        (TEXT.encode("cp1252"), "text/plain; charset=Cp1252"),
        (TEXT.encode("cp1252"), "text/plain; charset=UTF-8"),
        (TEXT.encode("latin-1"), 'text/plain; charset="ISO-8859-1"'),
        (TEXT.encode(), "text/plain; charset=no-such-thing"),
        (TEXT.replace("\n", "\r\n").encode(), ""),
    ],
)
async def test_text_in_any_encoding_is_read(content: bytes, content_type: str) -> None:
    assert await lines(content, content_type) == TEXT.split("\n")
    assert await lines(gzip.compress(content, mtime=0), content_type, packed=True) == TEXT.split("\n")


async def test_japans_own_encoding_is_read() -> None:
    assert await lines("注文\t数量".encode("cp932"), fallback="cp932") == ["注文\t数量"]


async def test_a_large_document_is_read_whole() -> None:
    rows = [f"{n}\tä" for n in range(60_000)]
    assert await lines(gzip.compress("\n".join(rows).encode()), packed=True) == rows


SPOILT = (
    b"",
    b"not packed",
    gzip.compress(b"x" * 9_999, mtime=0)[:-9],
    b"\x1f\x8b\x08" + b"\xff" * 99,
    gzip.compress(b"x", mtime=0) + b"y",
)


@pytest.mark.parametrize("content", SPOILT)
async def test_what_is_not_packed_as_it_should_be_is_a_channel_error(content: bytes) -> None:
    with pytest.raises(ChannelError, match="could not be read"):
        await lines(content, packed=True)


async def test_an_address_that_has_expired_is_a_channel_error() -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(403))
    async with httpx2.AsyncClient(transport=transport) as client:
        documents = Documents(Http("amazon", client), "https://api.test", "cp1252")
        with pytest.raises(ChannelError, match="could not be downloaded"):
            await documents.text(URL)
