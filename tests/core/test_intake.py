"""From what a marketplace says to the change it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from core.changes import Outcome, Progress, Status
from core.errors import ChannelError, NotConfigured
from core.expected import Outlook
from core.house import House
from core.intake import Intake, judge
from core.listings import listed
from core.messages import Ignored, Refetch, Refused, Shown
from core.orders.change import OrderChange
from core.orders.facts import LineFact, OrderFacts
from core.remark import Remark
from core.returns.change import ReturnChange
from core.stock import Level, Push, Stock, Told
from tests.core.stand_ins import NOON, Books, HandClock, StandInChannel, SteppedStore, until

ORDER = OrderFacts("shopify", "7", "order", NOON, NOON, lines=(LineFact("1", "A", 2),))


class Unconfigured(StandInChannel):
    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        raise NotConfigured("SHOPIFY_ACCESS_TOKEN")

    async def sku_of(self, listing: str) -> str:
        raise NotConfigured("SHOPIFY_ACCESS_TOKEN")


class Deaf:
    """Nobody tells any channel."""

    def outlook(self, channel: str, level: Level) -> Outlook | None:
        return None

    def lately_told(self, channel: str, sku: str) -> Sequence[int]:
        return ()

    def doubt(self, channel: str, sku: str, shown: int) -> None:
        """Nobody asks."""


@pytest.fixture
def intake(store: SteppedStore, shopify: StandInChannel, clock: HandClock) -> Intake:
    return Intake(store, {"shopify": shopify}, clock, clock.sleep, Deaf())


def level(physical: int = 10, own: int = 0, **told: int) -> Level:
    stock = Stock("A", physical, version=3, counted_at=0.0)
    said = Told(told.get("quantity", 10), told.get("version", 3), NOON, Push.CONFIRMED)
    return Level(stock, told={"shopify": said}, own={"shopify": own})


def judged(level: Level, quantity: int, lately: Sequence[int] = (), at: float = NOON + 5) -> str:
    view = Outlook(level, "shopify", listed(level.stock), NOON + 5)
    return judge(view, Shown("gid", "A", quantity, at), lately)


async def test_an_order_and_a_return_are_changes_as_they_are(intake: Intake, clock: HandClock) -> None:
    back = ReturnChange("r1", "A", 1, "SELLABLE", "amazon", NOON)
    assert await intake.change_for("shopify", ORDER) == OrderChange(ORDER, clock())
    assert await intake.change_for("amazon", back) is back


async def test_what_moves_no_stock_is_a_reason(intake: Intake) -> None:
    assert await intake.change_for("shopify", Ignored("a gift card")) == "a gift card"


async def test_an_order_that_a_message_only_names_is_fetched(intake: Intake, shopify: StandInChannel) -> None:
    shopify.orders["7"] = ORDER
    change = await intake.change_for("shopify", Refetch("7"))
    assert isinstance(change, OrderChange)
    assert change.facts == ORDER
    assert await intake.change_for("shopify", Refetch("8")) == "there is no order 8"


async def test_one_that_cannot_be_fetched_now_is_asked_for_again_by_the_sender(
    intake: Intake, shopify: StandInChannel
) -> None:
    shopify.down = "503"
    with pytest.raises(ChannelError):
        await intake.change_for("shopify", Refetch("7"))


async def test_without_keys_nothing_is_fetched(store: SteppedStore, clock: HandClock) -> None:
    intake = Intake(store, {"shopify": Unconfigured()}, clock, clock.sleep, Deaf())
    reason = await intake.change_for("shopify", Refetch("7"))
    assert isinstance(reason, str)
    assert "SHOPIFY_ACCESS_TOKEN" in reason
    assert await intake.change_for("shopify", Shown("gid", "", 3, NOON)) == "the listing's SKU is not known"


async def test_a_message_that_can_never_be_applied_is_parked_and_told_once(intake: Intake, books: Books) -> None:
    change = await intake.change_for("shopify", Refused("shopify#refused#1", "it has no id", "7"))
    assert isinstance(change, Remark)
    assert [books.commit(change).status for _ in range(2)] == [Status.PARKED, Status.DUPLICATE]
    assert change.entry.status is Progress.FAILED
    assert [(alert.kind, alert.scope) for alert in books.alerts] == [("webhook_refused", "shopify")]


def test_an_unmanaged_sku_cannot_drift() -> None:
    assert "never told" in judged(Level(Stock("A", 10), told=level().told), 99)


@pytest.mark.parametrize("told", [{}, {"shopify": Told(None, 0, 0.0, Push.OWED)}])
def test_a_listing_that_is_yet_to_be_told_cannot_drift(told: Mapping[str, Told]) -> None:
    assert "on its way" in judged(replace(level(), told=told), 99)


@pytest.mark.parametrize(("shown", "verdict"), [(14, "echo"), (13, "older than"), (15, "")])
def test_what_was_told_a_moment_ago_may_still_echo(shown: int, verdict: str) -> None:
    found = judged(level(), shown, [14, 12])
    assert verdict in found
    assert bool(verdict) == bool(found)


@pytest.mark.parametrize(
    ("seen", "quantity", "verdict"),
    [
        (level(), 10, "echo"),
        (level(physical=8, quantity=10, version=2), 8, "should show"),
        (level(physical=8, quantity=10, version=2), 12, "on its way"),
        (level(), 7, "order of its own"),
        (level(), 11, ""),
        (level(own=2, physical=8, quantity=10), 9, "on its way"),
        (level(own=-3, physical=20), 13, "orders explain it"),
    ],
)
def test_what_a_listing_shows_is_judged_by_what_it_was_told(seen: Level, quantity: int, verdict: str) -> None:
    found = judged(seen, quantity)
    assert verdict in found
    assert bool(verdict) == bool(found)


async def managed(house: House, store: SteppedStore) -> None:
    await house.service.adjust("A", "ann", physical=20)
    await until(store.is_done)


async def test_a_listing_that_somebody_raised_is_drift_and_is_put_right(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await managed(house, store)
    shopify.shows["A"], shopify.skus["shopify-A"] = 33, "A"
    receipt = await house.service.receive("shopify", [Shown("shopify-A", "", 33, NOON + 5)])
    assert receipt.status is Status.APPLIED
    await until(store.is_done)
    assert shopify.shows["A"] == 20
    assert [(want.quantity, want.expected) for want in shopify.calls[-1]] == [(20, 33)]
    assert [alert.kind for alert in await store.all_alerts()] == ["drift"]
    assert (await store.levels(["A"]))["A"].stock.physical == 20


async def test_the_same_drift_heard_twice_is_told_and_put_right_once(
    house: House, store: SteppedStore, shopify: StandInChannel
) -> None:
    await managed(house, store)
    seen = [Shown("shopify-A", "A", 33, NOON + 5)] * 2
    statuses = [(await house.service.receive("shopify", [each])).status for each in seen]
    await until(store.is_done)
    assert statuses[0] is Status.APPLIED
    assert statuses[1] in (Status.DUPLICATE, Status.IGNORED)
    assert len(shopify.calls) == 2
    (alert,) = await store.all_alerts()
    assert alert.count == 1


@pytest.mark.parametrize(
    "shown", [Shown("shopify-A", "", 20, NOON), Shown("other", "", 33, NOON), Shown("shopify-A", "", 15, NOON)]
)
async def test_an_echo_a_stranger_and_an_order_on_its_way_change_nothing(
    house: House, store: SteppedStore, shopify: StandInChannel, shown: Shown
) -> None:
    await managed(house, store)
    shopify.skus["shopify-A"] = "A"
    receipt = await house.service.receive("shopify", [shown])
    assert receipt.status is Status.IGNORED
    assert receipt.reason
    assert len(shopify.calls) == 1
    assert await store.all_alerts() == []


def test_a_remark_without_a_sku_needs_no_stock(books: Books) -> None:
    remarks: Sequence[Outcome | Exception] = books.commit_all([])
    assert remarks == ()
