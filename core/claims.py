"""Stores over which several instances agree who tells a channel of a SKU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class Claims(Protocol):
    """A store whose commits make this instance the teller of what they move."""

    def claim_for(self, channels: Callable[[], Sequence[str]]) -> None:
        """Make it that of these channels only, which are asked for at each commit."""
