"""One way in for every marketplace: verify, parse, commit, and answer once it is durable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from core.errors import SyncStateError
from core.messages import Message
from core.returns.change import ReturnChange
from core.service import Receipt, Service
from webhooks.answers import send_answer
from webhooks.errors import status_of
from webhooks.gate import Gate, in_time
from webhooks.metrics import Metrics
from webhooks.requests import read_body, read_headers

Headers = Mapping[str, str]
# Shopify hangs up after 5 s, and a busy machine takes a while to say anything. What is slower may still be committed,
# and the repeat is then a duplicate.
ANSWER_SECONDS = 4.2
OUTCOMES = {400: "invalid", 401: "refused", 413: "invalid", 503: "unavailable"}


def nobody(_: Scope, __: Headers) -> bool:
    """Nobody is let in without proof."""
    return False


@dataclass(frozen=True, slots=True)
class Entrance:
    """How one route reads what comes in: its proof (not asked where `is_open`), what it says, how the answer is put."""

    channel: str
    verify: Callable[[Headers, bytes], None]
    parse: Callable[[Headers, bytes, float], Sequence[Message]]
    describe: Callable[[Receipt, Sequence[Message]], Mapping[str, Any]]
    is_open: Callable[[Scope, Headers], bool] = nobody

    def opened(self, to: Callable[[Scope, Headers], bool]) -> Entrance:
        """The same, open to some without proof."""
        return replace(self, is_open=to)


class Webhook:
    """The ASGI app behind one entrance; 200 only after the commit is durable."""

    def __init__(self, service: Service, entrance: Entrance, gate: Gate, metrics: Metrics) -> None:
        self._service = service
        self._entrance = entrance
        self._gate = gate
        self._counter = cache(partial(metrics.webhooks.labels, entrance.channel))
        self._seconds = metrics.seconds.labels(entrance.channel)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises what `webhooks.errors` maps."""
        outcome = "failed"
        try:
            with self._gate, self._seconds.time():
                receipt, messages = await in_time(self._take(scope, receive), ANSWER_SECONDS)
            outcome = receipt.status
        except (SyncStateError, HTTPException) as error:
            outcome = OUTCOMES.get(status_of(error), outcome)
            raise
        finally:
            self._counter(outcome).inc()
        await send_answer(send, self._entrance.describe(receipt, messages))

    async def _take(self, scope: Scope, receive: Receive) -> tuple[Receipt, Sequence[Message]]:
        entrance = self._entrance
        headers = read_headers(scope)
        body = await read_body(headers, receive)
        if not entrance.is_open(scope, headers):
            entrance.verify(headers, body)
        messages = entrance.parse(headers, body, self._service.clock())
        return await self._service.receive(entrance.channel, messages), messages


def describe_order(receipt: Receipt, _: Sequence[Message]) -> Mapping[str, Any]:
    """The status, and for each SKU that is known what is on hand and what channels may show."""
    stocks = receipt.after.values()
    rows = [{"sku": s.sku, "inventoryAfter": s.physical, "broadcastAfter": s.broadcast} for s in stocks]
    return {
        "status": receipt.status,
        "reason": receipt.reason,
        "items": rows,
        "inventoryAfter": {stock.sku: stock.physical for stock in stocks},
        "broadcastAfter": {stock.sku: stock.broadcast for stock in stocks},
    }


def describe_return(receipt: Receipt, messages: Sequence[Message]) -> Mapping[str, Any]:
    """As for an order, with the one SKU's numbers themselves and what its disposition decides."""
    described = describe_order(receipt, messages)
    change = next((message for message in messages if isinstance(message, ReturnChange)), None)
    if change is None:
        return {**described, "inventoryAfter": None, "broadcastAfter": None, "action": None, "restock": None}
    stock = receipt.after.get(change.sku)
    return {
        **described,
        "inventoryAfter": stock.physical if stock else None,
        "broadcastAfter": stock.broadcast if stock else None,
        "action": change.ruling.action,
        "restock": change.ruling.restock,
    }
