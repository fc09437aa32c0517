"""The card of one SKU: what is on hand, what the channels were told, how long it lasts, who changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.blocks import Block, Content, actions, button, context, fit, paragraphs, section
from bot.views.bundle import made_of, part_of
from bot.views.entries import entry_row
from bot.views.figures import ago, count, days, spark
from bot.views.sku import pack
from bot.views.text import clean, code, escape, quoted
from core.changes import Entry
from core.forecast import days_of_cover, recent
from core.stock import Level, Parts, Push, Stock, Told

REFRESH, HISTORY, RETURNS, ADJUST = "stock_refresh", "stock_history", "stock_returns", "stock_adjust"
SHOW = "stock_show"
NEAREST = 5
_DAY = 86_400
_PART = 3_300
NOTHING: Mapping[str, str] = {}


def stock_card(
    level: Level,
    entries: Sequence[Entry],
    now: float,
    nearest: Sequence[str] = (),
    arranged: Mapping[str, str] = NOTHING,
    parts: Sequence[Level] = (),
) -> Content:
    """Everything about the SKU; for one that nobody has set, how to set it and which ones may be meant.

    `arranged`: per channel what people arranged for the SKU there, in words ("": nothing). `parts`: those of a bundle.
    """
    if not level.stock.managed:
        return _unset(level, entries, now, nearest)
    channels = sorted({*level.told, *(channel for channel, words in arranged.items() if words)})
    told = fit(_told_row(channel, level.told.get(channel), arranged.get(channel, ""), now) for channel in channels)
    sums = sum_of(level.stock, level.made_of)
    blocks = [
        section(f"{code(level.sku)}\n*{level.stock.broadcast:,} to sell* · {sums}"),
        *made_of(level, parts),
        *paragraphs(fit(told.rows, _PART).rows or ["No channel has been told yet."]),
        section(_pace(level, int(now // _DAY))),
        *_changes(entries, now),
        _buttons(level.sku),
        context(f"Low at {level.stock.low_at:,}", f"Changed {ago(level.updated_at, now)}", *part_of(level)),
    ]
    fallback = f"{escape(level.sku, 200)}: {level.stock.broadcast:,} to sell ({sums})"
    return Content(fallback, tuple(blocks))


def suggestion(number: int) -> str:
    """The action id of that one of the buttons with SKUs that may be meant."""
    return f"{SHOW}_{number}"


def sum_of(stock: Stock, parts: Parts = ()) -> str:
    """The arithmetic in words and numbers: `50 on hand, 5 held back: 50 - 5 = 45`."""
    floor = " (never below 0)" if stock.physical < stock.buffer else ""
    on_hand = f"its parts allow {stock.physical:,}" if parts else f"{stock.physical:,} on hand"
    words = f"{on_hand}, {stock.buffer:,} held back"
    return f"{words}: {stock.physical:,} - {stock.buffer:,} = {stock.broadcast:,}{floor}"


def _unset(level: Level, entries: Sequence[Entry], now: float, nearest: Sequence[str]) -> Content:
    how = f"/stock set {escape(quoted(level.sku), 210)} 50"
    text = f"Nobody has set the stock of {code(level.sku)} yet, so no channel is told anything about it."
    fallback = f"Nobody has set the stock of {escape(level.sku, 200)} yet. Set it with {how}"
    told = section(f"{text}\nCount it and set it: `{how}`", button("Set stock", ADJUST, pack(level.sku)))
    return Content(fallback, (told, *_meant(nearest), *_changes(entries, now)))


def _meant(nearest: Sequence[str]) -> list[Block]:
    """A button for each SKU that may be meant."""
    shown = [button(clean(sku, 75), suggestion(number), pack(sku)) for number, sku in enumerate(nearest[:NEAREST])]
    return [section("*Did you mean*"), actions(*shown)] if shown else []


def _told_row(channel: str, told: Told | None, arranged: str, now: float) -> str:
    also = f" · {arranged}" if arranged else ""
    return f"• *{escape(channel, 40)}*: {_said(told, now) if told else 'not told yet'}{also}"


def _said(told: Told, now: float) -> str:
    shown = "never told" if told.quantity is None else f"told {told.quantity:,}, {ago(told.at, now)}"
    wrong = f": {escape(told.error, 120)}" if told.error else ""
    match told.status:
        case Push.CONFIRMED:
            state = ""
        case Push.OWED:
            state = f" · owed since {ago(told.owed_since, now)}{wrong}"
        case Push.REFUSED:
            state = f" · refused{wrong}"
        case Push.UNLISTED:
            return "not sold there"
    return f"{shown}{state}"


def _pace(level: Level, today: int) -> str:
    sold = recent(level.sold, today)
    units = sum(sold)
    cover = days_of_cover(level.stock.broadcast, level.sold, today)
    lasts = "Nothing sold lately." if cover is None else f"Lasts *{days(cover)}* at this pace."
    return f"{spark(sold)}  {count(units, 'unit')} sold in 14 days. {lasts}"


def _changes(entries: Sequence[Entry], now: float) -> list[Block]:
    fitted = fit((entry_row(entry, now) for entry in entries), _PART)
    return paragraphs(["*Last changes*", *fitted.rows]) if fitted.rows else []


def _buttons(sku: str) -> Block:
    value = pack(sku)
    return actions(
        button("Adjust stock", ADJUST, value),
        button("History", HISTORY, value),
        button("Returns", RETURNS, value),
        button("Refresh", REFRESH, value),
    )
