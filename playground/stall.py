"""What the playground asks of each shop in it, whichever marketplace it is: one stall for each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.types import ASGIApp

from playground.courier import RetryPlan
from playground.stand_in import Call, StandIn


@dataclass(frozen=True, slots=True)
class Bought:
    """An order as people see it: its id, the name they know it by, and what is still in it."""

    id: str
    name: str
    items: tuple[tuple[str, int], ...]


class Stall(Protocol):
    """One shop of the playground; every action raises RefusedError where the shop would not allow it."""

    name: str
    retries: RetryPlan

    @property
    def shop(self) -> StandIn:
        """The stand-in behind it."""
        ...

    def app(self, lose: Callable[[], None]) -> ASGIApp:
        """Its API over HTTP; `lose` is what happens to a reply that gets lost."""
        ...

    def settings(self, below: str) -> Mapping[str, str]:
        """The variables of an app that speaks with it at the address `below`."""
        ...

    def put_on_sale(self, sku: str, title: str, shown: int, listing: str) -> None:
        """Put the SKU on sale, showing so many, as the listing that the app knows it by ("": any)."""
        ...

    def quantity(self, sku: str) -> int:
        """What the listing shows."""
        ...

    def told_by(self, call: Call) -> Iterable[str]:
        """The SKUs whose quantity a call that was answered well has set."""
        ...

    def buy(self, sku: str, quantity: int) -> None:
        """A buyer takes so many, and pays."""
        ...

    def cancel(self) -> None:
        """The newest open order is cancelled, and its units go back on sale."""
        ...

    def refund(self, *, restock: bool) -> None:
        """One unit of the newest open order is refunded; `restock`: it goes back on sale."""
        ...

    def send_back(self, disposition: str) -> None:
        """One unit of the newest open order comes back, in that state."""
        ...

    def last_order(self) -> Bought:
        """The newest order that can still be changed."""
        ...

    def name_of(self, order_id: str) -> str:
        """What people call an order; its id where the shop does not remember it."""
        ...
