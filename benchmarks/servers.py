"""The servers that are measured: SyncState itself on either store, the bare route, the rival, and MiniStack."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks.children import Child, free_port, running
from benchmarks.orders import SECRET

TOKEN = "bench-token-that-guards-nothing"  # noqa: S105
AUTHORISED = {"authorization": f"Bearer {TOKEN}"}
_PAGE = 200


@contextmanager
def syncstate(folder: Path, store: Mapping[str, str] | None = None) -> Iterator[Child]:
    """`syncstate serve` with nothing configured but a Shopify secret and a token, on SQLite unless `store` says else.

    Its data file is `data/syncstate.db` in the folder.
    """
    env = {"SHOPIFY_WEBHOOK_SECRET": SECRET, "SYNCSTATE_API_TOKENS": f"bench:admin:{TOKEN}", **(store or {})}
    with running(folder, "cli", "serve", env=env) as child:
        child.await_answer("/readyz")
        yield child


@contextmanager
def bare(folder: Path) -> Iterator[Child]:
    """The same routes, storing nothing."""
    with running(folder, "benchmarks.bare") as child:
        child.await_answer("/healthz")
        yield child


@contextmanager
def rival(folder: Path, endpoint: Mapping[str, str], *, promising: bool = False) -> Iterator[Child]:
    """The naive route over DynamoDB; `promising`: it also does what SyncState promises beyond storing an order."""
    env = {**endpoint, **({"KEEP_PROMISES": "yes"} if promising else {})}
    with running(folder, "benchmarks.rival", env=env) as child:
        child.await_answer("/stock")
        yield child


@contextmanager
def ministack(folder: Path) -> Iterator[tuple[Child, Mapping[str, str]]]:
    """DynamoDB as MiniStack speaks it, in a process of its own, and the variables that lead there."""
    port = free_port()
    with running(folder, "tests.flows.dynamodb_server", str(port), port=port) as child:
        child.await_answer("/", http.client.METHOD_NOT_ALLOWED)
        yield (
            child,
            {
                "SYNCSTATE_STORE": "dynamodb",
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
            },
        )


def on_hand(server: Child) -> dict[str, int]:
    """What SyncState has on hand of every SKU."""
    found: dict[str, int] = {}
    cursor = ""
    while True:
        page = ask(server, f"/api/inventory?limit={_PAGE}&cursor={quote(cursor)}")
        found |= {row["sku"]: row["physical"] for row in page["items"]}
        cursor = page["cursor"]
        if not cursor:
            return found


def ask(server: Child, path: str) -> dict[str, Any]:
    """The JSON that the server answers to GET."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", path, headers=AUTHORISED)
        answer = connection.getresponse()
        found: dict[str, Any] = orjson.loads(answer.read())
    finally:
        connection.close()
    assert answer.status == http.client.OK, f"{path}: {answer.status} {found}"
    return found
