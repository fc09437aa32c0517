"""Names that Slack gives: message timestamps, ids, and the ids of blocks and elements left without one."""

import itertools
from collections.abc import Callable, Iterator

from playground.slack.records import Json, JsonObject

_MICROSECONDS = 1_000_000
_STEP = 100
_NESTED = ("accessory", "element", "elements", "actions", "child_blocks")
_INTERACTIVE = frozenset({"accessory", "element", "elements", "actions"})
_PASSIVE = frozenset(
    {"plain_text", "mrkdwn", "image", "text", "link", "user", "emoji", "card"}
    | {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)


class Identifiers:
    """Gives unique ids, and timestamps that never repeat and never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0
        self._numbers = itertools.count(1)

    def timestamp(self) -> str:
        """The next message ts: seconds and microseconds, later than every one before it."""
        now = int(self._clock() * _MICROSECONDS) // _STEP * _STEP
        self._last = max(now, self._last + _STEP)
        return f"{self._last // _MICROSECONDS}.{self._last % _MICROSECONDS:06d}"

    def new(self, prefix: str) -> str:
        """An id that starts with `prefix`, such as V for views."""
        return f"{prefix}{next(self._numbers):08d}"

    def fill(self, blocks: list[JsonObject]) -> list[JsonObject]:
        """A copy of the blocks in which every block and interactive element has an id."""
        return [self._filled_block(block) for block in blocks]

    def _filled_block(self, block: JsonObject) -> JsonObject:
        filled = {**block, "block_id": block.get("block_id") or self.new("b")}
        for name in _NESTED:
            if block.get(name) is not None:
                filled[name] = self._filled_part(name, block[name])
        return filled

    def _filled_part(self, name: str, part: Json) -> Json:
        if isinstance(part, list):
            return [self._filled_part(name, each) for each in part]
        if name == "child_blocks" or part.get("type") == "card":
            return self._filled_block(part)
        if name in _INTERACTIVE and part.get("type") not in _PASSIVE:
            return {**part, "action_id": part.get("action_id") or self.new("a")}
        return part


def elements_of(blocks: list[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Every element with the block that holds it, looking inside containers, cards and carousels."""
    for block in blocks:
        for name in _NESTED:
            parts = block.get(name) or []
            for part in parts if isinstance(parts, list) else [parts]:
                if name == "child_blocks" or part.get("type") == "card":
                    yield from elements_of([part])
                else:
                    yield block, part
