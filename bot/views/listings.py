"""Lists with a page at a time: a SKU's history and returns, SKUs that were found, and what is low."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, Content, Fitted, actions, button, context, fit, paragraphs, section, size
from bot.views.entries import entry_row, return_row
from bot.views.figures import count, days
from bot.views.more import more
from bot.views.returns import is_undecided, verdict_buttons
from bot.views.sku import pack
from bot.views.stock import SHOW
from bot.views.text import code, escape
from core.alerts import condition_of
from core.changes import Entry, ReturnRow
from core.forecast import days_of_cover, recent
from core.stock import Level, Stock

PAGE = 10
_ROWS, _MOST = 7_000, 11_500
_DAY = 86_400


def history_list(sku: str, entries: Sequence[Entry], now: float, cursor: str = "") -> Content:
    """The ledger rows of the SKU, newest first; `cursor` is where older ones go on."""
    rows = history_rows(entries, now)
    return _listed("change", sku, rows, _onward(rows, more("history", sku, cursor)))


def history_rows(entries: Sequence[Entry], now: float) -> Fitted:
    """As many of the rows as there is room for."""
    return fit((entry_row(entry, now) for entry in entries), _ROWS)


def returns_list(sku: str, returns: Sequence[ReturnRow], now: float, cursor: str = "") -> Content:
    """The returns of the SKU, newest first, with buttons on those to decide about; `cursor`: where older ones go on."""
    rows = return_rows(returns, now)
    onward = _onward(rows, more("returns", sku, cursor))
    listed = _listed("return", sku, rows, ())
    groups = [_to_decide(row, now) for row in returns if is_undecided(row)]
    return Content(listed.text, tuple(_bounded(list(listed.blocks), groups, onward)))


def return_rows(returns: Sequence[ReturnRow], now: float) -> Fitted:
    """As many of the rows as there is room for."""
    return fit((return_row(row, now) for row in returns), _ROWS)


def found_list(query: str, levels: Sequence[Level], start: int = 0) -> Content:
    """SKUs that were found, from the one with that number on, best first; one more than a page when there are more."""
    if not levels:
        text = f"No SKU is like {code(query, 100)}."
        return Content(text.replace("`", ""), (section(text), context("Try fewer letters, or `/stock help`.")))
    rows = [_shown(f"{code(level.sku)}\n{_level(level.stock)}", level.sku) for level in levels]
    title = section(f"*SKUs like* {code(query, 100)}")
    return Content(f"SKUs like {escape(query, 100)}", _paged(title, rows, "find", query, start))


def low_list(levels: Sequence[Level], now: float, start: int = 0) -> Content:
    """What is low, out of stock or oversold, from the one with that number on, the worst first."""
    if not levels:
        text = f"Nothing {'more ' if start else ''}is low, out of stock or oversold."
        return Content(text, (section(text),))
    today = int(now // _DAY)
    numbered = enumerate(levels, start=start + 1)
    rows = [_shown(f"{number}. {code(each.sku)}\n{_need(each, today)}", each.sku) for number, each in numbered]
    title = "Low, out of stock or oversold, the worst first"
    return Content(title, _paged(section(f"*{title}*"), rows, "low", "", start))


def _paged(title: Block, rows: Sequence[Block], kind: str, subject: str, start: int) -> tuple[Block, ...]:
    shown = _bounded([title], [[row] for row in rows[:PAGE]], ())
    number = len(shown) - 1
    return (*shown, *(more(kind, subject, str(start + number)) if number < len(rows) else ()))


def _bounded(head: list[Block], groups: Sequence[Sequence[Block]], tail: Sequence[Block]) -> list[Block]:
    """The head, as many groups as there is room for, and the tail."""
    shown = head
    for group in groups:
        if size([*shown, *group, *tail]) > _MOST:
            break
        shown = [*shown, *group]
    return [*shown, *tail]


def _onward(rows: Fitted, button_for_more: list[Block]) -> list[Block]:
    return [context("There are older ones.")] if rows.left_out else button_for_more


def _to_decide(row: ReturnRow, now: float) -> list[Block]:
    buttons = verdict_buttons(row.return_id, row.sku)
    text = f"*To decide:* {return_row(row, now).removeprefix('• ')}"
    return [section(text), actions(*buttons)] if buttons else []


def _shown(text: str, sku: str) -> Block:
    return section(text, button("Show", SHOW, pack(sku)))


def _level(stock: Stock) -> str:
    if not stock.managed:
        return "its stock was never set"
    return f"{stock.broadcast:,} to sell · {stock.physical:,} on hand, {stock.buffer:,} held back"


def _need(level: Level, today: int) -> str:
    stock = level.stock
    pace = f"{count(sum(recent(level.sold, today)), 'unit')} sold in 14 days"
    match condition_of(stock):
        case "oversold":
            return f":rotating_light: oversold by {-stock.physical:,} · {pace}"
        case "out_of_stock":
            return f":rotating_light: out of stock · {pace}"
        case _:
            cover = days_of_cover(stock.broadcast, level.sold, today)
            lasts = f"lasts {days(cover)}" if cover is not None else "nothing sold lately"
            return f":warning: {stock.broadcast:,} left to sell, low at {stock.low_at:,} · {lasts}"


def _listed(noun: str, sku: str, rows: Fitted, tail: Sequence[Block]) -> Content:
    if not rows.rows:
        return Content(f"No {noun}s of {escape(sku, 200)}", (section(f"No {noun}s of {code(sku)} are recorded."),))
    title = f"Last {count(len(rows.rows), noun)} of"
    return Content(f"{title} {escape(sku, 200)}", (*paragraphs([f"*{title}* {code(sku)}", *rows.rows]), *tail))
