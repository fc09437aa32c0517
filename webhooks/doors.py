"""Which routes marketplaces post to: for each its proof, its reading and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from starlette.types import Scope

from core.marketplaces.amazon.returns import parse_return
from core.messages import Message
from core.ports import Marketplace
from webhooks.receive import Door, Headers, describe_order, describe_return
from webhooks.requests import is_local

SHORT_FORMS = frozenset({"/webhook/shopify", "/webhook/amazon/return"})
# Whoever sends one of these wants it checked: such a request is never let in unchecked.
_SHOPIFY = ("x-shopify-hmac-sha256", "x-shopify-topic", "shopify-hmac-sha256", "shopify-topic")
_SIGNED = frozenset({"authorization", *_SHOPIFY})


def doors(
    marketplaces: Mapping[str, Marketplace], fresh_id: Callable[[], str], *, unsigned: bool
) -> Mapping[str, Door]:
    """The door at each path: one for every marketplace, and the returns to Amazon that the seller's own systems report.

    `unsigned` lets programs on this machine post the short forms of orders and returns without a signature.
    """

    def parse(headers: Headers, body: bytes, now: float) -> Sequence[Message]:
        return parse_return(body, headers, now, fresh_id)

    found = {
        f"/webhook/{name}": Door(name, each.verify, each.parse, describe_order) for name, each in marketplaces.items()
    }
    if "amazon" in marketplaces:
        verify = marketplaces["amazon"].verify
        found["/webhook/amazon/return"] = Door("amazon", verify, parse, describe_return)
    if not unsigned:
        return found
    return {path: replace(door, is_open=is_unsigned) if path in SHORT_FORMS else door for path, door in found.items()}


def is_unsigned(scope: Scope, headers: Headers) -> bool:
    """Whether a program on this machine posts without any proof; a browser on behalf of another site does not count."""
    from_here = headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return from_here and _SIGNED.isdisjoint(headers) and is_local(scope, headers)
