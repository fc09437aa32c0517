"""Writing down what channels were told: one write for a SKU when several channels answer together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from core.alert_desk import AlertDesk
from core.changes import Notice
from core.channels import title_of
from core.ports import Store
from core.stock import Level, Push
from core.words import Word

_WINDOW = 0.25
_LONG_WINDOW = 5.0


@dataclass(slots=True)
class _Together:
    words: dict[str, Word] = field(default_factory=dict)
    done: asyncio.Future[Level | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    timer: asyncio.TimerHandle | None = None


class Settler:
    """Stores the last words on each SKU; `telling` says which channels have a push of the SKU in flight."""

    def __init__(self, store: Store, desk: AlertDesk, telling: Callable[[str], frozenset[str]]) -> None:
        self._store = store
        self._desk = desk
        self._telling = telling
        self._together: dict[str, _Together] = {}
        self._flushes: set[asyncio.Task[None]] = set()

    async def settle(self, sku: str, channel: str, word: Word) -> Level | None:
        """Store the word, durably; the level to look at again when it has moved on meanwhile.

        A patient word waits for those of the channels that are being told, for a while: one write stores them all.
        """
        together = self._together.setdefault(sku, _Together())
        together.words[channel] = word
        if together.timer is None or not word.patient:
            self._flush_later(sku, together, _LONG_WINDOW if word.patient else _WINDOW)
        if self._telling(sku) <= together.words.keys():
            self._flush(sku)
        return await asyncio.shield(together.done)

    def hurry(self, sku: str) -> None:
        """Store at once what only waits for others: the level has moved on, and its channels may have to be told."""
        together = self._together.get(sku)
        if together is not None and all(word.patient for word in together.words.values()):
            self._flush(sku)

    def _flush_later(self, sku: str, together: _Together, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if together.timer is not None:
            if together.timer.when() <= loop.time() + seconds:
                return
            together.timer.cancel()
        together.timer = loop.call_later(seconds, self._flush, sku)

    def _flush(self, sku: str) -> None:
        together = self._together.pop(sku, None)
        if together is None:
            return
        if together.timer is not None:
            together.timer.cancel()
        task = asyncio.get_running_loop().create_task(self._store_words(sku, together))
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    async def _store_words(self, sku: str, together: _Together) -> None:
        try:
            current = True
            for version in sorted({word.level.stock.version for word in together.words.values()}):
                words = {c: w for c, w in together.words.items() if w.level.stock.version == version}
                current = await self._store_version(sku, version, words) and current
            again = None if current else (await self._store.levels([sku]))[sku]
        except Exception as error:  # noqa: BLE001 - handed to every channel that waits for this write
            together.done.set_exception(error)
        else:
            together.done.set_result(again)

    async def _store_version(self, sku: str, version: int, words: dict[str, Word]) -> bool:
        for channel, word in words.items():
            linked = word.level.links.get(channel, "")
            if word.listing and word.listing != linked:
                await self._store.link(sku, {channel: word.listing}, {channel: linked})
        for channel, word in sorted(words.items(), key=lambda item: item[1].told.status is Push.REFUSED):
            await self._tell_people(sku, channel, word)
        told = {channel: word.told for channel, word in words.items()}
        own = {c: w.level.own[c] for c, w in words.items() if c in w.level.own and w.told.status is Push.CONFIRMED}
        return await self._store.settle(sku, version, told, own)

    async def _tell_people(self, sku: str, channel: str, word: Word) -> None:
        # Before the word is stored: what fails after it would never be told.
        if word.drift:
            notice_id = f"{channel}#drift#{sku}#{word.level.stock.version}#{word.drift}"
            await self._desk.report(Notice(notice_id, "drift", sku, word.drift))
        before = word.level.told.get(channel)
        others = [told for name, told in word.level.told.items() if name != channel]
        if word.told.status is Push.REFUSED:
            text = f"{title_of(channel)} refuses the stock of {sku}: {word.told.error}."
            await self._desk.report(Notice(f"{sku}@{channel}@{word.told.error}", "sync_failed", sku, text))
        elif word.told.status is not Push.CONFIRMED or before is None or before.status is Push.CONFIRMED:
            return
        elif all(told.status is not Push.REFUSED for told in others):
            text = f"{title_of(channel)} shows {word.told.quantity} of {sku} again."
            await self._desk.resolve("sync_failed", sku, text)
