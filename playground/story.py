"""The story of one ledger row: when its message came in, when it was durable, when each shop was told of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.changes import Entry
from playground.courier import Attempt
from playground.outside import Outside
from playground.stand_in import Call

_ANSWERED = 200


@dataclass(frozen=True, slots=True)
class Word:
    """A quantity for `sku` that the shop `channel` accepted at `at` (epoch s)."""

    channel: str
    sku: str
    at: float


@dataclass(frozen=True, slots=True)
class Story:
    """Times in epoch seconds, `committed` being the latest that it can have been; None or absent where not seen."""

    received: float | None = None
    committed: float | None = None
    told: Mapping[str, float] = field(default_factory=dict)


def story_of(entry: Entry, attempts: Sequence[Attempt], words: Sequence[Word]) -> Story:
    """What is known of the row; `attempts` are the deliveries of its channel, `words` in the order they were given."""
    brought = _delivery(entry, attempts)
    told = _told(entry, words)
    if brought is None:
        return Story(told=told)
    # Shops are told once the row is durable, while the answer to the webhook may still be on its way.
    return Story(brought.at, min([brought.answered_at, *told.values()]), told)


def words_of(outside: Outside) -> list[Word]:
    """Every quantity that the shops have accepted lately, oldest first."""
    found = [
        Word(name, sku, at)
        for name, stall in outside.stalls.items()
        for at, call in _answered(stall.shop.calls)
        for sku in stall.told_by(call)
    ]
    return sorted(found, key=lambda word: word.at)


def _delivery(entry: Entry, attempts: Sequence[Attempt]) -> Attempt | None:
    """The delivery during which the row was made, and which names its order."""
    if not entry.channel:
        return None
    name = entry.order_id.encode()
    during = (each for each in attempts if each.at <= entry.at <= each.answered_at and name in each.delivery.body)
    return min(during, key=lambda each: each.answered_at, default=None)


def _told(entry: Entry, words: Sequence[Word]) -> Mapping[str, float]:
    """The first word to each shop after the row; a shop that sold it itself needs none."""
    told: dict[str, float] = {}
    moved = entry.delta or not entry.channel
    for word in words if moved else ():
        if word.sku == entry.sku and word.at >= entry.at and word.channel != entry.channel:
            told.setdefault(word.channel, word.at)
    return told


def _answered(calls: Iterable[Call]) -> Iterator[tuple[float, Call]]:
    for call in calls:
        if call.status == _ANSWERED and call.answered_at is not None:
            yield call.answered_at, call
