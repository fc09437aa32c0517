"""What a channel was told, or was seen to show, in the last minute: the echoes of it are still on their way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

_SECONDS = 60.0
_MOST = 20_000


class Lately:
    """Quantities by SKU; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, str, int]] = deque(maxlen=_MOST)

    def note(self, seen: Iterable[tuple[str, int]]) -> None:
        """Remember these quantities for a minute."""
        self._forget()
        now = self._clock()
        self._seen.extend((now, sku, quantity) for sku, quantity in seen)

    def of(self, sku: str) -> frozenset[int]:
        """Those of the SKU."""
        self._forget()
        return frozenset(quantity for _, told, quantity in self._seen if told == sku)

    def __len__(self) -> int:
        return len(self._seen)

    def _forget(self) -> None:
        oldest = self._clock() - _SECONDS
        while self._seen and self._seen[0][0] < oldest:
            self._seen.popleft()
