"""Every store sells a bundle as its parts, once, and sees it at what they allow."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from core.bundle_book import BundleBook
from core.bundle_desk import BundleDesk
from core.bundled_store import bundled
from core.changes import Change, Committed, Outcome, Status
from core.commit import GroupCommit
from core.errors import BadInput, IsBundle, NotFound
from core.orders.change import OrderChange
from core.ports import Store
from core.stock import Level, Part, Push, Told
from core.undo import Undo
from tests.core.stores.places import START, Place
from tests.core.stores.samples import added, counted, facts, ordered, refunded, returned

KIT, A, B = "KIT", "A", "B"
PARTS = (Part(A, 2), Part(B, 1))
LATER = START + 60


@dataclass(slots=True)
class Shop:
    """One instance: its store as everybody sees it, what it commits with, and what followed."""

    raw: Store
    store: Store = field(init=False)
    desk: BundleDesk = field(init=False)
    commits: GroupCommit = field(init=False)
    followed: list[Committed] = field(default_factory=list)

    def open(self, place: Place) -> Shop:
        book = BundleBook(self.raw, place.clock)
        self.desk = BundleDesk(book, self.submit, place.clock)
        self.store = bundled(book)
        self.commits = GroupCommit(self.store, self.followed.append, self.desk.dress)
        return self

    async def submit(self, change: Change) -> Outcome:
        return await self.commits.submit(change)

    async def level(self, sku: str) -> Level:
        return (await self.store.levels([sku]))[sku]

    async def numbers(self, *skus: str) -> list[int]:
        levels = await self.store.levels(skus)
        return [levels[sku].stock.physical for sku in skus]

    async def ledger(self, sku: str) -> list[tuple[str, int]]:
        for each in self.followed:
            if each.mark is not None:
                await self.raw.finish(each.mark)
        return sorted((entry.action, entry.delta) for entry in (await self.raw.history(sku, "", 50)).items)


async def shop_of(place: Place, name: str = "one") -> Shop:
    return Shop(await place.instance(name)).open(place)


async def found(place: Place, shop: Shop) -> None:
    """Wait until the bundle holds everywhere."""
    await shop.desk.found_due()
    place.clock.turn(7)
    await shop.desk.found_due()


@pytest.fixture
async def shop(place: Place) -> Shop:
    here = await shop_of(place)
    for sku, units in ((A, 11), (B, 9)):
        await here.submit(counted(sku, units, START))
    await here.desk.define(KIT, PARTS, "U1")
    await found(place, here)
    place.clock.turn(60)
    return here


async def test_a_bundle_has_what_its_parts_allow(shop: Shop) -> None:
    level = await shop.level(KIT)

    assert (level.stock.physical, level.stock.broadcast, level.stock.managed) == (5, 5, True)
    assert level.made_of == PARTS
    assert (await shop.level(A)).part_of == (KIT,)
    assert [each.stock.physical for each in (await shop.store.list_levels("", 10)).items if each.sku == KIT] == [5]


async def test_selling_it_takes_its_parts_once_however_often_it_is_told(shop: Shop, place: Place) -> None:
    order = ordered("1", {KIT: 2, A: 1}, place.clock())

    statuses = [(await shop.submit(order)).status for _ in range(3)]

    assert statuses == [Status.APPLIED, Status.DUPLICATE, Status.DUPLICATE]
    assert await shop.numbers(KIT, A, B) == [3, 6, 7]
    assert (await shop.level(KIT)).own == {"shopify": 2}
    assert (await shop.level(A)).own == {"shopify": 1}
    assert sum((await shop.level(A)).sold.values()) == 5


async def test_its_history_and_that_of_its_parts_say_what_was_sold(shop: Shop, place: Place) -> None:
    await shop.submit(ordered("1", {KIT: 2}, place.clock()))

    assert await shop.ledger(KIT) == [("bundle", 0), ("bundle", 2), ("orders/updated", -2)]
    assert await shop.ledger(A) == [("orders/updated", -4), ("set", 11)]
    notes = [entry.note for entry in (await shop.raw.history(A, "", 5)).items]
    assert "in 2 x KIT, order 1" in notes


async def test_a_cancel_puts_back_the_parts_that_it_was_sold_with(shop: Shop, place: Place) -> None:
    at = place.clock()
    await shop.submit(ordered("1", {KIT: 2}, at))
    await shop.submit(counted("C", 4, at))
    await shop.desk.define(KIT, [Part(B, 3), Part("C", 1)], "U1")
    await found(place, shop)

    await shop.submit(OrderChange(facts("1", {KIT: 2}, at + 99, created=at, cancelled=at + 99), at + 99))

    assert await shop.numbers(A, B, "C") == [11, 9, 4]
    assert await shop.numbers(KIT) == [3]


async def test_an_order_from_before_gives_its_parts_back_too(place: Place) -> None:
    here = await shop_of(place)
    for sku, units in ((A, 4), (B, 4), (KIT, 1)):
        await here.submit(counted(sku, units, START))
    await here.submit(ordered("1", {KIT: 1}, LATER))
    await here.desk.define(KIT, PARTS, "U1")
    await found(place, here)

    await here.submit(refunded("1", KIT, 1, place.clock.turn(60)))

    assert await here.numbers(A, B) == [6, 5]


async def test_a_return_puts_its_parts_back(shop: Shop, place: Place) -> None:
    await shop.submit(returned(KIT, 1, place.clock(), "r1"))

    assert await shop.numbers(KIT, A, B) == [6, 13, 10]
    assert await shop.ledger(KIT) == [("bundle", -1), ("bundle", 0), ("return", 1)]


async def test_a_change_of_a_part_has_its_bundles_told(shop: Shop, place: Place) -> None:
    before = (await shop.level(KIT)).stock.version

    await shop.submit(added(A, -8, place.clock(), "k"))

    mark = shop.followed[-1].mark
    assert mark is not None
    assert KIT in mark.skus
    assert (await shop.level(KIT)).stock.physical == 1
    assert (await shop.level(KIT)).stock.version > before


async def test_a_word_is_out_of_date_once_a_part_has_moved(shop: Shop, place: Place) -> None:
    level = (await shop.store.claim([KIT], ["shopify"]))[KIT]
    told = {"shopify": Told(5, level.stock.version, place.clock(), Push.CONFIRMED)}
    assert await shop.store.settle(KIT, level.stock.version, told, {})

    await shop.submit(added(A, -8, place.clock(), "k"))

    assert not await shop.store.settle(KIT, level.stock.version, told, {})
    assert (await shop.level(KIT)).told["shopify"].quantity == 5


async def test_a_bundle_cannot_be_counted(shop: Shop, place: Place) -> None:
    for change in (counted(KIT, 5, place.clock()), added(KIT, 1, place.clock(), "k")):
        with pytest.raises(IsBundle, match="2 x A and 1 x B"):
            await shop.submit(change)

    assert await shop.ledger(KIT) == [("bundle", 0)]


async def test_a_bundle_goes_back_to_an_ordinary_sku_with_nothing_on_hand(shop: Shop, place: Place) -> None:
    before = (await shop.level(KIT)).stock.version
    await shop.desk.dissolve(KIT, "U1")
    await found(place, shop)
    assert await shop.numbers(KIT) == [0]
    assert (await shop.level(KIT)).stock.version > before

    await shop.submit(counted(KIT, 3, place.clock.turn(9)))
    await shop.submit(ordered("2", {KIT: 1}, place.clock.turn(9)))

    assert await shop.numbers(KIT, A, B) == [2, 11, 9]
    with pytest.raises(NotFound):
        await shop.desk.dissolve(KIT, "U1")


@pytest.mark.parametrize(
    ("sku", "parts", "why"),
    [
        ("NEW", [Part("NEW", 1)], "itself"),
        ("NEW", [Part(KIT, 1)], "is a bundle"),
        (A, [Part(B, 1)], "is a part of KIT"),
        ("NEW", [Part("UNSET", 1)], "set its stock first"),
        ("NEW", [], "1 to 10 SKUs"),
        ("NEW", [Part(A, 0)], "from 1 to 1,000"),
        (B + B, [Part(A, 1)], "set it to 0 first"),
    ],
)
async def test_what_cannot_be_a_bundle_is_refused(shop: Shop, sku: str, parts: list[Part], why: str) -> None:
    await shop.submit(counted(B + B, 2, LATER))

    with pytest.raises(BadInput, match=why):
        await shop.desk.define(sku, parts, "U1")

    assert shop.desk.book.bundles.parts(sku) == ()


async def test_an_instance_that_has_not_heard_of_a_bundle_loses_none_of_its_parts(shared_place: Place) -> None:
    one, two = await shop_of(shared_place, "one"), await shop_of(shared_place, "two")
    for sku, units in ((A, 10), (B, 10), (KIT, 0)):
        await one.submit(counted(sku, units, START))
    await two.desk.book.refresh()
    await one.desk.define(KIT, PARTS, "U1")

    await two.submit(ordered("1", {KIT: 3}, START + 1))
    await found(shared_place, one)

    assert await one.numbers(A, B, KIT) == [4, 7, 2]
    await two.submit(ordered("2", {KIT: 1}, shared_place.clock.turn(1)))
    assert await two.numbers(A, B, KIT) == [2, 6, 1]


async def test_what_a_founding_takes_from_parts_is_told_to_every_bundle_they_are_in(shared_place: Place) -> None:
    one, two = await shop_of(shared_place, "one"), await shop_of(shared_place, "two")
    for sku, units in ((A, 10), (B, 10), (KIT, 0)):
        await one.submit(counted(sku, units, START))
    await one.desk.define("OTHER", [Part(A, 1)], "U1")
    await found(shared_place, one)
    await two.desk.book.refresh()
    await one.desk.define(KIT, PARTS, "U1")
    await two.submit(ordered("1", {KIT: 3}, START + 8))

    await found(shared_place, one)

    mark = one.followed[-1].mark
    assert mark is not None
    assert {A, B, KIT, "OTHER"} <= set(mark.skus)
    assert await one.numbers("OTHER", KIT) == [4, 2]


async def test_what_was_added_to_a_sku_is_not_taken_back_from_its_parts_once_it_is_a_bundle(
    shared_place: Place,
) -> None:
    one = await shop_of(shared_place)
    for sku, units in ((A, 10), (B, 10), (KIT, 0)):
        await one.submit(counted(sku, units, START))
    await one.submit(added(KIT, 3, START, "added"))
    await one.submit(added(KIT, -3, START, "taken"))
    await one.desk.define(KIT, PARTS, "U1")

    with pytest.raises(IsBundle):
        await one.submit(Undo("added", KIT, "U1", START + 1))

    assert await one.numbers(A, B) == [10, 10]


async def test_a_bundle_is_founded_by_whoever_is_left(shared_place: Place) -> None:
    one, two = await shop_of(shared_place, "one"), await shop_of(shared_place, "two")
    for sku, units in ((A, 10), (B, 10)):
        await one.submit(counted(sku, units, START))
    assert not (await one.desk.define(KIT, PARTS, "U1")).founded

    shared_place.clock.turn(3)
    await found(shared_place, two)

    assert two.desk.book.bundles.by_sku[KIT].founded
    assert await two.numbers(KIT) == [5]
