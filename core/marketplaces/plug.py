"""What makes a marketplace one row of a table: its settings, how its channel is made, and what goes on beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import httpx2

from core.changes import Notice
from core.jobs import Job
from core.ports import Marketplace
from core.service import Service
from core.variables import Given, Need, Variable


class Channel(Marketplace, Protocol):
    """A marketplace that knows whether it is set up.

    It may also be what `core.ports`, `core.doors` and `core.linking` describe as optional.
    """

    @property
    def can_push(self) -> bool:
        """Whether all that is needed to tell it anything is configured."""
        ...


class World(Protocol):
    """What a channel needs from outside: time, patience, fresh ids, and a way to send."""

    @property
    def clock(self) -> Callable[[], float]:
        """Gives epoch seconds."""
        ...

    @property
    def sleep(self) -> Callable[[float], Awaitable[None]]:
        """Waits so many seconds."""
        ...

    @property
    def fresh_id(self) -> Callable[[], str]:
        """Makes ids that nobody has."""
        ...

    def client(self) -> httpx2.AsyncClient:
        """A client of its own to send with; whoever gets it closes it."""
        ...


class Attendant(Protocol):
    """What goes on beside a channel while the server runs."""

    def jobs(self) -> Sequence[Job]:
        """Its periodic work."""
        ...

    def warning(self) -> str:
        """What hinders it just now, in a few words, or ""."""
        ...

    def at_work(self) -> AbstractAsyncContextManager[None]:
        """At work in the background for as long as the block runs."""
        ...


@dataclass(frozen=True, slots=True)
class Plug:
    """One marketplace: `variables` are its settings, `make` makes its channel of what was given for them.

    `needs` are the variables that make no sense alone. `attend` gives what goes on beside the channel of a service;
    it is also told how to report to people.
    """

    name: str
    variables: tuple[Variable, ...]
    make: Callable[[Given, World], Channel]
    needs: tuple[Need, ...] = ()
    attend: Callable[[Service, Callable[[Notice], Awaitable[None]]], Attendant] | None = None

    def begun(self, env: Mapping[str, str]) -> list[str]:
        """Those variables that are given of the ones that connect it."""
        names = dict.fromkeys(name for one, others in self.needs for name in (one, *others))
        return [name for name in names if env.get(name, "").strip()]

    def lacking(self, env: Mapping[str, str]) -> list[str]:
        """What is not given beside what is begun, each as `ONE` or `ONE or OTHER`."""
        given = set(self.begun(env))
        asking = [need for need in self.needs if given & {need[0]} or (len(need[1]) == 1 and given & {*need[1]})]
        ones = {one for one, _ in asking}
        wanted = [*([one] for one, _ in asking), *(others for one, others in self.needs if one in ones)]
        return list(dict.fromkeys(" or ".join(each) for each in wanted if not given & {*each}))
