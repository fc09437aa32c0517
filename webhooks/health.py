"""Whether this instance is alive, and whether it should be sent requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from core.errors import Unavailable
from core.identity import is_nonce
from core.service import Service
from webhooks.answers import answer, moment

PING_SECONDS = 2.0
CACHED_SECONDS = 2.5


class Health:
    """Alive means that the loop turns; ready, that the store answers and nobody has set `draining`."""

    def __init__(self, service: Service, draining: asyncio.Event, warnings: Sequence[Callable[[], str]] = ()) -> None:
        self._service = service
        self._draining = draining
        self._warnings = warnings
        self._lock = asyncio.Lock()
        self._asked_at: float | None = None
        self._trouble = ""

    async def alive(self, request: Request) -> Response:
        """Always well; it asks nobody. With a nonce it proves whose server it is, where the store answers."""
        nonce = request.query_params.get("nonce", "")
        proof = await self._proof(nonce) if is_nonce(nonce) else ""
        told = {"ok": True, "status": "ok", "timestamp": moment(self._service.clock())}
        return answer(told | ({"proof": proof} if proof else {}))

    async def ready(self, _: Request) -> Response:
        """200, or 503 with the reasons why not; warnings change nothing. The store is asked at most once in 2.5 s."""
        trouble = await self._store_trouble()
        reasons = (["draining"] if self._draining.is_set() else []) + ([trouble] if trouble else [])
        if not reasons:
            warnings = [said for warning in self._warnings if (said := warning())]
            return answer({"ok": True, "status": "ready", "reasons": []} | ({"warnings": warnings} if warnings else {}))
        error = {"code": "not_ready", "message": ", ".join(reasons)}
        return answer({"ok": False, "status": "not ready", "reasons": reasons, "error": error}, 503)

    async def _store_trouble(self) -> str:
        async with self._lock:
            now = self._service.clock()
            if self._asked_at is None or abs(now - self._asked_at) >= CACHED_SECONDS:
                self._trouble = await self._ping()
                self._asked_at = now
        return self._trouble

    async def _proof(self, nonce: str) -> str:
        try:
            async with asyncio.timeout(PING_SECONDS):
                return await self._service.identity.proof(nonce)
        except (Unavailable, TimeoutError):
            return ""

    async def _ping(self) -> str:
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._service.store.ping()
        except (Unavailable, TimeoutError):
            return "the store does not answer"
        return ""
