"""Decides a group of changes into the writes of one transaction; pure, and as often as beliefs turn out wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.changes import Change, Decision, Entry, Notice, ReturnRow
from core.errors import BadInput, SyncStateError
from core.stock import Move, Stock, moved
from core.stores.dynamodb.beliefs import Beliefs
from core.stores.dynamodb.context import Kept
from core.stores.dynamodb.marks import Todo

MOST_WRITES = 100
_MOST_BYTES = 300_000  # one row may hold the marks of the whole group, and no row may pass 400 KB
_ROW_BYTES = 300


@dataclass(slots=True)
class RowWrite:
    """What is to be stored under one key: `entry` is the ledger entry that the row itself is."""

    before: Kept
    known: bytes
    entry: Entry | None = None


@dataclass(slots=True)
class StockWrite:
    """One SKU in the group: as it was believed, as it will be, and the moves between. `exact`: the numbers decided."""

    before: Stock
    now: Stock
    moves: list[Move] = field(default_factory=list)
    exact: bool = False
    guarded: bool = False

    @property
    def written(self) -> bool:
        """Whether the transaction has an item for it."""
        return bool(self.moves) or self.guarded


@dataclass(slots=True)
class Group:
    """The writes of one transaction, growing change by change, and the answer to each change that was decided.

    Where `unread` rows or SKUs are needed, they must be read and the group decided anew.
    """

    beliefs: Beliefs
    nonce: str
    rows: dict[str, RowWrite] = field(default_factory=dict)
    stock: dict[str, StockWrite] = field(default_factory=dict)
    returns: list[ReturnRow] = field(default_factory=list)
    answers: dict[int, Decision | SyncStateError] = field(default_factory=dict)
    unread_keys: set[str] = field(default_factory=set)
    unread_skus: set[str] = field(default_factory=set)
    moved: dict[str, None] = field(default_factory=dict)
    notices: dict[Notice, None] = field(default_factory=dict)
    late: dict[Entry, None] = field(default_factory=dict)
    weight: int = 0
    stock_writes: int = 0

    @property
    def todo(self) -> Todo:
        """What the whole group leaves to do."""
        return Todo(self.nonce, tuple(self.moved), tuple(self.notices), tuple(self.late))

    @property
    def unread(self) -> bool:
        """Whether something must be read before the group can be decided."""
        return bool(self.unread_keys or self.unread_skus)

    def admit(self, index: int, change: Change) -> bool:
        """Decide the change on top of the others; false when the group has no room for it."""
        kept = self._kept(change)
        needs = change.needs(kept.known)
        if not self._is_ready(change, needs):
            return True
        answer = _decide(change, kept.known, {sku: self.stock[sku].now for sku in needs})
        if isinstance(answer, SyncStateError) or answer.known is None:
            if self._is_certain(change.key, needs):
                self.answers[index] = answer
            return True
        return self._take(index, change, kept, needs, answer)

    def _kept(self, change: Change) -> Kept:
        if change.key in self.rows:
            return Kept(exists=True, known=self.rows[change.key].known)
        return self.beliefs.guess_row(change.key)

    def _is_ready(self, change: Change, needs: Sequence[str]) -> bool:
        if change.exact and change.key not in self.rows and change.key not in self.beliefs.rows:
            self.unread_keys.add(change.key)
        read = self.beliefs.stock
        self.unread_skus.update(
            sku for sku in needs if sku not in read and (change.exact or self.beliefs.guess(sku) is None)
        )
        if self.unread:
            return False
        for sku in needs:
            guess = self.beliefs.guess(sku) or Stock(sku)
            self.stock.setdefault(sku, StockWrite(guess, guess))
        return True

    def _is_certain(self, key: str, needs: Sequence[str]) -> bool:
        # Nothing will be written for this change, so no condition guards what its answer rests on.
        if key not in self.rows and key not in self.beliefs.rows:
            self.unread_keys.add(key)
        self.unread_skus.update(
            sku for sku in needs if not self.stock[sku].now.managed and sku not in self.beliefs.stock
        )
        return not self.unread

    def _take(self, index: int, change: Change, kept: Kept, needs: Sequence[str], decision: Decision) -> bool:
        weight = _weight(decision)
        guards = self._guards(change.key, needs, decision)
        if guards is None or (self.rows and self.weight + weight > _MOST_BYTES):
            return False
        if weight > _MOST_BYTES:
            self.answers[index] = BadInput("message", "is too large to be stored")
            return True
        self.weight += weight
        for sku in {move.sku for move in decision.moves} | set(guards):
            self.stock_writes += not self.stock[sku].written
            self.stock[sku].guarded = self.stock[sku].guarded or sku in guards
        self._write(change, kept, needs, decision)
        self.answers[index] = decision
        return True

    def _guards(self, key: str, needs: Sequence[str], decision: Decision) -> list[str] | None:
        """The SKUs that must still be unmanaged at the commit; None when the writes do not fit beside the others."""
        moved_now = {move.sku for move in decision.moves}
        fresh = sum(not self.stock[sku].written for sku in moved_now)
        rows = len(self.rows) + (key not in self.rows) + len(self.returns) + len(decision.returns)
        room = MOST_WRITES - rows - self.stock_writes - fresh
        open_skus = [sku for sku in needs if not self.stock[sku].before.managed]
        guards = [sku for sku in open_skus if sku not in moved_now and not self.stock[sku].written]
        if len(guards) <= room:
            return guards
        # A change that needs more SKUs than a transaction holds is guarded as far as there is room.
        return None if self.rows else guards[: max(0, room)]

    def _write(self, change: Change, kept: Kept, needs: Sequence[str], decision: Decision) -> None:
        row = self.rows.setdefault(change.key, RowWrite(kept, b""))
        row.known = decision.known or b""
        if change.exact:
            for sku in needs:
                self.stock[sku].exact = True
        for move in decision.moves:
            each = self.stock[move.sku]
            each.moves.append(move)
            each.now = moved(each.now, move)
        row.entry = next((entry for entry in decision.entries if entry.tx_id == change.key), row.entry)
        self.returns += decision.returns
        self.moved.update(dict.fromkeys([*(move.sku for move in decision.moves), *decision.also]))
        self.notices.update(dict.fromkeys(decision.notices))
        self.late.update(dict.fromkeys([entry for entry in decision.entries if entry.tx_id != change.key]))


def decide(changes: Sequence[tuple[int, Change]], beliefs: Beliefs, nonce: str) -> tuple[Group, int]:
    """The group of the first changes that fit into one transaction, and how many they are."""
    group = Group(beliefs, nonce)
    for taken, (index, change) in enumerate(changes):
        if not group.admit(index, change):
            return group, taken
    return group, len(changes)


def _decide(change: Change, known: bytes | None, stock: Mapping[str, Stock]) -> Decision | SyncStateError:
    try:
        return change.decide(known, stock)
    except SyncStateError as error:
        return error


def _weight(decision: Decision) -> int:
    texts = [entry.note for entry in decision.entries] + [notice.message for notice in decision.notices]
    rows = len(decision.entries) + len(decision.notices) + len(decision.returns) + len(decision.moves)
    return len(decision.known or b"") + _ROW_BYTES * (1 + rows) + sum(4 * len(text) for text in texts)
