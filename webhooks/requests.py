"""What every route reads of a request: its headers, its body within bounds, and whether it comes from this machine."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope

from core.errors import BadPayload

MAX_BODY = 2 * 1024 * 1024
# A sender hears of a body too large only once it has sent it: answered earlier, it finds the connection reset.
MOST_READ = 4 * MAX_BODY
MOST_DIGITS = 10
_FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})


def read_headers(scope: Scope) -> dict[str, str]:
    """The headers by lower-case name (so ASGI has them), whatever bytes they hold; of a repeated one, the first."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}


async def read_body(headers: Mapping[str, str], receive: Receive) -> bytes:
    """The whole body; HTTPException 413 over 2 MB, BadPayload when it breaks off."""
    declared = headers.get("content-length", "")
    if len(declared) > MOST_DIGITS or (declared.isdecimal() and int(declared) > MOST_READ):
        raise HTTPException(413)
    body = bytearray()
    read = 0
    while read <= MOST_READ:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadPayload("the body broke off")
        chunk: bytes = message.get("body", b"")
        read += len(chunk)
        body += chunk if read <= MAX_BODY else b""
        if not message.get("more_body", False):
            break
    if read > MAX_BODY:
        raise HTTPException(413)
    return bytes(body)


def is_local(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether the request was made on this machine: from a loopback address, and not on somebody's behalf."""
    client = scope.get("client")
    if client is None or not _FORWARDED.isdisjoint(headers):
        return False
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
