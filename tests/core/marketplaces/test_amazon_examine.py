"""Looking at the connection to Amazon, and mending what can be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from core.errors import BadInput, ChannelError
from core.marketplaces.amazon import AmazonAccess
from core.marketplaces.amazon.letters import Letter
from core.ports import Examined, Finding
from playground.faults import Fault
from tests.core.marketplaces.support import SellerWorld, open_seller

ARN = "arn:aws:sqs:us-east-1:123456789012:amazon"
BUS = ("LISTINGS_ITEM_MFN_QUANTITY_CHANGE", "LISTINGS_ITEM_ISSUES_CHANGE", "LISTINGS_ITEM_STATUS_CHANGE")


@dataclass
class Box:
    """A queue that only has a name."""

    gone: bool = False

    def receive(self, visibility: int, wait: int = 0) -> Sequence[Letter]:
        return ()

    def delete(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        return ()

    def hide(self, letters: Sequence[Letter], seconds: int) -> None:
        return

    def arn(self) -> str:
        if self.gone:
            raise ChannelError("amazon", "there is no such queue")
        return ARN


async def found(world: SellerWorld, *, mend: bool = False) -> dict[str, Finding]:
    channel: Examined = world.amazon
    return {each.check: each for each in await channel.examine(mend=mend)}


async def test_what_is_missing_is_named_and_mended_and_then_sound() -> None:
    async with open_seller(Box()) as world:
        world.office.notifications.add_bus()
        first = await found(world)
        bad = {check for check, each in first.items() if each.problem}
        assert bad == {"ORDER_CHANGE", *BUS}
        assert all(first[check].advice for check in bad)
        assert not world.office.notifications.subscriptions
        mended = await found(world, mend=True)
        assert {check for check, each in mended.items() if each.mended} == bad
        last = await found(world)
        assert not any(each.problem or each.mended for each in last.values())
        (queue,) = [each for each in world.office.notifications.destinations.values() if each["name"] == "syncstate"]
        assert queue["resource"] == {"sqs": {"arn": ARN}}


async def test_without_an_event_bus_its_types_are_named_with_advice() -> None:
    async with open_seller(Box()) as world:
        mended = await found(world, mend=True)
        assert mended["ORDER_CHANGE"].mended
        assert all("EventBridge" in mended[kind].advice and not mended[kind].mended for kind in BUS)


async def test_notifications_that_go_to_another_queue_are_said_and_left_alone() -> None:
    async with open_seller(Box()) as world:
        api = world.office.notifications
        other = api._keep({"name": "other", "resource": {"sqs": {"arn": f"{ARN}-other"}}})  # noqa: SLF001
        api.subscriptions["ORDER_CHANGE"] = {"subscriptionId": "s", "destinationId": other, "payloadVersion": "1.0"}
        finding = (await found(world, mend=True))["ORDER_CHANGE"]
        assert "another destination" in finding.problem
        assert api.subscriptions["ORDER_CHANGE"]["destinationId"] == other


async def test_a_queue_that_is_gone_or_not_set_is_said() -> None:
    async with open_seller(Box(gone=True)) as world:
        assert (await found(world))["Amazon's queue"].problem == "there is no such queue"
    async with open_seller() as world:
        assert "AMAZON_SQS_QUEUE_URL" in (await found(world))["Amazon's queue"].problem


async def test_refused_keys_are_the_only_finding_and_name_no_secret() -> None:
    async with open_seller(Box(), refresh_token="Atzr|old") as world:
        (finding,) = (await found(world)).values()
        assert "invalid_grant" in finding.problem
        assert "Atzr" not in repr(finding)


async def test_a_missing_key_is_named_and_nothing_is_called() -> None:
    async with open_seller(client_secret="") as world:
        (finding,) = (await found(world)).values()
        assert "AMAZON_LWA_CLIENT_SECRET" in finding.problem
        assert not world.seller.calls


async def test_another_sellers_account_and_a_wrong_marketplace_are_told_apart() -> None:
    async with open_seller(seller_id="SOMEBODY") as world:
        assert "Product Listing" in (await found(world))["Amazon's listings"].advice
    async with open_seller(marketplace_id="") as world:
        assert "AMAZON_MARKETPLACE_ID" in next(iter((await found(world)).values())).problem


async def test_an_outage_raises_nothing() -> None:
    async with open_seller(Box()) as world:
        world.seller.faults.switch_on(Fault.OFFLINE)
        (finding,) = (await found(world, mend=True)).values()
        assert "not available" in finding.problem


@pytest.mark.parametrize(
    ("marketplace", "host"),
    [
        ("ATVPDKIKX0DER", "na"),
        ("A1PA6795UKMFR9", "eu"),
        ("A21TJRUUN4KGV", "eu"),
        ("A1VC38T7YXB528", "fe"),
        ("A39IBJ37TRP1C6", "fe"),
    ],
)
def test_the_address_follows_from_the_marketplace(marketplace: str, host: str) -> None:
    assert AmazonAccess(marketplace_id=marketplace).base == f"https://sellingpartnerapi-{host}.amazon.com"


@pytest.mark.parametrize("prefix", ["", "sandbox."])
def test_an_address_of_another_region_is_refused_in_one_line(prefix: str) -> None:
    url = f"https://{prefix}sellingpartnerapi-na.amazon.com"
    assert AmazonAccess(marketplace_id="ATVPDKIKX0DER", api_url=url).base == url
    with pytest.raises(BadInput) as caught:
        _ = AmazonAccess(marketplace_id="A1PA6795UKMFR9", api_url=url).base
    assert str(caught.value) == (
        "AMAZON_SP_API_URL: is the address of North America, but A1PA6795UKMFR9 is a marketplace of Europe: "
        "use https://sellingpartnerapi-eu.amazon.com, or leave it out"
    )


def test_an_address_of_ones_own_or_a_marketplace_yet_unknown_is_believed() -> None:
    assert AmazonAccess(marketplace_id="A1PA6795UKMFR9", api_url="http://127.0.0.1:1/").base == "http://127.0.0.1:1"
    url = "https://sellingpartnerapi-eu.amazon.com"
    assert AmazonAccess(marketplace_id="ANEWONE", api_url=url).base == url
