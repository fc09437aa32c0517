"""Whether the address that shops are given reaches this server: nothing secret is sent, no redirect followed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import httpx2

from core.errors import SyncStateError
from core.identity import expected_proof
from core.ports import Finding
from parts import World, make_store
from settings import Settings
from values import StoreKind

PATIENCE = 5.0
_MOST = 10_000
_MOVED, _FAULT = range(300, 400), 500
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what HOST may be, not what is listened on


@dataclass(frozen=True, slots=True)
class Heard:
    """What an address answered: the proof of a SyncState, or why it is none; `moved` to where it sends on."""

    proof: str = ""
    trouble: str = ""
    moved: str = ""


async def look_at_address(settings: Settings, world: World) -> list[Finding]:
    """One finding for SYNCSTATE_PUBLIC_URL, where it is set."""
    if not settings.public_url:
        return []
    nonce, here = world.fresh_id(), f"http://{_EVERYWHERE.get(settings.host, settings.host)}:{settings.port}"
    async with world.client() as client:
        there, local = await asyncio.gather(*(_ask(client, url, nonce) for url in (settings.public_url, here)))
    expected = await _expected(settings, world, nonce)
    return [_judge(settings.public_url, there, here, expected, runs=bool(expected) and local.proof == expected)]


def _judge(url: str, there: Heard, here: str, expected: str, *, runs: bool) -> Finding:
    check, lead = f"The public address, {url}", f"have your proxy, tunnel or DNS lead it to {here}"
    or_other = "or set SYNCSTATE_PUBLIC_URL to the address that does reach it"
    if expected and there.proof == expected:
        return Finding(check)
    if there.proof:
        return Finding(check, "a SyncState on other data answers there", f"{lead}, {or_other}")
    if there.moved:
        advice = "set SYNCSTATE_PUBLIC_URL to the address that answers by itself; shops follow no redirect"
        return Finding(check, f"it redirects to {there.moved}", advice)
    if not runs:
        start = "start the server (syncstate serve), then run syncstate doctor again"
        return Finding(check, advice=f"not known whether it reaches this server, which does not run: {start}")
    return Finding(check, there.trouble, f"{lead}, {or_other}")


async def _ask(client: httpx2.AsyncClient, url: str, nonce: str) -> Heard:
    try:
        async with asyncio.timeout(PATIENCE):
            return await _fetch(client, f"{url}/healthz", nonce)
    except TimeoutError:
        return Heard(trouble=f"nobody answers there within {PATIENCE:.0f} s")
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Heard(trouble=f"nobody answers there ({_reason(error)})")


async def _fetch(client: httpx2.AsyncClient, url: str, nonce: str) -> Heard:
    asked = client.stream("GET", url, params={"nonce": nonce}, timeout=PATIENCE, follow_redirects=False)
    async with asked as answer:
        if answer.status_code in _MOVED:
            return Heard(moved=_place(answer))
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > _MOST:
                break
    if answer.status_code >= _FAULT:
        return Heard(trouble=f"what stands before it answers with status {answer.status_code}")
    proof = _proof(body)
    return Heard(proof=proof, trouble="" if proof else f"something else answers there (status {answer.status_code})")


def _proof(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    proof = said.get("proof") if isinstance(said, dict) else None
    return proof if isinstance(proof, str) else ""


def _place(answer: httpx2.Response) -> str:
    """Where the redirect leads, without what might be secret in it."""
    place = answer.url.join(answer.headers.get("location", ""))
    return f"{place.scheme}://{place.netloc.decode()}{place.path}"


def _reason(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__


async def _expected(settings: Settings, world: World, nonce: str) -> str:
    """What this server answers; "" where its data cannot be read, which another finding says, or where it never ran."""
    try:
        store = make_store(settings, world, (), watching=True)
    except SyncStateError:
        return ""
    try:
        if settings.store is StoreKind.SQLITE:  # DynamoDB's would make tables
            await store.open()
        return await expected_proof(store, nonce)
    except (SyncStateError, OSError):
        return ""
    finally:
        await store.close()
