"""How the sales channels are doing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How one channel is doing: times are epoch seconds (0: never), `owed` counts SKUs, `error` is the last one.

    `failing_since`: when the channel as a whole stopped answering (0: it answers).
    """

    name: str
    last_success: float = 0.0
    owed: int = 0
    oldest_owed: float = 0.0
    error: str = ""
    paused: bool = False
    failing_since: float = 0.0
