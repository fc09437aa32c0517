"""How a channel's listing stands, in all the respects it was told of: one alert for a SKU while anything is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from core.changes import Decision, Notice, Status
from core.channels import title_of
from core.listings import listed
from core.messages import Standing
from core.stock import Stock

_KIND = "sync_failed"


@dataclass(frozen=True, slots=True)
class StandingChange:
    """Note what a channel said of a listing; the newest word on each respect holds, in whatever order they come."""

    channel: str
    said: Standing
    now: float

    @property
    def key(self) -> str:
        """All that is known of one listing is kept together."""
        return f"{self.channel}#standing#{self.said.sku}"

    @property
    def exact(self) -> bool:
        """Whether the listing should be empty decides, so the numbers must be fresh."""
        return True

    def needs(self, known: bytes | None) -> tuple[str, ...]:
        """The one SKU."""
        return (self.said.sku,)

    def decide(self, known: bytes | None, stock: Mapping[str, Stock]) -> Decision:
        """Raise, repeat or clear the listing's one alert; no stock moves."""
        said, before = self.said, _read(known)
        if said.at < before.get(said.about, ("", -1.0))[1]:
            return Decision(Status.IGNORED)
        level = stock[said.sku]
        # What we do not keep is none of our business: Amazon may well sell it from its own stock.
        excused = not level.managed or (said.unless_empty and listed(level) == 0)
        problem = "" if excused else said.problem
        if before.get(said.about) == (problem, said.at):
            return Decision(Status.DUPLICATE)
        after = {**before, said.about: (problem, said.at)}
        if _problems(before) == _problems(after):
            return Decision(Status.APPLIED, orjson.dumps(after))
        return Decision(Status.APPLIED, orjson.dumps(after), notices=(self._notice(_problems(after)),))

    def _notice(self, problems: tuple[str, ...]) -> Notice:
        name, sku = title_of(self.channel), self.said.sku
        scope = f"{sku}@{self.channel}-listing"
        notice_id = f"{self.key}@{self.said.at:.3f}"
        if not problems:
            return Notice(notice_id, _KIND, sku, f"{name}'s listing of {sku} is fine again.", scope=scope, clears=True)
        text = f"{name}'s listing of {sku} has a problem: {'; '.join(problems)}. See it in {name}'s own seller pages."
        return Notice(notice_id, _KIND, sku, text, scope=scope)


def _read(known: bytes | None) -> dict[str, tuple[str, float]]:
    rows: Mapping[str, tuple[str, float]] = orjson.loads(known) if known else {}
    return {about: (problem, at) for about, (problem, at) in rows.items()}


def _problems(rows: Mapping[str, tuple[str, float]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem for _, (problem, _) in sorted(rows.items()) if problem))
