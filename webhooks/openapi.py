"""The description of every route as OpenAPI 3.1, made from the tables that the routes are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.alerts import Severity
from core.doors import Door, Takes
from core.linking import ListingForm
from webhooks.api.call import MOST_LIMIT
from webhooks.api.endpoint import Operation
from webhooks.doors import path_of
from webhooks.schemas import SCHEMAS, SKU, TEXT, Schema, mappings, one_of, ref, up_to

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PLAIN = "text/plain"

PARAMETERS: Mapping[str, Schema] = {
    "sku": {"in": "query", "required": True, "schema": SKU},
    "limit": {"in": "query", "schema": up_to(MOST_LIMIT, 1), "description": "Most items of a page"},
    "cursor": {"in": "query", "schema": TEXT, "description": "What the page before gave"},
    "fresh": {"in": "query", "schema": one_of("01"), "description": "1 reads through the cache of 60 s"},
    "nonce": {"in": "query", "schema": {"type": "string", "pattern": "^[0-9a-f]{32,64}$"}},
    "Idempotency-Key": {"in": "header", "schema": TEXT, "description": "The change is made once for it"},
}
PATH_SCHEMAS: Mapping[str, Schema] = {"sku": SKU, "severity": one_of(Severity), "alert_id": TEXT, "channel": TEXT}
PROOFS: Mapping[str, Schema] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of SYNCSTATE_API_TOKENS"},
    "slack": {"type": "apiKey", "in": "header", "name": "X-Slack-Signature"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One method on one path as it is described; `proof` names a security scheme, "" where nothing is asked."""

    method: str
    path: str
    summary: str
    gives: str = ""
    takes: str = ""
    proof: str = ""
    params: tuple[str, ...] = ()
    answers: str = JSON
    reads: str = JSON


TAKEN = {
    Takes.NOTICE: ("Message", "Receipt"),
    Takes.ORDER: ("Order", "Receipt"),
    Takes.RETURN: ("ReturnReport", "ReturnReceipt"),
}
OTHERS = (
    Entry("POST", "/slack/events", "Take a command, a button or an event from Slack", proof="slack", reads=FORM),
    Entry("GET", "/api/openapi.json", "This description", "Description"),
    Entry("GET", "/health", "Whether this instance is alive", "Alive", params=("nonce",)),
    Entry("GET", "/healthz", "Whether this instance is alive", "Alive", params=("nonce",)),
    Entry("GET", "/readyz", "Whether this instance should be sent requests", "Ready"),
    Entry("GET", "/metrics", "Metrics for Prometheus; from another machine, with a token", answers=PLAIN),
)


def describe(
    operations: Sequence[Operation], ways_in: Mapping[str, Sequence[Door]], forms: Sequence[ListingForm]
) -> Mapping[str, Any]:
    """The whole description; `ways_in` are the doors of each channel, `forms` how channels name listings."""
    webhooks = [_webhook(channel, door) for channel, doors in ways_in.items() for door in doors]
    proofs = {channel: _proof(door.proof) for channel, doors in ways_in.items() for door in doors if door.proof}
    entries = [*webhooks, *map(_operation, operations), *OTHERS]
    paths: dict[str, dict[str, Any]] = {}
    for entry in entries:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _describe(entry)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SyncState",
            "version": "1",
            "summary": "One physical stock per SKU, told to every marketplace and kept by people in Slack.",
        },
        "paths": paths,
        "components": {
            "schemas": {**SCHEMAS, **mappings(forms)},
            "securitySchemes": {**PROOFS, **proofs},
            "responses": {"Error": {"description": "Why not", "content": {JSON: {"schema": ref("Error")}}}},
        },
    }


def _operation(row: Operation) -> Entry:
    path = re.sub(r"\{(\w+):\w+\}", r"{\1}", row.path)
    return Entry(row.method, path, row.summary, row.gives, row.takes, "token", row.params)


def _webhook(channel: str, door: Door) -> Entry:
    takes, gives = TAKEN[door.takes]
    return Entry("POST", path_of(door), door.summary, gives, takes, channel if door.proof else "")


def _proof(header: str) -> Schema:
    if header.lower() == "authorization":
        return {"type": "http", "scheme": "bearer"}
    return {"type": "apiKey", "in": "header", "name": header}


def _describe(entry: Entry) -> Mapping[str, Any]:
    named = re.findall(r"\{(\w+)\}", entry.path)
    parameters = [{"name": name, "in": "path", "required": True, "schema": PATH_SCHEMAS[name]} for name in named]
    parameters += [{"name": name, **PARAMETERS[name]} for name in entry.params]
    errors = {} if entry.gives in ("Alive", "Description") else {"4XX": _ERROR, "5XX": _ERROR}
    takes = entry.takes or entry.reads is FORM
    return {
        "operationId": re.sub(r"\W+", "_", f"{entry.method.lower()}{entry.path}").strip("_"),
        "summary": entry.summary,
        "parameters": parameters,
        "responses": {"200": _content(entry.gives, entry.answers, "As asked"), **errors, **_MORE.get(entry.path, {})},
        **({"requestBody": {"required": True, **_content(entry.takes, entry.reads)}} if takes else {}),
        **({"security": [{entry.proof: []}]} if entry.proof else {}),
    }


def _content(name: str, media: str, description: str = "") -> Mapping[str, Any]:
    content = {"content": {media: {"schema": ref(name)} if name else {}}}
    return {"description": description, **content} if description else content


_ERROR: Schema = {"$ref": "#/components/responses/Error"}
_MORE: Mapping[str, Mapping[str, Any]] = {"/readyz": {"503": _content("NotReady", JSON, "Not now, and why")}}
