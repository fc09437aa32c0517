"""Requests that should do no harm, each with the statuses that are right for it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

TEAM = {"id": "T0000STOCK", "domain": "stock-room"}
USER = {"id": "U0000SOME", "username": "some", "team_id": "T0000STOCK"}
COMMAND = {
    "command": "/stock",
    "text": "ABC-1",
    "team_id": TEAM["id"],
    "user_id": USER["id"],
    "channel_id": "C1",
    "trigger_id": "1.2.3",
}
CLICK = {
    "type": "block_actions",
    "team": TEAM,
    "user": USER,
    "channel": {"id": "C1"},
    "container": {"type": "message", "message_ts": "1.0", "channel_id": "C1"},
    "actions": [{"action_id": "alert_acknowledge", "block_id": "b", "type": "button", "value": "none"}],
    "trigger_id": "1.2.3",
}


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def command(**changes: str) -> bytes:
    return form(**{**COMMAND, **changes})


def payload(value: object) -> bytes:
    return form(payload=json.dumps(value))


def click(**changes: object) -> bytes:
    return payload({**CLICK, **changes})


def event(value: object) -> bytes:
    body = {"type": "event_callback", "team_id": TEAM["id"], "event_id": "Ev1", "event": value}
    return json.dumps(body).encode()


def without(source: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in source.items() if key != name}


DEEP = b'{"type":' + b"[" * 100_000
BIG = command(text="x" * 1_100_000)


@dataclass(frozen=True, slots=True)
class Row:
    """A request, how it is signed, and the statuses that are right for it."""

    name: str
    body: bytes
    status: tuple[int, ...]
    says: str = ""
    signed: bool = True
    kind: str = "form"
    seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


UNSIGNED = {"x-slack-signature": "v0=" + "0" * 64}
ROWS = [
    Row("1 bad signature", command(), (401,), headers=UNSIGNED),
    Row("1 version v1", command(), (401,), headers={"x-slack-signature": "v1=" + "0" * 64}),
    Row("2 too old", command(), (401,), seconds=-301),
    Row("2 too new", command(), (401,), seconds=301),
    Row("2 just old enough", command(), (200,), seconds=-299),
    Row("3 no signature", command(), (401,), signed=False),
    Row("4 timestamp abc", command(), (401,), headers={"x-slack-request-timestamp": "abc"}),
    Row("4 timestamp 1.5e9", command(), (401,), headers={"x-slack-request-timestamp": "1.5e9"}),
    Row("4 timestamp of 5000 digits", command(), (401,), headers={"x-slack-request-timestamp": "1" * 5_000}),
    Row("4 timestamp in other digits", command(), (401,), headers={"x-slack-request-timestamp": "\u00b2"}),
    Row("5 signature not ASCII", command(), (401,), headers={"x-slack-signature": "v0=\u00e9"}),
    Row("7 unsigned invalid JSON", b"{nope", (401,), signed=False, kind="json"),
    Row("7 unsigned payload not JSON", b"payload=notjson", (401,), signed=False),
    Row("8 unsigned invalid UTF-8", b"\xff\xfe", (401,), signed=False),
    Row("9 unsigned JSON list", b"[]", (401,), signed=False, kind="json"),
    Row("9 unsigned JSON number", b"1", (401,), signed=False, kind="json"),
    Row("9 unsigned payload list", b"payload=[]", (401,), signed=False),
    Row("10 unsigned deep JSON", DEEP, (401, 413), signed=False, kind="json"),
    Row("10 signed deep JSON", DEEP, (400,), kind="json"),
    Row("11 large and unsigned", BIG, (413,), signed=False),
    Row("12 large and signed", BIG, (413,)),
    Row("13 too many fields", form(**{f"f{n}": "1" for n in range(10_001)}), (400,)),
    Row("14 signed invalid JSON", b"{nope", (400,), kind="json"),
    Row("14 signed JSON list", b"[]", (400,), kind="json"),
    Row("14 signed payload list", b"payload=[]", (400,)),
    Row("14 signed payload not JSON", b"payload=notjson", (400,)),
    Row("14 signed Latin-1", "text=Größe".encode("latin-1"), (400,)),
    Row("14 signed nothing", b"", (400,)),
    Row("15 unsigned ssl_check", b"ssl_check=1", (401,), signed=False),
    Row("15 signed ssl_check", b"ssl_check=1", (200,)),
    Row("16 unsigned url_verification", b'{"type":"url_verification","challenge":"c"}', (401,), signed=False),
    Row("16 signed url_verification", b'{"type":"url_verification","challenge":"c"}', (200,), "c", kind="json"),
    Row("17 unknown command", command(command="/nonsense"), (200,), "is not a command of this app"),
    Row("18 payload in the text", command(text="payload-strap"), (200,), "payload-strap"),
    Row("18 payload in the channel", command(channel_name="payloads"), (200,), "ABC-1"),
    Row("18 payload as a field of a command", command(payload="{}"), (200,), "ABC-1"),
    Row("19 unknown action", click(actions=[{"action_id": "nonsense", "type": "button"}]), (200,)),
    Row("20 no actions", click(actions=[]), (400,)),
    Row("20 null actions", click(actions=None), (400,)),
    Row("20 actions of numbers", click(actions=[1]), (400,)),
    Row("21 action_id is a number", click(actions=[{"action_id": 5, "type": "button"}]), (200,)),
    Row("22 user missing", payload(without(CLICK, "user")), (200,)),
    Row("22 user of a command missing", form(**without(COMMAND, "user_id")), (200,), "did not say who"),
    Row("23 other team", command(team_id="T0000OTHER"), (200,), "not installed here"),
    Row("23 other team clicks", click(team={"id": "T0000OTHER"}), (200,)),
    Row("24 event null", event(None), (400,), kind="json"),
    Row("24 event a string", event("x"), (400,), kind="json"),
    Row("25 unknown event", event({"type": "nonsense"}), (200,), kind="json"),
    Row("26 retried event", event({"type": "x"}), (200,), kind="json", headers={"x-slack-retry-num": "1"}),
    Row("27 text missing", form(**without(COMMAND, "text")), (200,), "Usage"),
    Row("27 text empty", command(text=""), (200,), "Usage"),
    Row("28 text twice", command(text="first") + b"&text=second", (200,), "second"),
    Row("29 NUL in the text", command(text='"a\0b"'), (200,), "control character"),
    Row("29 lone surrogates in the SKU", form(**without(COMMAND, "text")) + b"&text=a%ED%A0%80", (200,), "control"),
    Row("30 a switch of Bolt's", command(), (200,), "ABC-1", headers={"x-slack-bolt-lazy-only": "1"}),
    Row("33 ten thousand characters", command(text="x" * 10_000), (200,), "longer than 200"),
    Row("33 right-to-left override", command(text="a\u202eb"), (200,), "control character"),
    Row("33 newline in quotes", command(text='"a\nb"'), (200,), "control character"),
    Row("38 unknown form", payload({"type": "view_submission", "team": TEAM, "user": USER, "view": {}}), (200,)),
    Row("38 no view", payload({"type": "view_submission", "team": TEAM, "user": USER}), (400,)),
    Row("a type that is no text", payload({"type": 5}), (400,)),
    Row("a user that is a list", click(user=[]), (400,)),
    Row("a team id that is a number", payload({**CLICK, "team": {"id": 5}}), (400,)),
]
