"""Setting quantities: read, then written; source: `products/batch` and `variations/batch` of WooCommerce's wc/v3.

There is no compare-and-swap: between the two a sale of the shop's own may be written over, until its order is heard of.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import ChannelError
from core.marketplaces.bodies import read_id
from core.marketplaces.woocommerce.api import Api, Node, Refusal, cells, refusal_of
from core.marketplaces.woocommerce.products import GONE, UNKNOWN, Fault, Item, is_listing
from core.marketplaces.woocommerce.shelf import Shelf, fault_of
from core.ports import Pushed, Want

BATCH = 100
_AT_ONCE = 4
WAITING = "the listing sold by itself: it is raised when that order is known"
SHARED = "another SKU is linked to the same listing"
NOT_TAKEN = "the shop did not take the quantity"
UNANSWERED = "the shop did not say whether it took the quantity"
_PASSING = frozenset({WAITING, NOT_TAKEN})


@dataclass(frozen=True, slots=True)
class Row:
    """One listing to be set for a want."""

    want: Want
    item: Item

    @property
    def parent(self) -> str:
        """The product whose variation it is, or ""."""
        return self.item.listing.rpartition(":")[0]

    @property
    def number(self) -> str:
        """Its own id."""
        return self.item.listing.rpartition(":")[2]


class Setter:
    """Sets what the listings of one shop show."""

    def __init__(self, api: Api, shelf: Shelf) -> None:
        self._api = api
        self._shelf = shelf

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set up to 100 listings, one answer for each in order; where a linked one is gone, its SKU is looked for."""
        items = await self._resolve(wants)
        times = Counter(item.listing for item in items if isinstance(item, Item))
        rows, answers = [], list[Pushed | None]()
        for want, item in zip(wants, items, strict=True):
            answer = _at_once(want, item, shared=isinstance(item, Item) and times[item.listing] > 1)
            answers.append(answer)
            if answer is None and isinstance(item, Item):
                rows.append(Row(want, item))
        faults = await self._set(rows)
        done = iter([_answer(row, faults.get(row.item.listing)) for row in rows])
        return [answer or next(done) for answer in answers]

    async def _resolve(self, wants: Sequence[Want]) -> Sequence[Item | Fault]:
        found = await self._shelf.find(want.sku for want in wants)
        return [await self._item(want, found.get(want.sku, [])) for want in wants]

    async def _item(self, want: Want, found: Sequence[Item]) -> Item | Fault:
        """The listing that is linked; where none is, or it is gone, the one that has the SKU."""
        if is_listing(want.listing):
            known = next((item for item in found if item.listing == want.listing), None)
            item = known or await self._shelf.get(want.listing)
            if item is not None:
                return item if item.quantity is not None else Fault(item.trouble)
        chosen = fault_of(want.sku, found)
        return Fault(GONE) if want.listing and chosen == Fault(UNKNOWN) else chosen

    async def _set(self, rows: Sequence[Row]) -> Mapping[str, Fault]:
        """What is wrong, by listing; a group of rows that is refused, or breaks the shop, holds up no other.

        ChannelError when several break it. Nothing is on its way any more when this ends: it would come too late.
        """
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row.parent].append(row)
        lanes, broken = asyncio.Semaphore(_AT_ONCE), list[ChannelError]()
        found = await asyncio.gather(*[self._in_turn(lanes, broken, *group) for group in groups.items()])
        if broken and (len(broken) >= min(_AT_ONCE, len(groups)) or any(error.retry_after for error in broken)):
            raise broken[0]
        return {listing: fault for faults in found for listing, fault in faults.items()}

    async def _in_turn(
        self, lanes: asyncio.Semaphore, broken: list[ChannelError], parent: str, group: Sequence[Row]
    ) -> Mapping[str, Fault]:
        async with lanes:
            if len(broken) >= _AT_ONCE:
                return {}
            try:
                return await self._send(parent, group)
            except ChannelError as error:
                broken.append(error)
                return {row.item.listing: Fault(error.reason, lost=True) for row in group}

    async def _send(self, parent: str, group: Sequence[Row]) -> Mapping[str, Fault]:
        path = f"/products/{parent}/variations/batch" if parent else "/products/batch"
        update = [{"id": int(row.number), "stock_quantity": row.want.quantity} for row in group]
        said = await self._api.change("POST", path, {"update": update})
        if isinstance(said, Refusal):
            return {row.item.listing: _fault(said) for row in group}
        given = {read_id(each.get("id")): each for each in cells(said.get("update"))}
        faults = {row.item.listing: _fault_in(row, given.get(row.number)) for row in group}
        return {listing: fault for listing, fault in faults.items() if fault is not None}


def _at_once(want: Want, item: Item | Fault, *, shared: bool) -> Pushed | None:
    """The answer to a want for which nothing is to be sent, None where something is."""
    if isinstance(item, Fault):
        return _refused(want, "", item.reason)
    if shared:
        return _refused(want, item.listing, SHARED)
    shown = item.quantity or 0
    if not _asked_of(want, item).allows(shown):
        return Pushed(want.sku, ok=False, error=WAITING, listing=item.listing, found=shown)
    return Pushed(want.sku, ok=True, listing=item.listing, found=shown) if shown == want.quantity else None


def _asked_of(want: Want, item: Item) -> Want:
    """The want; of another listing than the one it was told to, nothing is known."""
    moved = want.listing and want.listing != item.listing
    return replace(want, expected=None, tried=()) if moved else want


def _answer(row: Row, fault: Fault | None) -> Pushed:
    if fault is None:
        return Pushed(row.want.sku, ok=True, listing=row.item.listing, found=row.item.quantity)
    if fault.lost:
        return Pushed(row.want.sku, ok=False, error=fault.reason, listing=row.item.listing, lost=True)
    return _refused(row.want, row.item.listing, fault.reason)


def _refused(want: Want, listing: str, reason: str) -> Pushed:
    unlisted = reason in (UNKNOWN, GONE)
    final = reason not in _PASSING
    return Pushed(want.sku, ok=False, error=reason, listing=listing, final=final, unlisted=unlisted)


def _fault_in(row: Row, said: Node | None) -> Fault | None:
    if said is None:
        return Fault(UNANSWERED, lost=True)
    refusal = refusal_of(said)
    if refusal is not None:
        return _fault(refusal)
    return Fault(NOT_TAKEN) if said.get("stock_quantity", row.want.quantity) != row.want.quantity else None


def _fault(refusal: Refusal) -> Fault:
    if refusal.is_unknown:
        return Fault(GONE)
    return Fault(NOT_TAKEN if refusal.is_passing else refusal.reason)
