"""Setting quantities with compare-and-swap; source: `inventorySetQuantities`, Shopify Admin API, version 2026-10."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import ChannelError
from core.lately import Lately
from core.marketplaces.bodies import rows, table
from core.marketplaces.shopify.admin import Admin
from core.marketplaces.shopify.items import GONE, UNKNOWN, Fault, is_item
from core.marketplaces.shopify.listings import Listings
from core.marketplaces.shopify.posted import CHANNEL
from core.marketplaces.shopify.queries import SET_QUANTITIES
from core.marketplaces.shopify.user_errors import STALE, Error, by_row, read_error, reason_of
from core.ports import Pushed, Want

_ROUNDS = 4
_CALLS = 24
_BUSY_TRIES = 4
_BUSY_WAIT = 0.5
_BUSY = "IDEMPOTENCY_CONCURRENT_REQUEST"
_HOPELESS = 16
_NEW_KEY = frozenset({"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"})
WAITING = "the listing sold by itself: it is raised when that order is known"
RESTLESS = "the listing kept changing while it was being set"
SHARED = "another SKU is linked to the same listing"


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity to set: only while the item shows `shown`."""

    item: str
    want: Want
    shown: int

    @property
    def quantity(self) -> int:
        """What it should show."""
        return self.want.quantity


