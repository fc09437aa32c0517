"""Which installation this is: a key in the store that nobody sees, by which a server proves whose it is."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable

from core.ports import Store

_NOTE = "identity"
_NONCE = re.compile(r"[0-9a-f]{32,64}")


class Identity:
    """Proves the installation to whoever reads the same store; `fresh_id` makes a key that nobody can guess."""

    def __init__(self, store: Store, fresh_id: Callable[[], str]) -> None:
        self._store = store
        self._fresh_id = fresh_id
        self._key = b""

    async def proof(self, nonce: str) -> str:
        """What answers this nonce, made with the installation's key; Unavailable."""
        while not self._key:
            self._key = await self._store.note(_NOTE) or b""
            if not self._key:
                await self._store.swap_note(_NOTE, None, self._fresh_id().encode())
        return _answer(self._key, nonce)


async def expected_proof(store: Store, nonce: str) -> str:
    """What a server on this store answers the nonce with; "" where none ever did. Unavailable."""
    key = await store.note(_NOTE)
    return _answer(key, nonce) if key else ""


def is_nonce(text: str) -> bool:
    """Whether the text may be answered: 32 to 64 hexadecimal digits."""
    return _NONCE.fullmatch(text) is not None


def _answer(key: bytes, nonce: str) -> str:
    return hmac.new(key, nonce.encode(), hashlib.sha256).hexdigest()
