"""What a dry run offers is taken up once, whoever asks, and survives the instance that took it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.adopt import Conflicts
from core.adopting import Offer, Phase, dump, hindrance, load
from core.errors import BadInput, Ended, OfferEnded
from tests.core.shop_house import ShopHouse, open_shop_house
from tests.core.stand_ins import NOON

RUN = Offer("t1", Phase.SETTING, "U1", NOON, NOON, 7)


@dataclass(frozen=True)
class Way:
    """An offer in a phase, asked for after some seconds, and what stands in its way."""

    phase: Phase
    after: float
    why: Ended | None


WAYS: Sequence[Way] = (
    Way(Phase.OPEN, 1_800, None),
    Way(Phase.OPEN, 1_801, Ended.TOO_OLD),
    Way(Phase.SETTING, 599, Ended.UNDER_WAY),
    Way(Phase.SETTING, 601, Ended.BROKEN_OFF),
    Way(Phase.SET, 1, Ended.DONE),
    Way(Phase.BROKEN, 1, Ended.BROKEN_OFF),
    Way(Phase.CANCELLED, 1, Ended.CANCELLED),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.phase}-{way.after:.0f}")
def test_only_an_open_offer_of_the_last_half_hour_can_be_taken_up(way: Way) -> None:
    assert hindrance(Offer("t1", way.phase, "U1", NOON, NOON), "t1", NOON + way.after) is way.why
    assert hindrance(Offer("t1", way.phase, "U1", NOON, NOON), "t0", NOON + way.after) is Ended.REPLACED


def test_an_offer_is_read_back_as_it_was_written() -> None:
    assert load(dump(RUN)) == RUN
    assert load(None) is None


async def offered(here: ShopHouse) -> str:
    """A dry run to its end; its ticket."""
    running = await here.house.service.steering.adoptions.look("shopify", "U1")
    assert await running.wait(10.0)
    assert running.report.trouble == ""
    return running.report.ticket


async def test_a_dry_run_of_a_real_shop_is_taken_up_and_sends_nothing(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 12)
        adoptions = here.house.service.steering.adoptions

        running = await adoptions.take_up("shopify", await offered(here), "U2", Conflicts.SKIP)
        assert await running.wait(10.0)
        await here.settled()

        assert (running.report.count, running.report.read, running.report.by) == (1, 1, "U2")
        level = (await here.store.levels(["A"]))["A"]
        assert (level.stock.physical, level.told["shopify"].version) == (12, 0)
        assert tuple(await here.house.service.find("A", 5)) == ("A",)


async def test_a_run_whose_instance_died_is_named_and_can_be_done_anew(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 12)
        adoptions = here.house.service.steering.adoptions
        await here.store.save_note("adoption#shopify", dump(RUN))
        here.world.time.at = NOON + 100
        with pytest.raises(OfferEnded) as busy:
            await adoptions.look("shopify", "U2")
        assert (busy.value.why, busy.value.by, busy.value.count) == (Ended.UNDER_WAY, "U1", 7)

        here.world.time.at = NOON + 601
        with pytest.raises(OfferEnded, match="broken off"):
            await adoptions.take_up("shopify", "t1", "U2", Conflicts.SKIP)
        running = await adoptions.take_up("shopify", await offered(here), "U2", Conflicts.SKIP)
        assert await running.wait(10.0)
        assert await here.on_hand("A") == 12


async def test_a_dry_run_that_ends_while_somebody_sets_takes_no_offer_away(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 12)
        running = await here.house.service.steering.adoptions.look("shopify", "U2")
        here.world.time.at = NOON
        await here.store.save_note("adoption#shopify", dump(RUN))

        assert await running.wait(10.0)

        assert "under way" in running.report.trouble
        assert await here.store.note("adoption#shopify") == dump(RUN)


async def test_what_was_never_offered_is_refused(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        adoptions = here.house.service.steering.adoptions
        with pytest.raises(OfferEnded, match="replaced"):
            await adoptions.cancel("shopify", "t9", "U1")
        with pytest.raises(BadInput, match="must be one of shopify"):
            await adoptions.look("ebay", "U1")
