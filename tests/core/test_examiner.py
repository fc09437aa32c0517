"""A channel that stops telling us, or can be told no more, is noticed, mended where it can be, and said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.alerts import State
from playground.faults import Fault
from tests.core.marketplaces.support import SHOP_SETTINGS
from tests.core.shop_house import ADDRESS, ShopHouse, open_shop_house


def subscribed(here: ShopHouse) -> set[str]:
    return {
        each.topic for each in here.shop.webhooks.subscriptions.values() if each.uri == f"{ADDRESS}/webhook/shopify"
    }


def lose(here: ShopHouse, *topics: str) -> None:
    """Let the shop give up on these topics, as it does after 8 deliveries that failed."""
    here.shop.buy([("A", 1)])
    for delivery in here.shop.outbox.take_all():
        if delivery.topic in topics and delivery.url.startswith(ADDRESS):
            here.shop.gave_up(delivery)


async def test_the_first_look_subscribes_to_everything_and_says_nothing(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.job("examine")
        assert len(subscribed(here)) == 17
        assert {"orders/create", "orders/edited", "returns/close", "inventory_levels/update"} <= subscribed(here)
        assert await here.alerts() == []


async def test_a_subscription_that_is_gone_is_made_again_and_said_until_the_next_sound_look(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.add_variant("A", 100)
        await here.job("examine")
        lose(here, "orders/create")
        assert "orders/create" not in subscribed(here)
        await here.job("examine", later=3_600)
        assert "orders/create" in subscribed(here)
        (alert,) = await here.alerts()
        assert (alert.kind, alert.sku, alert.count) == ("sync_failed", "", 1)
        assert alert.message == (
            "Shopify's webhooks: orders/create: the shop does not send it to us (it has been put right)."
        )
        await here.job("examine", later=3_600)
        assert await here.alerts() == []
        resolved = await here.store.alert(alert.alert_id)
        assert resolved is not None
        assert resolved.state is State.RESOLVED


async def test_many_that_are_gone_are_one_alert_that_stays_readable(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        await here.job("examine")
        here.shop.webhooks.subscriptions.clear()
        await here.job("examine")
        (alert,) = await here.alerts()
        assert alert.message.endswith("; and 14 more.")
        assert len(subscribed(here)) == 17


async def test_a_permission_that_is_taken_away_is_said_once_and_what_to_do_about_it(tmp_path: Path) -> None:
    lacking = tuple(scope for scope in SHOP_SETTINGS.scopes if scope != "write_inventory")
    async with open_shop_house(tmp_path, replace(SHOP_SETTINGS, scopes=lacking)) as here:
        for _ in range(3):
            await here.job("examine", later=3_600)
        (alert,) = await here.alerts()
        assert alert.count == 1
        assert "the app lacks write_inventory (to tell listings their stock)" in alert.message
        assert "add write_inventory to the app's configuration" in alert.message
        here.shop.settings = SHOP_SETTINGS
        await here.job("examine", later=3_600)
        assert await here.alerts() == []


async def test_a_shop_that_is_down_for_a_moment_is_no_alert(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path) as here:
        here.shop.faults.switch_on(Fault.OFFLINE, times=1)
        await here.job("examine")
        assert await here.alerts() == []
        here.shop.faults.switch_on(Fault.OFFLINE)
        await here.job("examine")
        (alert,) = await here.alerts()
        assert "Shopify's keys: it is not available (503)" in alert.message


async def test_without_our_own_address_nobody_is_bothered_about_webhooks(tmp_path: Path) -> None:
    async with open_shop_house(tmp_path, public_url="") as here:
        await here.job("examine")
        assert await here.alerts() == []
        assert subscribed(here) == set()
