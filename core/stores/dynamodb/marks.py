"""Marks as they are kept on the knowledge row of a group's first change, and what finishing one asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import orjson

from core.changes import Entry, Mark, Notice, Progress
from core.stores.dynamodb.values import Item, blob_of, number_of, text_of


@dataclass(frozen=True, slots=True)
class Todo:
    """What one row's mark says is left to do; `entries` are ledger rows to write, `nonce` tells two marks apart."""

    nonce: str
    skus: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    entries: tuple[Entry, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.skus or self.notices or self.entries)


@dataclass(frozen=True, slots=True)
class Part:
    """One row's mark: the row, the bytes it must still hold to be finished, what they say and the row's last status."""

    tx_id: str
    body: bytes
    todo: Todo
    status: Progress = Progress.COMPLETED


@dataclass(frozen=True, slots=True)
class GroupMark(Mark):
    """A mark with the rows that hold it: more than one where a group took several transactions.

    Its id names the first row and the nonce, so that a row marked anew has another mark.
    """

    parts: tuple[Part, ...] = ()


def joined(first: Todo, then: Todo) -> Todo:
    """Everything that both say, under the nonce of the second."""
    return Todo(
        nonce=then.nonce,
        skus=tuple(dict.fromkeys(first.skus + then.skus)),
        notices=tuple(dict.fromkeys(first.notices + then.notices)),
        entries=tuple(dict.fromkeys(first.entries + then.entries)),
    )


def dump(todo: Todo) -> bytes:
    """Compact JSON that `load` reads back equal."""
    notices = [astuple(notice) for notice in todo.notices]
    return orjson.dumps([todo.nonce, todo.skus, notices, [astuple(entry) for entry in todo.entries]])


def load(body: bytes) -> Todo:
    """What `dump` wrote."""
    nonce, skus, notices, entries = orjson.loads(body)
    return Todo(
        nonce=nonce,
        skus=tuple(skus),
        notices=tuple(Notice(*notice) for notice in notices),
        entries=tuple(_entry(fields) for fields in entries),
    )


def part_of(item: Item) -> Part | None:
    """The mark that the knowledge row holds, or None."""
    body = blob_of(item, "mark")
    if body is None:
        return None
    status = Progress.FAILED if "failed" in item else Progress.COMPLETED
    return Part(text_of(item, "txId"), body, load(body), status)


def mark_of(item: Item) -> GroupMark | None:
    """The same as a mark of its own."""
    part = part_of(item)
    return None if part is None else group_mark([part], number_of(item, "markedAt"))


def group_mark(parts: Sequence[Part], at: float) -> GroupMark | None:
    """One mark over the parts; None when there are none."""
    if not parts:
        return None
    return GroupMark(
        mark_id=f"{parts[0].tx_id} {parts[0].todo.nonce}",
        skus=tuple(dict.fromkeys(sku for part in parts for sku in part.todo.skus)),
        notices=tuple(dict.fromkeys(notice for part in parts for notice in part.todo.notices)),
        at=at,
        parts=tuple(parts),
    )


def _entry(fields: list[Any]) -> Entry:
    entry = Entry(*fields)
    return replace(entry, status=Progress(entry.status))
