"""Finding SKUs by what people type: whatever the case, the order of the words or a slip of the finger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from threading import Lock

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_PIECE = re.compile(r"[^\W\d_]+|\d+")
_ANYWHERE = 3
_WHOLE = 4
_ALIKE = 70.0
_SLIPS = {1: 0, 2: 0, 3: 1, 4: 1, 5: 1}
_MOST_SLIPS = 2
_EQUAL, _PREFIX, _INSIDE, _SLIP = 0, 1, 2, 3


class SkuIndex:
    """SKUs to find, a hundred thousand and more; they are only ever added, from any thread."""

    def __init__(self) -> None:
        self._skus: list[str] = []
        self._compact: list[str] = []
        self._known: set[str] = set()
        self._words: list[str] = []
        self._digits: list[str] = []
        self._with: dict[str, list[int]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._skus)

    def __contains__(self, sku: str) -> bool:
        return sku in self._known

    def add(self, skus: Iterable[str]) -> None:
        """Add those that are new."""
        for sku in skus:
            if sku not in self._known:
                with self._lock:
                    self._add(sku)

    def find(self, query: str, limit: int) -> list[str]:
        """The best `limit` SKUs: equal, beginning with it, holding it, having its words, nearly the same."""
        wanted = _compact(query)
        found: dict[int, None] = {}
        for step in (self._holding, self._having, self._alike):
            found |= dict.fromkeys(step(wanted, _pieces(query), limit))
            if len(found) >= limit:
                break
        return [self._skus[number] for number in list(found)[:limit]]

    def _add(self, sku: str) -> None:
        if sku in self._known:
            return
        number = len(self._skus)
        self._skus.append(sku)
        self._compact.append(_compact(sku))
        for piece in dict.fromkeys(_pieces(sku)):
            if piece not in self._with:
                self._with[piece] = []
                (self._digits if piece.isdigit() else self._words).append(piece)
            self._with[piece].append(number)
        self._known.add(sku)

    def _holding(self, wanted: str, words: list[str], limit: int) -> list[int]:
        found = [number for number, compact in enumerate(self._compact) if wanted in compact] if wanted else []
        first = [number for number in found if self._compact[number].startswith(wanted)]
        best = self._shortest(first, limit)
        return best + self._shortest(set(found).difference(first), limit) if len(best) < limit else best

    def _having(self, wanted: str, words: list[str], limit: int) -> list[int]:
        """The SKUs that have all of the words in some order, each perhaps only begun or mistyped."""
        costs: dict[int, int] | None = None
        for pieces in sorted((self._like(word) for word in dict.fromkeys(words)), key=self._spread):
            ids: dict[int, int] = {}
            for piece in sorted(pieces, key=pieces.__getitem__, reverse=True):
                ids |= dict.fromkeys(self._with[piece], pieces[piece])
            costs = ids if costs is None else {each: cost + ids[each] for each, cost in costs.items() if each in ids}
        by_cost: dict[int, list[int]] = {}
        for number, cost in (costs or {}).items():
            by_cost.setdefault(cost, []).append(number)
        return [number for cost in sorted(by_cost) for number in self._shortest(by_cost[cost], limit)]

    def _spread(self, pieces: Mapping[str, int]) -> int:
        return sum(len(self._with[piece]) for piece in pieces)

    def _like(self, word: str) -> dict[str, int]:
        """The pieces that may be meant by a word, and how far from it they are."""
        known = list(self._digits if word.isdigit() else self._words)
        slips = 0 if word.isdigit() else _SLIPS.get(len(word), _MOST_SLIPS)
        near = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=None) if slips else []
        found = {piece: _SLIP + int(distance) for piece, distance, _ in near}
        if len(word) >= _ANYWHERE:
            found |= {piece: _INSIDE for piece in known if word in piece}
        found |= {piece: _PREFIX for piece in known if piece.startswith(word)}
        return found | ({word: _EQUAL} if word in self._with else {})

    def _alike(self, wanted: str, words: list[str], limit: int) -> list[int]:
        """The SKUs that are nearly the same as a whole."""
        if len(wanted) < _WHOLE:
            return []
        compacts = list(self._compact)
        near = process.extract(wanted, compacts, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=limit)
        return [number for _, _, number in near]

    def _shortest(self, numbers: Iterable[int], limit: int) -> list[int]:
        return nsmallest(limit, numbers, key=lambda number: (len(self._skus[number]), self._skus[number]))


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def _compact(text: str) -> str:
    folded = _fold(text)
    return "".join(filter(str.isalnum, folded)) or folded.strip()


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(_fold(text))
