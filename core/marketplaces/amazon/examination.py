"""Whether all that Amazon needs is in place: keys, roles, the queue, and the notifications that go to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from core.errors import ChannelError, SyncStateError
from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.letters import Queue
from core.marketplaces.amazon.operations import GET_ORDER, SEARCH_LISTINGS, Operation
from core.marketplaces.amazon.patches import items_path, marketplaces
from core.marketplaces.amazon.subscriptions import ON_A_BUS, ORDERS, Subscriptions
from core.marketplaces.amazon.threads import in_thread
from core.marketplaces.tokens import TokenCache
from core.ports import Finding

_NO_ORDER = "000-0000000-0000000"
_ALLOW = "let arn:aws:iam::437568002678:root send (sqs:SendMessage, sqs:GetQueueAttributes) to this standard queue"
_BUS = (
    "make an EventBridge destination and subscribe it, so that edits and blocked listings are seen at once; "
    "without it the nightly comparison finds them"
)


@dataclass(frozen=True, slots=True)
class Examination:
    """One look at the connection. `queue` is None when none is configured."""

    access: AmazonAccess
    tokens: TokenCache
    api: SellingPartner
    subscriptions: Subscriptions
    queue: Queue | None

    async def findings(self, *, mend: bool) -> Sequence[Finding]:
        """What was found, one finding for each check; without keys nothing else is looked at. Never raises."""
        if self.access.missing:
            return [Finding("Amazon's keys", f"{self.access.missing} is not set", f"set {self.access.missing}")]
        keys = await self._keys()
        if keys.problem:
            return [keys]
        listings = await self._role("Amazon's listings", SEARCH_LISTINGS, self._listings(), "Product Listing")
        orders = await self._role("Amazon's orders", GET_ORDER, self._orders(), "Inventory and Order Tracking")
        return [keys, listings, orders, *await self._notifications(mend=mend)]

    async def _keys(self) -> Finding:
        try:
            await self.tokens.get()
        except SyncStateError as error:
            advice = "authorise the app again in Seller Central and set AMAZON_LWA_REFRESH_TOKEN, or mend the keys"
            return Finding("Amazon's keys", _text(error), advice)
        return Finding("Amazon's keys")

    async def _role(self, check: str, operation: Operation, path: str, role: str) -> Finding:
        """Whether a call gets past Amazon's gate; what it then finds does not matter."""
        try:
            answer = await self.api.call(operation, "GET", path)
        except ChannelError as error:
            advice = f"give the app the role {role}, and check AMAZON_SELLER_ID and AMAZON_SP_API_URL"
            return Finding(check, _text(error), advice)
        if operation is SEARCH_LISTINGS and not answer.is_success:
            return Finding(check, f"Amazon refuses the question ({answer.status_code})", "check AMAZON_MARKETPLACE_ID")
        return Finding(check)

    def _listings(self) -> str:
        return f"{items_path(self.access)}?{marketplaces(self.access)}&pageSize=1"

    def _orders(self) -> str:
        return f"/orders/2026-01-01/orders/{quote(_NO_ORDER, safe='')}"

    async def _notifications(self, *, mend: bool) -> list[Finding]:
        if self.queue is None:
            return [
                Finding("Amazon's queue", "AMAZON_SQS_QUEUE_URL is not set", "make an SQS queue and set its address")
            ]
        try:
            arn = await in_thread(self.queue.arn)
        except SyncStateError as error:
            return [Finding("Amazon's queue", _text(error), "check AMAZON_SQS_QUEUE_URL and the AWS credentials")]
        found = [Finding("Amazon's queue")]
        try:
            destinations = await self.subscriptions.destinations()
            found.append(await self._queue_subscribed(arn, destinations.get(arn, ""), mend=mend))
            found += [await self._bus_subscribed(kind, destinations.get("", ""), mend=mend) for kind in ON_A_BUS]
        except SyncStateError as error:
            found.append(Finding("Amazon's notifications", _text(error), _ALLOW))
        return found

    async def _queue_subscribed(self, arn: str, destination: str, *, mend: bool) -> Finding:
        """Whether orders are announced to our queue."""
        now = await self.subscriptions.destination_of(ORDERS)
        if now and now == destination:
            return Finding(ORDERS)
        if now:
            advice = "delete that subscription, or read the queue that it goes to"
            return Finding(ORDERS, "its notifications go to another destination than AMAZON_SQS_QUEUE_URL", advice)

        async def mended() -> None:
            await self.subscriptions.subscribe(ORDERS, destination or await self.subscriptions.make_destination(arn))

        return await _mended(Finding(ORDERS, "nobody is subscribed to it", _ALLOW), mended, mend=mend)

    async def _bus_subscribed(self, kind: str, destination: str, *, mend: bool) -> Finding:
        if await self.subscriptions.destination_of(kind):
            return Finding(kind)
        if not destination:
            return Finding(kind, advice=_BUS)

        async def mended() -> None:
            await self.subscriptions.subscribe(kind, destination)

        return await _mended(Finding(kind, "nobody is subscribed to it", _BUS), mended, mend=mend)


async def _mended(finding: Finding, act: Callable[[], Awaitable[None]], *, mend: bool) -> Finding:
    if not mend:
        return finding
    try:
        await act()
    except SyncStateError as error:
        return Finding(
            finding.check, f"{finding.problem}, and that could not be mended: {_text(error)}", finding.advice
        )
    return Finding(finding.check, mended=True)


def _text(error: SyncStateError) -> str:
    return error.reason if isinstance(error, ChannelError) else str(error)
