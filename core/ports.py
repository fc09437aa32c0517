"""What the core asks of the world: a store that commits, and marketplaces that speak and listen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from core.alerts import Alert
from core.changes import Change, Committed, Entry, Mark, ReturnRow
from core.channels import Arrears
from core.messages import Message
from core.orders.facts import OrderFacts
from core.stock import Level, Told

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and where to go on ("": there are no more)."""

    items: tuple[T, ...]
    cursor: str = ""


class Store(Protocol):
    """The durable truth. Every method may raise Unavailable; a method that returned has made its effect durable.

    `shared`: other instances may work on it too. `group_size` changes fit a group, `groups_at_once` are in flight.
    """

    shared: bool
    group_size: int
    groups_at_once: int

    async def open(self) -> None:
        """Make what is missing (tables, indexes); StoreBusy when another holds the file, StoreUnfit when it is bad."""

    async def close(self) -> None:
        """Let go of files, connections and threads."""

    async def ping(self) -> None:
        """Answer, or raise Unavailable."""

    async def commit(self, changes: Sequence[Change]) -> Committed:
        """Commit the changes in one durable group, each exactly once by its key; a refused one harms no other.

        Stock, knowledge and the mark of what is left to do are stored in the same transaction.
        """

    async def finish(self, mark: Mark) -> None:
        """All that the mark asks for has been done: forget it. Finishing twice is harmless."""

    async def unfinished(self, before: float, limit: int) -> Sequence[Mark]:
        """Marks made before that time (epoch s), oldest first."""

    async def levels(self, skus: Sequence[str]) -> Mapping[str, Level]:
        """The levels as they are now, read consistently; an unknown SKU comes as an unmanaged Level of zeros."""

    async def glance(self, sku: str) -> Level:
        """The level for a person to look at, at the lowest cost; it may be a moment old."""

    async def list_levels(self, cursor: str, limit: int) -> Page[Level]:
        """All SKUs that are stored, page by page, each once, in a stable order."""

    async def list_skus(self, cursor: str, limit: int) -> Page[str]:
        """All SKUs that are stored, page by page in the same order, without their levels."""

    async def moved_since(self, day: int) -> Sequence[str]:
        """The SKUs whose stock moved on that UTC day (ordinal) or later."""

    async def claim(self, skus: Sequence[str], channels: Sequence[str], lease: float = 0.0) -> Mapping[str, Level]:
        """The levels, read consistently, with this instance telling each of the channels that nobody else tells.

        That lasts until it settles, or dies: then for at least `lease` (s) longer where that is more than usual.
        """

    async def settle(self, sku: str, version: int, told: Mapping[str, Told], own: Mapping[str, int]) -> bool:
        """Store what the channels confirmed or still want, and stop being their teller.

        `version` is the one that was looked at, `own` the own sales it had by then, now accounted for. A channel
        that did not confirm (OWED, REFUSED) is kept in the list of owed SKUs; one that is UNLISTED is not. False (still
        their teller) when the level has moved on: look again.
        """

    async def owed(self, channel: str, cursor: str, limit: int) -> Page[str]:
        """SKUs that the channel is still owed, by its last settle."""

    async def arrears(self) -> Mapping[str, Arrears]:
        """What each channel is owed in all, by its last settles; a channel that is owed nothing may be missing."""

    async def link(self, sku: str, links: Mapping[str, str], seen: Mapping[str, str] | None = None) -> bool:
        """Remember the SKU's listing ids by channel ("" forgets one); whether that was done.

        With `seen` (listing ids by channel, "" for none), only while all of them are still what is stored.
        """

    async def history(self, sku: str, cursor: str, limit: int) -> Page[Entry]:
        """The SKU's ledger rows, newest first."""

    async def knowledge(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """What is known under these idempotency keys, read consistently; a key that is not known is left out."""

    async def returns(self, sku: str, cursor: str, limit: int) -> Page[ReturnRow]:
        """The SKU's returns, newest first."""

    async def flag_alert(self, sku: str, kind: str) -> None:
        """Note on the level which kind of stock alert is open ("": none)."""

    async def alert(self, alert_id: str) -> Alert | None:
        """The alert with this id, read consistently."""

    async def open_alert(self, subject: str) -> Alert | None:
        """The one unresolved alert of this subject, read consistently."""

    async def save_alert(self, alert: Alert) -> bool:
        """Store the alert as revision + 1 if the stored one is of its revision (0: if there is none yet).

        False when somebody was faster, or when its subject has another unresolved alert.
        """

    async def list_alerts(self, severity: str, cursor: str, limit: int) -> Page[Alert]:
        """Alerts newest first: the unresolved ones ("" as severity), or all of one severity."""

    async def untold_alerts(self, limit: int) -> Sequence[Alert]:
        """Alerts whose newest edition Slack does not show yet, oldest change first."""

    async def due_alerts(self, now: float, limit: int) -> Sequence[Alert]:
        """Alerts whose `due_at` has come (epoch s), the longest due first."""

    async def claim_job(self, job: str, due: float, owner: str, now: float, lease: float) -> bool:
        """Take the run of `job` due at `due` (epoch s): true for one caller, and for another once its lease ran out."""

    async def finish_job(self, job: str, due: float, owner: str) -> None:
        """The run is done and never runs again."""

    async def note(self, name: str) -> bytes | None:
        """A small thing to remember between runs, by name."""

    async def save_note(self, name: str, value: bytes) -> None:
        """Remember it; the last one to save wins."""

    async def swap_note(self, name: str, before: bytes | None, value: bytes) -> bool:
        """Remember it if what is remembered is still `before` (None: nothing); False when somebody was faster."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a listing should show; `expected` is what it shows by all we know (None: nothing), `key` for idempotency.

    `tried`: quantities that were sent before and never answered. `overdue`: 10 minutes have not explained why it shows
    fewer than expected.
    """

    sku: str
    listing: str
    quantity: int
    expected: int | None
    key: str
    tried: tuple[int, ...] = ()
    overdue: bool = False

    def allows(self, shown: int) -> bool:
        """Whether a listing that is found to show so many may be set to the quantity at once.

        One that shows fewer than expected has sold by itself, and its order is on its way: raised, it would sell those
        units twice. A channel that finds this answers `Pushed(ok=False, found=shown)` and leaves the listing alone.
        """
        as_thought = self.expected is None or shown >= self.expected or shown in self.tried
        return as_thought or self.quantity <= shown or self.overdue


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one want: confirmed, or why not. `listing` is the id it was resolved to.

    `final`: asking again cannot help until a person acts; `unlisted`: because the channel has no such listing.
    `retry_after`: seconds to leave the whole channel alone. `found`: what the listing showed right before it was set,
    or instead of being set (None: the channel cannot tell). `lost`: nobody confirmed it, but it may be done.
    """

    sku: str
    ok: bool
    error: str = ""
    listing: str = ""
    final: bool = False
    retry_after: float = 0.0
    unlisted: bool = False
    found: int | None = None
    lost: bool = False


@runtime_checkable
class TakesBulk(Protocol):
    """A channel that takes a large backlog in one piece, which may be long on its way.

    A push of more than `bulk_over` wants, and up to `bulk`, is such a piece; up to `bulks_at_once` are under way beside
    the small pushes.
    """

    bulk_over: int
    bulk: int
    bulks_at_once: int


class Marketplace(Protocol):
    """One sales channel, both ways. Push and fetch raise ChannelError when the channel as a whole does not answer."""

    name: str
    batch: int
    at_once: int

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """BadSignature unless the raw body is the channel's own; NotConfigured without a secret. Lower-case headers."""

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        """What the message says; BadPayload when the body is not what its signature promises."""

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        """Set up to `batch` listings to their quantities; one answer for each want, in order."""

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        """The order as it is now; None when the channel has no such order."""

    async def sku_of(self, listing: str) -> str:
        """The SKU of the channel's listing id, or "" where there is none."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What one listing of a channel shows now: `quantity` is None where the channel keeps no count of it.

    `trouble`: why it can be neither told nor adopted, in plain words ("": it can).
    """

    sku: str
    listing: str
    quantity: int | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: sound when `problem` is empty, else `advice` says the exact thing to do."""

    check: str
    problem: str = ""
    advice: str = ""
    mended: bool = False


class Notes(Protocol):
    """What is remembered by name over all instances; see Store."""

    async def note(self, name: str) -> bytes | None:
        """What is remembered; Unavailable."""

    async def swap_note(self, name: str, before: bytes | None, value: bytes) -> bool:
        """Remember it if what is remembered is still `before`; Unavailable."""


@runtime_checkable
class Remembers(Protocol):
    """A channel that has to know what other instances, and runs before this one, have under way."""

    def remember_in(self, notes: Notes) -> None:
        """Keep it there from now on."""


@runtime_checkable
class ReadsBack(Protocol):
    """A channel whose listings can be read."""

    def listings(self, skus: Sequence[str] = ()) -> AsyncIterator[Sequence[Listing]]:
        """What its listings show now, page by page: those of the SKUs, or all; ChannelError."""


@runtime_checkable
class RecallsOrders(Protocol):
    """A channel that can say which orders changed."""

    def orders_since(self, since: float) -> AsyncIterator[Sequence[Message]]:
        """The orders that changed at that time (epoch s) or later, page by page, oldest change first; ChannelError."""


@runtime_checkable
class Examined(Protocol):
    """A channel whose connection can be looked at."""

    async def examine(self, *, mend: bool) -> Sequence[Finding]:
        """Keys, permissions and subscriptions, one finding each; `mend` makes what can be made. Never raises."""
