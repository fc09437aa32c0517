"""Levels and what channels were told, read and settled in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from core.channels import Arrears, added_up
from core.ports import Page
from core.stock import Level, Push, Stock, Told, read_tried, write_tried
from core.stores.sqlite.stock_rows import stock_of

_LEVEL = """SELECT sku, physical, buffer, version, low_at, counted_at, stated, updated_at, alert
FROM stock WHERE sku = ?"""
_WORD = "quantity, version, at, status, error, owed_since, blind, ahead, low, low_since, tried"
_TELL = f"INSERT OR REPLACE INTO told (sku, channel, {_WORD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own names
_ARREARS = """SELECT channel, status, count(*), min(owed_since), error FROM told
WHERE status != 'confirmed' AND status != 'unlisted' GROUP BY channel, status"""
_EMPTY = """INSERT INTO stock (sku, physical, buffer, version, low_at, counted_at, updated_at)
VALUES (?, 0, 0, 0, 5, NULL, 0) ON CONFLICT (sku) DO NOTHING"""


def read(db: sqlite3.Connection, skus: Sequence[str]) -> dict[str, Level]:
    """The levels of the SKUs; an unknown one is an unmanaged level of zeros."""
    return {sku: _level(db, sku) for sku in dict.fromkeys(skus)}


def page(db: sqlite3.Connection, cursor: str, limit: int) -> Page[Level]:
    """Levels in the order of their SKUs, after the cursor."""
    found = page_of_skus(db, cursor, limit)
    return Page(tuple(_level(db, sku) for sku in found.items), found.cursor)


def page_of_skus(db: sqlite3.Connection, cursor: str, limit: int) -> Page[str]:
    """SKUs in their order, after the cursor."""
    rows = db.execute("SELECT sku FROM stock WHERE sku > ? ORDER BY sku LIMIT ?", (cursor, limit))
    items = tuple(sku for (sku,) in rows)
    return Page(items, items[-1] if len(items) == limit else "")


def moved_since(db: sqlite3.Connection, day: int) -> list[str]:
    """SKUs whose stock moved on that day or later."""
    return [sku for (sku,) in db.execute("SELECT sku FROM stock WHERE moved >= ? ORDER BY sku", (day,))]


def settle(db: sqlite3.Connection, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
    """Store what the channels were told; whether the level is still of that version.

    Nothing of it where its sales are accounted for already: it was decided on a level from before that.
    """
    spent = {
        channel: own[channel] for channel, said in told.items() if said.status is Push.CONFIRMED and channel in own
    }
    stored = dict(db.execute("SELECT channel, units FROM own WHERE sku = ?", (sku,)).fetchall())
    if any(units > stored.get(channel, 0) for channel, units in spent.items()):
        return False
    for channel, said in told.items():
        db.execute(_TELL, (sku, channel, *_word(said)))
        if spent.get(channel):
            db.execute("UPDATE own SET units = units - ? WHERE sku = ? AND channel = ?", (spent[channel], sku, channel))
    now = db.execute("SELECT version FROM stock WHERE sku = ?", (sku,)).fetchone()
    return now is None or bool(now[0] == version)


def owed(db: sqlite3.Connection, channel: str, cursor: str, limit: int) -> Page[str]:
    """SKUs whose last word to the channel was not confirmed, in order, after the cursor."""
    open_words = "status != 'confirmed' AND status != 'unlisted'"
    query = f"SELECT sku FROM told WHERE {open_words} AND channel = ? AND sku > ? ORDER BY sku LIMIT ?"  # noqa: S608 - our own words
    items = tuple(sku for (sku,) in db.execute(query, (channel, cursor, limit)))
    return Page(items, items[-1] if len(items) == limit else "")


def arrears(db: sqlite3.Connection) -> dict[str, Arrears]:
    """What each channel is owed in all."""
    found: dict[str, Arrears] = {}
    for channel, status, count, oldest, error in db.execute(_ARREARS):
        part = Arrears(refused=count) if status == Push.REFUSED else Arrears(count, 0, oldest, error)
        found[channel] = added_up(found.get(channel, Arrears()), part)
    return found


def link(db: sqlite3.Connection, sku: str, links: Mapping[str, str], seen: Mapping[str, str]) -> bool:
    """Remember or forget the SKU's listing ids, while those seen are still stored; whether they were."""
    stored = dict(db.execute("SELECT channel, listing FROM links WHERE sku = ?", (sku,)).fetchall())
    if any(stored.get(channel, "") != listing for channel, listing in seen.items()):
        return False
    db.execute(_EMPTY, (sku,))
    for channel, listing in links.items():
        if listing:
            db.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?)", (sku, channel, listing))
        else:
            db.execute("DELETE FROM links WHERE sku = ? AND channel = ?", (sku, channel))
    return True


def flag_alert(db: sqlite3.Connection, sku: str, kind: str) -> None:
    """Note which kind of stock alert is open."""
    db.execute("UPDATE stock SET alert = ? WHERE sku = ?", (kind, sku))


def _level(db: sqlite3.Connection, sku: str) -> Level:
    row = db.execute(_LEVEL, (sku,)).fetchone()
    links = dict(db.execute("SELECT channel, listing FROM links WHERE sku = ?", (sku,)).fetchall())
    if row is None:
        return Level(Stock(sku), links=links)
    own = db.execute("SELECT channel, units, made FROM own WHERE sku = ? AND units != 0", (sku,)).fetchall()
    return Level(
        stock=stock_of(row[:7]),
        updated_at=row[7],
        told=_told(db, sku),
        own={channel: units for channel, units, _ in own},
        made={channel: made for channel, _, made in own if made},
        terms=dict(db.execute("SELECT name, body FROM terms WHERE sku = ?", (sku,)).fetchall()),
        links=links,
        sold=dict(db.execute("SELECT day, units FROM sold WHERE sku = ?", (sku,)).fetchall()),
        alert=row[8],
    )


def _told(db: sqlite3.Connection, sku: str) -> dict[str, Told]:
    rows = db.execute(f"SELECT channel, {_WORD} FROM told WHERE sku = ?", (sku,))  # noqa: S608 - our own names
    return {channel: _read_word(*row) for channel, *row in rows}


def _word(said: Told) -> tuple[object, ...]:
    first = (said.quantity, said.version, said.at, said.status.value, said.error, said.owed_since)
    return (*first, said.blind, said.ahead, said.low, said.low_since, write_tried(said.tried))


def _read_word(*row: Any) -> Told:  # noqa: ANN401 - a row of SQL
    *first, blind, ahead, low, low_since, tried = row
    quantity, version, at, status, error, owed_since = first
    return Told(
        quantity=quantity,
        version=version,
        at=at,
        status=Push(status),
        error=error,
        owed_since=owed_since,
        blind=bool(blind),
        ahead=ahead,
        low=low,
        low_since=low_since,
        tried=read_tried(tried),
    )
