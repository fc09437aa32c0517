"""Everything that the page shows, as one JSON object, for one of the people."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.commands import all_commands
from core.bundles import in_words
from core.changes import Entry
from core.channels import title_of as name_of
from core.stock import Level
from core.terms import Terms
from playground.errors import RefusedError
from playground.page.conversations import show_slack
from playground.page.orders import last_order
from playground.shelves import title_of
from playground.stall import Stall
from playground.stories import STORIES
from playground.stories.stage import Stage
from playground.stories.teller import Teller
from playground.story import Word, posted_by, posts_of, story_of, words_of
from playground.terms import held, terms_in, wanted

Json: TypeAlias = dict[str, Any]

_SKUS = 200
_HISTORIES = 30
_ROWS = 60
COMMANDS = [
    {"slash": each.SLASH, "name": each.NAME, "bare": each.BARE, "usage": each.USAGE, "help": each.HELP}
    for each in all_commands()
]
TALES = [{"name": each.name, "title": each.title, "help": each.help} for each in STORIES]


class Page:
    """What there is to see of what is on `stage`; rows of the ledger before `since` (epoch s) have no story."""

    def __init__(self, stage: Stage, teller: Teller, since: float) -> None:
        self._store = stage.store
        self._outside = stage.outside
        self._kept = stage.kept
        self._teller = teller
        self._since = since

    async def show(self, person: str) -> Json:
        """The page for the person with this name; LookupError when there is nobody of that name."""
        self._outside.forget()
        words = words_of(self._outside)
        levels = (await self._store.list_levels("", _SKUS)).items
        terms = await terms_in(self._store)
        return {
            "now": self._outside.clock(),
            "app": {"up": self._kept.up, "pid": self._kept.pid, "starts": self._kept.starts},
            "slack": show_slack(self._outside.workspace, person),
            "commands": COMMANDS,
            "stories": TALES,
            "story": self._teller.show(),
            "shops": [self._shop(stall, levels, words) for stall in self._outside.stalls.values()],
            "stock": [self._row(level, terms) for level in levels],
            "ledger": await self._ledger(levels, words),
        }

    def _shop(self, stall: Stall, levels: Sequence[Level], words: Sequence[Word]) -> Json:
        told = [level.told[stall.name] for level in levels if stall.name in level.told]
        return {
            "name": stall.name,
            "title": name_of(stall.name),
            "faults": [fault.value for fault in stall.shop.faults.active()],
            "takes_back": stall.takes_back,
            "waiting": not self._outside.couriers[stall.name].idle,
            "order": last_order(stall),
            "owed": sum(each.is_owed for each in told),
            "error": next((each.error for each in told if each.is_owed and each.error), ""),
            "last_success": max((word.at for word in words if word.channel == stall.name), default=0),
        }

    def _row(self, level: Level, terms: Mapping[str, Terms]) -> Json:
        stock = level.stock
        return {
            "sku": level.sku,
            "title": title_of(level.sku),
            "known": stock.managed,
            "physical": stock.physical,
            "buffer": stock.buffer,
            "broadcast": stock.broadcast,
            "alert": level.alert,
            "made_of": in_words(level.made_of) if level.made_of else "",
            "shops": {name: self._listing(name, level, terms) for name in self._outside.shops},
        }

    def _listing(self, name: str, level: Level, terms: Mapping[str, Terms]) -> Json:
        told = level.told.get(name)
        try:
            shows: int | None = self._outside.stalls[name].quantity(level.sku)
        except RefusedError:
            shows = None
        return {
            "shows": shows,
            "wanted": wanted(level, name, terms),
            "held": held(level, name, terms),
            "status": told.status if told else "",
            "error": told.error if told else "",
        }

    async def _ledger(self, levels: Sequence[Level], words: Sequence[Word]) -> list[Json]:
        newest = sorted(levels, key=lambda level: -level.updated_at)[:_HISTORIES]
        pages = [await self._store.history(level.sku, "", _ROWS) for level in newest]
        entries = sorted((entry for page in pages for entry in page.items), key=lambda entry: -entry.at)
        posts = posts_of(self._outside.workspace, [level.sku for level in newest])
        posted = posted_by(entries, posts)
        return [self._entry(entry, words, posted.get(entry.tx_id)) for entry in entries[:_ROWS]]

    def _order_name(self, entry: Entry) -> str:
        stall = self._outside.stalls.get(entry.channel)
        return stall.name_of(entry.order_id) if stall else entry.order_id

    def _entry(self, entry: Entry, words: Sequence[Word], posted: float | None) -> Json:
        row: Json = {
            "id": entry.tx_id,
            "at": entry.at,
            "action": entry.action,
            "sku": entry.sku,
            "delta": entry.delta,
            "channel": entry.channel,
            "order": self._order_name(entry),
            "actor": entry.actor,
            "note": entry.note,
            "status": entry.status,
        }
        if entry.at < self._since:
            return row
        courier = self._outside.couriers.get(entry.channel)
        story = story_of(entry, courier.attempts if courier else (), words)
        told = dict(sorted(story.told.items(), key=lambda each: each[1]))
        return {**row, "received": story.received, "committed": story.committed, "told": told, "posted": posted}