class Setter:
    """Sets what the items of one shop show at one location."""

    def __init__(
        self,
        admin: Admin,
        listings: Listings,
        location: str,
        fresh_id: Callable[[], str],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._restless = Lately(clock)
        self._admin = admin
        self._listings = listings
        self._location = location
        self._fresh_id = fresh_id
        self._sleep = sleep

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set up to 250 listings, one answer for each in order; where a linked item is gone, its SKU is looked for."""
        done = list(await self._push(wants))
        lost = [i for i, pushed in enumerate(done) if pushed.error == GONE]
        if lost:
            for i in lost:
                self._listings.forget(wants[i].sku)
            again = await self._push([replace(wants[i], listing="", expected=None) for i in lost])
            for i, pushed in zip(lost, again, strict=True):
                done[i] = pushed
        return done

    async def _push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        items = await self._resolve(wants)
        found: dict[str, int] = {}
        rows_to_set, faults = await self._prepare(wants, items, found)
        faults |= await self._set_all(rows_to_set, found)
        return [_answer(want, item, faults, found) for want, item in zip(wants, items, strict=True)]

    async def _resolve(self, wants: Sequence[Want]) -> Sequence[str | Fault]:
        unknown = list(dict.fromkeys(want.sku for want in wants if not is_item(want.listing)))
        found = await self._listings.find(unknown) if unknown else {}
        items = [want.listing if is_item(want.listing) else found[want.sku] for want in wants]
        times = Counter(item for item in items if isinstance(item, str))
        return [Fault(SHARED) if isinstance(item, str) and times[item] > 1 else item for item in items]

    async def _prepare(
        self, wants: Sequence[Want], items: Sequence[str | Fault], seen: dict[str, int]
    ) -> tuple[list[Row], dict[str, Fault]]:
        rows = [
            Row(item, want, want.expected or 0)
            for want, item in zip(wants, items, strict=True)
            if isinstance(item, str)
        ]
        known = [row for row in rows if row.want.expected is not None]
        seen.update((row.item, row.shown) for row in known)
        unsure = {row.item: row for row in rows if row.want.expected is None}
        guessed = [guess for row in unsure.values() if (guess := self._guess(row)) is not None]
        seen.update((row.item, row.shown) for row in guessed)
        for row in guessed:
            del unsure[row.item]
        read, faults = await self._look(list(unsure.values()), seen)
        return known + guessed + read, faults

    def _guess(self, row: Row) -> Row | None:
        """The row with what its item showed when it was found, where setting it finds out if that errs."""
        shown = self._listings.glimpsed(row.item)
        if shown is None or shown == row.quantity or not row.want.allows(shown):
            return None
        return replace(row, shown=shown)

    async def _look(self, unsure: Sequence[Row], seen: dict[str, int]) -> tuple[list[Row], dict[str, Fault]]:
        """The rows with what their items show now, less those that show the right quantity or must wait."""
        shown = await self._listings.shown([row.item for row in unsure])
        found: list[Row] = []
        faults: dict[str, Fault] = {}
        for row, now in zip(unsure, shown, strict=True):
            if isinstance(now, Fault):
                faults[row.item] = now
                continue
            seen[row.item] = now
            if not row.want.allows(now):
                faults[row.item] = Fault(WAITING)
            elif now != row.quantity:
                found.append(replace(row, shown=now))
        return found, faults

    async def _set_all(self, wanted: Sequence[Row], seen: dict[str, int]) -> dict[str, Fault]:
        """Set the rows; one that is refused, or sells all the time, holds up no other. Returns what is wrong, by item.

        A call that one row is refused in sets none: the others go again in halves.
        """
        faults: dict[str, Fault] = {}
        left = deque((group, 0) for group in self._apart(wanted))
        calls = 0
        while left:
            batch, tries = left.popleft()
            if tries == _ROUNDS or calls == _CALLS:
                faults |= {row.item: Fault(RESTLESS) for row in batch}
                continue
            calls += 1
            errors = await self._set(batch)
            stale = [row for i, row in enumerate(batch) if i in errors and errors[i].code == STALE]
            faults |= {batch[i].item: Fault(reason_of(error)) for i, error in errors.items() if error.code != STALE}
            self._restless.note((row.item, row.shown) for row in stale)
            left.extend((half, tries) for half in _halves(_unset(batch, errors)))
            read, unreadable = await self._look(stale, seen)
            faults |= unreadable
            left.extend([(read, tries + 1)] if read else [])
        return faults

    def _apart(self, rows: Sequence[Row]) -> Sequence[list[Row]]:
        """The rows, without those that were found to have sold by themselves of late, and those."""
        restless = [row for row in rows if self._restless.of(row.item)]
        quiet = [row for row in rows if row not in restless] if restless else list(rows)
        return [group for group in (quiet, restless) if group]

    async def _set(self, batch: Sequence[Row], hopes: list[int] | None = None) -> dict[int, Error]:
        """Send one call, again under its own key while the shop is still at it; returns the errors by row."""
        key = self._fresh_id()
        hopes = [] if hopes is None else hopes
        for _ in range(_BUSY_TRIES):
            errors = await self._send(batch, key)
            codes = {error.code for error in errors}
            if codes & _NEW_KEY:
                key = self._fresh_id()
            elif _BUSY in codes:
                await self._sleep(_BUSY_WAIT)
            else:
                return await self._sort_out(batch, errors, hopes)
        raise ChannelError(CHANNEL, "it is still busy with the same request", _BUSY_WAIT)

    async def _sort_out(self, batch: Sequence[Row], errors: Sequence[Error], hopes: list[int]) -> dict[int, Error]:
        """The errors by row; what one that names no row is about is found by halving, unless everything is refused.

        `hopes` are the sizes of the parts that went through, and -1 for each that did not.
        """
        nameless = next((error for error in errors if error.row is None or error.row >= len(batch)), None)
        hopes.append(-1 if nameless else len(batch))
        if nameless is None:
            return by_row(errors)
        if nameless.general or (len(hopes) >= _HOPELESS and max(hopes) < 0):
            raise ChannelError(CHANNEL, f"it refused the quantities: {reason_of(nameless)}")
        if len(batch) == 1:
            return {0: nameless}
        half = len(batch) // 2
        first, second = await self._set(batch[:half], hopes), await self._set(batch[half:], hopes)
        return first | {half + row: error for row, error in second.items()}

    async def _send(self, batch: Sequence[Row], key: str) -> Sequence[Error]:
        given = {
            "name": "available",
            "reason": "correction",
            "referenceDocumentUri": f"gid://syncstate/Broadcast/{key}",
            "quantities": [self._input(row) for row in batch],
        }
        data = await self._admin.run(SET_QUANTITIES, {"input": given, "key": key})
        payload = data.get("inventorySetQuantities")
        if not isinstance(payload, dict):
            raise ChannelError(CHANNEL, "it did not say whether the quantities were set")
        return [read_error(table(error)) for error in rows(payload.get("userErrors"))]

    def _input(self, row: Row) -> Mapping[str, object]:
        return {
            "inventoryItemId": row.item,
            "locationId": self._location,
            "quantity": row.quantity,
            "changeFromQuantity": row.shown,
        }


def _answer(want: Want, item: str | Fault, faults: Mapping[str, Fault], seen: Mapping[str, int]) -> Pushed:
    fault = item if isinstance(item, Fault) else faults.get(item)
    listing = "" if isinstance(item, Fault) else item
    if fault is None:
        return Pushed(want.sku, ok=True, listing=listing, found=seen.get(listing))
    return Pushed(
        want.sku,
        ok=False,
        error=fault.reason,
        listing=listing,
        final=fault.reason not in (RESTLESS, WAITING),
        unlisted=fault.reason in (UNKNOWN, GONE),
        found=seen.get(listing) if fault.reason == WAITING else None,
    )


def _halves(rows: Sequence[Row]) -> Sequence[list[Row]]:
    half = (len(rows) + 1) // 2
    return [list(part) for part in (rows[:half], rows[half:]) if part]


def _unset(batch: Sequence[Row], errors: Mapping[int, Error]) -> list[Row]:
    return [row for i, row in enumerate(batch) if i not in errors] if errors else []
