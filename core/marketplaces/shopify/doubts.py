"""What to make of a listing that shows too few units: wait for the order that took them, or put it right."""

from __future__ import annotations

from collections.abc import Callable

PATIENCE = 600.0


class Doubts:
    """What we may have left each item at, and since when some are too low; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left: dict[str, frozenset[int]] = {}
        self._since: dict[str, float] = {}

    def may_set(self, item: str, wanted: int, expected: int | None, shown: int) -> bool:
        """Whether the item may be set to `wanted` units now.

        A listing that shows fewer than expected has sold by itself, and the order is on its way: it is not raised
        meanwhile, for it would sell those units twice. After 10 minutes without an explanation, somebody edited it.
        One that shows what we left it at has not sold since.
        """
        if expected is None or shown >= expected or wanted <= shown or shown in self._left.get(item, ()):
            return True
        now = self._clock()
        return now - self._since.setdefault(item, now) >= PATIENCE

    def note_set(self, item: str, quantity: int) -> None:
        """The item shows this quantity now."""
        self._left[item] = frozenset((quantity,))
        self._since.pop(item, None)

    def note_tried(self, item: str, quantity: int) -> None:
        """The item was sent this quantity, and nobody knows whether it took it."""
        self._left[item] = self._left.get(item, frozenset()) | {quantity}
