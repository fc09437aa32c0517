"""Everything that the page shows, as one JSON object, for one of the people."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from bot.commands import all_commands
from core.changes import Entry
from core.channels import ChannelHealth
from core.service import Service
from core.stock import Level
from playground.errors import RefusedError
from playground.faults import Fault
from playground.outside import Outside
from playground.page.conversations import show_slack
from playground.page.orders import last_order
from playground.shelves import title_of
from playground.story import Word, story_of, words_of

Json: TypeAlias = dict[str, Any]

_SKUS = 200
_HISTORIES = 30
_ROWS = 60
COMMANDS = [
    {"slash": each.SLASH, "name": each.NAME, "bare": each.BARE, "usage": each.USAGE, "help": each.HELP}
    for each in all_commands()
]


class Page:
    """What there is to see of the app (`service`) and of what is outside it; rows before `since` have no story."""

    def __init__(self, service: Service, outside: Outside, since: float) -> None:
        self._service = service
        self._outside = outside
        self._since = since

    async def show(self, person: str) -> Json:
        """The page for the person with this name; LookupError when there is nobody of that name."""
        self._outside.forget()
        levels = (await self._service.list_levels("", _SKUS)).items
        health = {each.name: each for each in await self._service.channels()}
        return {
            "now": self._outside.clock(),
            "slack": show_slack(self._outside.workspace, person),
            "commands": COMMANDS,
            "shops": [self._shop(name, health.get(name)) for name in self._outside.shops],
            "stock": [self._row(level) for level in levels],
            "ledger": await self._ledger(levels),
        }

    def _shop(self, name: str, health: ChannelHealth | None) -> Json:
        shop = self._outside.shops[name]
        return {
            "name": name,
            "faults": [fault.value for fault in shop.faults.active()],
            "online": not shop.faults.is_on(Fault.OFFLINE),
            "waiting": not self._outside.couriers[name].idle,
            "order": last_order(self._outside.stalls[name]),
            "owed": health.owed if health else 0,
            "error": health.error if health else "",
            "last_success": health.last_success if health else 0,
        }

    def _row(self, level: Level) -> Json:
        stock = level.stock
        return {
            "sku": level.sku,
            "title": title_of(level.sku),
            "known": stock.managed,
            "physical": stock.physical,
            "buffer": stock.buffer,
            "broadcast": stock.broadcast,
            "alert": level.alert,
            "shops": {name: self._listing(name, level) for name in self._outside.shops},
        }

    def _listing(self, name: str, level: Level) -> Json:
        told = level.told.get(name)
        try:
            shows: int | None = self._outside.stalls[name].quantity(level.sku)
        except RefusedError:
            shows = None
        return {"shows": shows, "status": told.status if told else "", "error": told.error if told else ""}

    async def _ledger(self, levels: Sequence[Level]) -> list[Json]:
        newest = sorted(levels, key=lambda level: -level.updated_at)[:_HISTORIES]
        pages = [await self._service.history(level.sku, limit=_ROWS) for level in newest]
        entries = sorted((entry for page in pages for entry in page.items), key=lambda entry: -entry.at)
        words = words_of(self._outside)
        return [self._entry(entry, words) for entry in entries[:_ROWS]]

    def _order_name(self, entry: Entry) -> str:
        stall = self._outside.stalls.get(entry.channel)
        return stall.name_of(entry.order_id) if stall else entry.order_id

    def _entry(self, entry: Entry, words: Sequence[Word]) -> Json:
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
        return {**row, "received": story.received, "committed": story.committed, "told": story.told}
