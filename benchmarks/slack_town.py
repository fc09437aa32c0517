"""A server whose Slack is a stand-in of this process, and people there whose requests are signed beforehand."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from slack_sdk.signature import SignatureVerifier

from benchmarks.children import Child
from benchmarks.orders import as_request
from benchmarks.servers import syncstate
from playground.slack.client import EVENTS_PATH, SlackClient
from playground.slack.payloads import Origin, Payloads
from playground.slack.records import JsonObject
from playground.slack.seed import BOT_TOKEN, SIGNING_SECRET, sample_workspace
from playground.slack.server import serve_slack
from playground.slack.workspace import Workspace

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Town:
    """The server, its workspace, somebody's client there, and what makes payloads."""

    server: Child
    workspace: Workspace
    person: SlackClient
    payloads: Payloads

    def command(self, text: str, user: str = "operator") -> bytes:
        """`/stock` and this text, as a raw signed request."""
        person, place = self.workspace.user(user), self.workspace.channel("#stock")
        return signed(urlencode(self.payloads.command(person, place, "/stock", text)).encode())

    def acknowledge(self, alert_id: str, user: str) -> bytes:
        """A click on the Acknowledge button of a message, as a raw signed request."""
        shown = self.workspace.say("operator", "#alerts", "the alert")
        action = {"type": "button", "action_id": "alert_acknowledge", "block_id": "b", "value": alert_id}
        payload = self.payloads.message_action(self.workspace.user(user), shown, action, {})
        return signed(form(payload))


@asynccontextmanager
async def a_town(folder: Path, store: Mapping[str, str] | None = None) -> AsyncIterator[Town]:
    """All of it, on loopback, and gone at the end."""
    workspace = sample_workspace(time.time)
    async with serve_slack(workspace) as api_url:
        env = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": api_url,
            "SYNCSTATE_ALERTS_CHANNEL": "#alerts",
            "SYNCSTATE_DIGEST_CRON": "off",
            **(store or {}),
        }
        with syncstate(folder, env) as child:
            address = f"http://127.0.0.1:{child.port}"
            async with httpx2.AsyncClient(base_url=address, trust_env=False) as http:
                origin = Origin(workspace.team, workspace.bot.app_id)
                payloads = Payloads(workspace, origin)
                yield Town(child, workspace, SlackClient(workspace, http, SIGNING_SECRET), payloads)


def form(payload: JsonObject) -> bytes:
    """An interaction's body."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes) -> bytes:
    """One raw request with Slack's signature, good for five minutes."""
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=timestamp, body=body) or ""
    headers = {"content-type": _FORM, "x-slack-request-timestamp": timestamp, "x-slack-signature": signature}
    return as_request("POST", EVENTS_PATH, headers, body)
