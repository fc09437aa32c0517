"""The story of one ledger row: when its message came in, when it was durable, when each shop was told of it."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.changes import Entry
from playground.courier import Attempt
from playground.outside import SLACK, Outside
from playground.slack.workspace import Workspace
from playground.stand_in import Call

_ANSWERED = 200
_LATELY = 400
_POST = "chat.postMessage"


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
    """What is known of the row; `attempts` are its channel's deliveries as they were answered, `words` as given."""
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
        for at, call in _answered(stall.shop.calls[-_LATELY:])
        for sku in stall.told_by(call)
    ]
    return sorted(found, key=lambda word: word.at)


def posts_of(workspace: Workspace, skus: Collection[str]) -> list[Word]:
    """What Slack was posted about each of these SKUs lately, oldest first."""
    posts = [call for call in workspace.calls[-_LATELY:] if call.method == _POST and not call.error]
    return [Word(SLACK, sku, call.at) for call in posts for sku in skus if _names(call.arguments, sku)]


def posted_by(entries: Sequence[Entry], posts: Iterable[Word]) -> Mapping[str, float]:
    """When Slack was first told of what a row led to, by the row's id: a post is about the last move before it.

    `entries` are newest first.
    """
    found: dict[str, float] = {}
    for post in posts:
        led = (each for each in entries if each.sku == post.sku and each.at <= post.at and _moved(each))
        if cause := next(led, None):
            found.setdefault(cause.tx_id, post.at)
    return found


def _moved(entry: Entry) -> bool:
    return bool(entry.delta) or not entry.channel


def _names(arguments: Mapping[str, Any], sku: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(sku)}(?![\w-])", str(arguments.get("text", ""))) is not None


def _delivery(entry: Entry, attempts: Sequence[Attempt]) -> Attempt | None:
    """The first delivery to be answered of those during which the row was made, and which name its order."""
    if not entry.channel:
        return None
    name = entry.order_id.encode()
    first = bisect_left(attempts, entry.at, key=lambda each: each.answered_at)
    later = (attempts[place] for place in range(first, min(first + _LATELY, len(attempts))))
    return next((each for each in later if each.at <= entry.at and name in each.delivery.body), None)


def _told(entry: Entry, words: Sequence[Word]) -> Mapping[str, float]:
    """The first word to each shop after the row; a shop that sold it itself needs none."""
    told: dict[str, float] = {}
    for word in words if _moved(entry) else ():
        if word.sku == entry.sku and word.at >= entry.at and word.channel != entry.channel:
            told.setdefault(word.channel, word.at)
    return told


def _answered(calls: Iterable[Call]) -> Iterator[tuple[float, Call]]:
    for call in calls:
        if call.status == _ANSWERED and call.answered_at is not None:
            yield call.answered_at, call
