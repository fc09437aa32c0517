"""How the sales channels are doing."""

from __future__ import annotations

from dataclasses import dataclass

# Names that people do not write with one capital at their start.
_WRITTEN = {"woocommerce": "WooCommerce"}


def title_of(channel: str) -> str:
    """The channel's name as people write it."""
    return _WRITTEN.get(channel, channel.capitalize())


@dataclass(frozen=True, slots=True)
class Arrears:
    """What one channel is owed, over all instances: `owed` SKUs since `oldest` (epoch s) at the most, with the reason
    of that one as `error`, and `refused` SKUs that wait for a person.
    """

    owed: int = 0
    refused: int = 0
    oldest: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How one channel is doing: times are epoch seconds (0: never), `owed` counts SKUs, `error` is the last one.

    `failing_since`: when the channel as a whole stopped answering (0: it answers). `refused` counts SKUs that it does
    not take until a person acts. `paused_by` and `paused_at` say who paused it and when; `dry_run`: it is only noted
    what would be sent. `rule` says in words how much of the stock it lists ("": all of it). `adopted`: when what it
    showed was last taken as stock. `waiting` counts SKUs that this instance is telling it, or is about to.
    """

    name: str
    last_success: float = 0.0
    owed: int = 0
    oldest_owed: float = 0.0
    error: str = ""
    paused: bool = False
    failing_since: float = 0.0
    refused: int = 0
    paused_by: str = ""
    paused_at: float = 0.0
    dry_run: bool = False
    rule: str = ""
    adopted: float = 0.0
    waiting: int = 0


def added_up(one: Arrears, other: Arrears) -> Arrears:
    """What both are together."""
    first = min((each for each in (one, other) if each.oldest), key=lambda each: each.oldest, default=one)
    return Arrears(one.owed + other.owed, one.refused + other.refused, first.oldest, first.error)
