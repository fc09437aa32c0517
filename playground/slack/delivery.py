"""Slack's side of a request to the app: signed, sent, and given up on after three seconds."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import httpx2
from slack_sdk.signature import SignatureVerifier

from playground.slack.records import Json

PATIENCE_SECONDS = 3.0
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class DeliveryKind(StrEnum):
    """What is delivered."""

    COMMAND = "command"
    INTERACTION = "interaction"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to the app and what became of it; `error` is empty, `http_timeout` or `connection_failed`."""

    kind: DeliveryKind
    body: bytes
    headers: Mapping[str, str]
    seconds: float
    error: str = ""
    status: int = 0
    answer: str = ""
    answer_headers: Mapping[str, str] | None = None
    refused: str = ""

    @property
    def timed_out(self) -> bool:
        """Whether the app took longer than Slack waits."""
        return self.error == "http_timeout"

    @property
    def ok(self) -> bool:
        """Whether the app answered in time and with success."""
        return not self.error and httpx2.codes.is_success(self.status)

    def json(self) -> Json:
        """The answer as JSON; an empty one is an empty object."""
        return json.loads(self.answer) if self.answer else {}


class Deliverer:
    """Signs and sends to one URL of the app; answers that come after `patience` seconds are not looked at."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        url: str,
        signing_secret: str,
        clock: Callable[[], float],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._http = http
        self._url = url
        self._signer = SignatureVerifier(signing_secret)
        self._clock = clock
        self._patience = patience
        self._late: set[asyncio.Task[httpx2.Response]] = set()

    async def deliver(self, kind: DeliveryKind, body: bytes, extra: Mapping[str, str] | None = None) -> Delivery:
        """Sign the body now and send it."""
        timestamp = str(int(self._clock()))
        signature = self._signer.generate_signature(timestamp=timestamp, body=body) or ""
        headers = {
            "Content-Type": _JSON if kind is DeliveryKind.EVENT else _FORM,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
            **(extra or {}),
        }
        return await self.send(kind, body, headers)

    async def send(self, kind: DeliveryKind, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Send these very bytes and headers, such as those of an earlier delivery."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        request = self._http.post(self._url, content=body, headers=headers, timeout=None)
        task = asyncio.ensure_future(request)
        await asyncio.wait({task}, timeout=self._patience)
        seconds = loop.time() - started
        if not task.done():
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return Delivery(kind, body, headers, seconds, "http_timeout")
        try:
            response = task.result()
        except httpx2.TransportError:
            return Delivery(kind, body, headers, seconds, "connection_failed")
        status, text = response.status_code, response.text
        return Delivery(kind, body, headers, seconds, "", status, text, response.headers)

    async def settle(self) -> None:
        """Wait until the app has answered everything that it was too late for."""
        await asyncio.gather(*self._late, return_exceptions=True)
