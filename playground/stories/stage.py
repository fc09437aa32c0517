"""What a story has to work with: the shops, Slack, the app's process, and its ledger to look at."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core.ports import Store
from core.stock import Level
from playground.courier import Attempt
from playground.errors import RefusedError
from playground.keeper import Kept
from playground.outside import Outside
from playground.stall import Stall
from playground.terms import hindrance, terms_in

_LOOK_EVERY = 0.05
_PERSON, _CHANNEL = "operator", "stock"


class HinderedError(Exception):
    """What keeps a story from being told at all, and what ends that, as its text."""


class UntrueError(Exception):
    """What a story was to prove and found otherwise, as its text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a story, and when it came true (epoch s)."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything outside the app, the app as it runs (`kept`) and its `store`; `lines` are what was told so far."""

    outside: Outside
    kept: Kept
    store: Store
    lines: list[Line] = field(default_factory=list)

    @property
    def stalls(self) -> list[Stall]:
        """The shops, in their order."""
        return list(self.outside.stalls.values())

    def tell(self, text: str) -> None:
        """Add a line to the story."""
        self.lines.append(Line(self.outside.clock(), text))
        self.outside.changes.tell()

    def check(self, claim: object, otherwise: str) -> None:
        """Go on when the claim is true; UntrueError with what is the case when it is not."""
        if not claim:
            raise UntrueError(otherwise)

    async def until(self, seen: Callable[[], Awaitable[bool]], what: str, within: float = 30.0) -> None:
        """Return once `seen` is true; UntrueError that names what did not come within so many seconds."""
        try:
            async with asyncio.timeout(within):
                while True:
                    if await seen():
                        return
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError:
            raise UntrueError(f"{what} did not come within {within:.0f} s") from None

    async def level(self, sku: str) -> Level:
        """The SKU as the store has it now."""
        return (await self.store.levels([sku]))[sku]

    async def count(self, sku: str, number: int) -> None:
        """A person counts the SKU, by `/stock set`; RefusedError when the app does not take it.

        HinderedError where a shop is not told of the whole stock: what it shows would prove nothing.
        """
        if why := hindrance(await self.level(sku), self.outside.stalls, await terms_in(self.store)):
            raise HinderedError(why)
        await self.until(self._is_quiet, "the end of what the shops were sending")
        delivery = await self.outside.slack.command(_PERSON, _CHANNEL, f"set {sku} {number}")
        if not delivery.ok:
            raise RefusedError("the app did not take /stock set; is it running?")
        await self.all_told(sku)

    async def all_told(self, sku: str, within: float = 30.0) -> int:
        """Wait until every message was delivered and every shop shows what it should; that number."""

        async def is_told() -> bool:
            shown = (await self.level(sku)).stock.broadcast
            return self.quiet() and all(stall.quantity(sku) == shown for stall in self.stalls)

        await self.until(is_told, f"every shop showing {sku} as it is", within)
        return (await self.level(sku)).stock.broadcast

    async def _is_quiet(self) -> bool:
        return self.quiet()

    def quiet(self) -> bool:
        """Whether no message of a shop is under way."""
        return all(courier.idle for courier in self.outside.couriers.values())

    def attempts(self, since: float) -> list[Attempt]:
        """The deliveries of every shop that began since then (epoch s)."""
        return [each for courier in self.outside.couriers.values() for each in courier.attempts if each.at >= since]

    def calm(self) -> None:
        """Switch every fault off."""
        for stall in self.stalls:
            for fault in stall.shop.faults.active():
                stall.shop.faults.switch_off(fault)
        self.outside.workspace.faults.clear()
        self.outside.workspace.changes.tell()
