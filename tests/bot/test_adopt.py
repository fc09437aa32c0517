"""`/channels adopt` through signed requests: a dry run first, then set once, and only what nobody has set."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

from tests.bot.room import HOME, another_instance, buttons, shown
from tests.bot.shops import AS_SHOWN, CANCEL, CHOOSE, LOWEST, SET, a_place, channels, last_private
from tests.core.stand_ins import until


async def test_a_dry_run_shows_what_would_be_set_and_sets_nothing(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        here.shopify.shows["OLD"], here.shopify.broken = 3, {"OLD"}
        await here.room.say("set CAP 1")
        here.shopify.shows["CAP"] = 2

        found = await here.adopt()

        text = shown(found)
        assert "would be the first stock of *2 SKUs*" in text
        assert "1 SKU in conflict, 1 cannot be set, 1 set already. Nothing is set yet." in text
        assert "`SAME`  5" in text
        assert "`MUG`  7" in text
        assert "`TEE`  amazon shows 4, shopify shows 9" in text
        assert "`OLD`  it keeps no count" in text
        assert buttons(found) == [SET, AS_SHOWN, LOWEST, CHOOSE, CANCEL]
        assert await here.on_hand() == {"CAP": 1}


async def test_pressed_it_sets_what_nobody_has_set_and_everybody_is_told_by_whom(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()

        assert "Setting what *shopify* shows" in await here.press(found, SET)
        told = await here.outcome()

        assert f"<@{here.room.id_of('operator')}> took what *shopify* shows as the first stock of *2 SKUs*" in told
        assert "amazon shows 4, shopify shows 9" in told
        assert await here.on_hand() == {"SAME": 5, "MUG": 7}
        assert buttons(here.now(found)) == []
        assert here.shopify.calls == []
        (entry,) = (await here.room.store.history("MUG", "", 5)).items
        assert (entry.actor, entry.note) == (here.room.id_of("operator"), "adopted from shopify")


async def test_a_second_press_changes_nothing_and_says_who_was_first(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here, another_instance(here.room, channels=(here.shopify, here.amazon)) as other:
        found = await here.adopt()
        await here.press(found, SET)
        await here.outcome()
        here.shopify.shows["NEW"] = 1

        assert (await other.click("operator", found, AS_SHOWN)).ok

        who = f"<@{here.room.id_of('operator')}>"
        assert f"{who} has set 2 SKUs by this dry run of *shopify* already" in shown(here.now(found))
        assert "Nothing was changed now." in shown(here.now(found))
        assert await here.on_hand() == {"SAME": 5, "MUG": 7}


async def test_two_presses_at_once_at_two_instances_set_it_once(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here, another_instance(here.room, channels=(here.shopify, here.amazon)) as other:
        found = await here.adopt()
        here.shopify.is_open.clear()

        await asyncio.gather(here.room.person.click("operator", found, SET), other.click("operator", found, AS_SHOWN))
        here.shopify.is_open.set()
        await here.outcome()

        everything = [message.text for message in here.room.slack.messages("#stock")]
        assert sum("as the first stock of" in text for text in everything) == 1


async def test_an_old_dry_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()
        here.room.clock.now += 1_801

        assert (await here.room.person.click("operator", found, SET)).ok

        assert "counted for 30 minutes. `/channels adopt shopify` makes a new one" in shown(here.now(found))
        assert await here.on_hand() == {}


async def test_a_dry_run_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        first = await here.adopt()
        second = await here.adopt()

        assert "is no longer the newest" in await here.press(first, SET)
        assert await here.on_hand() == {}
        await here.press(second, SET)
        await here.outcome()
        assert await here.on_hand() == {"SAME": 5, "MUG": 7}


async def test_cancelled_it_cannot_be_taken_up_any_more(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()

        assert "Cancelled: nothing was set" in await here.press(found, CANCEL)
        assert (await here.room.person.click("operator", found, SET)).ok

        assert "cancelled this dry run of *shopify*" in shown(here.now(found))
        assert await here.on_hand() == {}


async def test_a_long_dry_run_says_how_far_it_is_and_offers_later(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        here.amazon.is_open.clear()

        assert "3 listings so far. Nothing is set yet" in shown(await here.adopt())
        here.amazon.is_open.set()
        await until(lambda: any("would be the first stock" in said for said in here.room.private()))

        await here.press(last_private(here), SET)
        await here.outcome()
        assert await here.on_hand() == {"SAME": 5, "MUG": 7}


async def test_while_it_is_set_another_instance_begins_nothing_and_says_how_far_it_is(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here, another_instance(here.room, channels=(here.shopify, here.amazon)) as other:
        found = await here.adopt()
        here.shopify.is_open.clear()
        await here.press(found, SET)

        delivery = await other.command("operator", "#stock", "adopt shopify", "/channels")
        assert "is setting what *shopify* shows since" in delivery.answer
        assert "Setting what *shopify* shows" in shown(await here.adopt())

        here.shopify.is_open.set()
        await here.outcome()


async def test_one_that_an_orderly_stop_breaks_off_can_be_begun_anew_at_once(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()
        here.shopify.is_open.clear()
        await here.press(found, SET)
        await here.room.house.service.steering.adoptions.stop()
        here.shopify.is_open.set()

        assert "would be the first stock of *2 SKUs*" in shown(await here.adopt())


async def test_a_shop_that_fails_is_named_and_nothing_is_set(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        found = await here.adopt()
        here.amazon.down = "it is closed"

        await here.press(found, SET)

        await until(
            lambda: any("broken off after 0 SKUs: amazon: it is closed" in text for text in here.room.private())
        )
        assert await here.on_hand() == {}
        assert "was broken off: amazon: it is closed. Nothing was set" in shown(await here.adopt())


async def test_all_set_already_offers_nothing(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        for sku in ("SAME", "MUG", "TEE"):
            await here.room.say(f"set {sku} 1")

        found = await here.adopt()

        assert "all 3 SKUs that *shopify* shows are set already" in shown(found)
        assert buttons(found) == []


async def test_only_operators_adopt(tmp_path: Path) -> None:
    async with a_place(tmp_path, replace(HOME, operators=frozenset({"U0000BOSS"}))) as here:
        assert "can look but not change" in shown(await here.adopt())


async def test_a_wrong_call_is_answered_with_the_usage(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        for text, says in (
            ("adopt", "Usage: `/channels adopt NAME`"),
            ("adopt shopfiy", "must be one of shopify, amazon"),
            ("adopt shopify TEE", "takes a channel alone"),
        ):
            delivery = await here.room.person.command("operator", "#stock", text, "/channels")
            assert says in delivery.answer


async def test_a_channel_that_was_never_told_anything_points_to_it_until_it_is_adopted(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        pointer = "nothing is, until stock is set or `/channels adopt shopify` takes what it shows"
        assert pointer in await channels(here)
        await here.room.person.open_home("operator")
        home = here.room.slack.home("operator")
        assert home is not None
        assert pointer in json.dumps(home.body)

        await here.press(await here.adopt(), SET)
        await here.outcome()

        assert "its levels became stock just now" in await channels(here)
        assert pointer not in await channels(here)


async def test_help_lists_every_sub_command(tmp_path: Path) -> None:
    async with a_place(tmp_path) as here:
        delivery = await here.room.person.command("operator", "#stock", "help", "/channels")

        for name in ("adopt", "pause", "resume", "sync", "reconcile", "dry-run", "rule", "help"):
            assert f"/channels {name}" in delivery.answer
