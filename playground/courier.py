"""Delivers webhooks over HTTP: a time limit, retries on a schedule, and the delivery faults."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from random import Random

import httpx2

from playground.faults import Fault
from playground.outbox import Delivery
from playground.stand_in import StandIn


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """The seconds before each retry, and the seconds an attempt may take."""

    delays: tuple[float, ...]
    limit: float = 5.0


SHOPIFY_RETRIES = RetryPlan((10, 60, 300, 900, 1800, 2700, 3600, 5030))
"""8 retries over 4 hours, 5 s each (developer changelog of 2024-09-10; the steps are not published)."""

AMAZON_RETRIES = RetryPlan((30, 60, 120, 240, 480, 960, 1920, 3840))
"""As a queue would bring a message back: the visibility timeout, doubled each time."""

WOOCOMMERCE_RETRIES = RetryPlan(())
"""None at all (seen on 11.0.1): what is lost is lost."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: `number` 0 is the first; `status` None means no answer in time."""

    at: float
    answered_at: float
    delivery: Delivery
    number: int
    status: int | None

    @property
    def succeeded(self) -> bool:
        """True for any 2xx."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class Courier:
    """Takes from the outbox of `stand_in` and posts with `client`, at most `parallel` at a time.

    Any 2xx within the limit ends a delivery; everything else is retried as `plan` says, unchanged.
    Relative addresses are joined to the client's base URL. `sleep` waits between retries.
    """

    def __init__(
        self,
        stand_in: StandIn,
        client: httpx2.AsyncClient,
        plan: RetryPlan,
        *,
        sleep: Callable[[float], Awaitable[None]],
        rng: Random,
        parallel: int = 8,
    ) -> None:
        self._stand_in = stand_in
        self._client = client
        self._plan = plan
        self._sleep = sleep
        self._rng = rng
        self._lanes = asyncio.Semaphore(parallel)
        self._under_way = 0
        self.attempts: list[Attempt] = []
        self.dropped: list[Delivery] = []
        self.given_up: list[Delivery] = []

    @property
    def idle(self) -> bool:
        """True when nothing is pending and nothing is under way."""
        return not self._stand_in.outbox.pending and self._under_way == 0

    async def run(self) -> None:
        """Deliver whatever comes into the outbox, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            async for _ in self._stand_in.subscribe():
                for delivery in self._collect():
                    tasks.create_task(self._deliver(delivery))

    async def drain(self) -> None:
        """Deliver what is pending, retries and what comes in meanwhile included; delayed stays."""
        while batch := self._collect():
            await asyncio.gather(*(self._deliver(delivery) for delivery in batch))

    def _collect(self) -> list[Delivery]:
        faults = self._stand_in.faults
        if not self._stand_in.outbox.pending or faults.is_on(Fault.DELAY):
            return []
        batch: list[Delivery] = []
        for delivery in self._stand_in.outbox.take_all():
            batch += self._copies(delivery)
        if faults.strikes(Fault.SHUFFLE):
            self._rng.shuffle(batch)
        self._under_way += len(batch)
        return batch

    def _copies(self, delivery: Delivery) -> list[Delivery]:
        faults = self._stand_in.faults
        if faults.strikes(Fault.DROP):
            self.dropped.append(delivery)
            return []
        return [delivery, delivery] if faults.strikes(Fault.DUPLICATE) else [delivery]

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._try_until_accepted(delivery)
        finally:
            self._under_way -= 1
            self._stand_in.changes.tell()

    async def _try_until_accepted(self, delivery: Delivery) -> None:
        for number, delay in enumerate((None, *self._plan.delays)):
            if delay is not None:
                await self._sleep(delay)
            if (await self._attempt(delivery, number)).succeeded:
                self._stand_in.arrived(delivery)
                return
        self.given_up.append(delivery)
        self._stand_in.gave_up(delivery)

    async def _attempt(self, delivery: Delivery, number: int) -> Attempt:
        async with self._lanes:
            at = self._stand_in.clock()
            status = await self._post(delivery)
        attempt = Attempt(at, self._stand_in.clock(), delivery, number, status)
        self.attempts.append(attempt)
        self._stand_in.changes.tell()
        return attempt

    async def _post(self, delivery: Delivery) -> int | None:
        try:
            async with asyncio.timeout(self._plan.limit):
                answer = await self._client.post(
                    delivery.url,
                    content=delivery.body,
                    headers=dict(delivery.headers),
                )
        except (TimeoutError, httpx2.TransportError):
            return None
        return answer.status_code
