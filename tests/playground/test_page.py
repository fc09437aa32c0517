"""What the page of the playground shows, and what one does on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from core.changes import Entry
from playground.courier import Attempt
from playground.live import MOST, Live
from playground.outbox import Delivery
from playground.run import local_client
from playground.story import Story, Word, story_of
from tests.playground.running import Json, Visit, messages_of, row_of, visiting


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    async with visiting(tmp_path) as found:
        yield found


async def test_a_shop_does_not_sell_more_than_it_shows(visit: Visit) -> None:
    wanted = {"shop": "amazon", "sku": "CAP-BLACK", "quantity": 9}
    answer = await visit.client.post("/playground/do/buy", json=wanted)

    assert (answer.status_code, answer.json()["error"]["message"]) == (409, "CAP-BLACK: 9 wanted, 8 left")


async def test_a_command_is_answered_to_the_one_who_typed_it(visit: Visit) -> None:
    await visit.do("say", person="buyer", channel="stock", text="/stock TEE-RED-M")

    mine = messages_of(await visit.state("buyer"), "stock")
    assert [(message["private"], "TEE-RED-M" in message["text"]) for message in mine] == [(True, True)]
    assert messages_of(await visit.state("operator"), "stock") == []


async def test_what_is_no_command_is_a_message(visit: Visit) -> None:
    await visit.do("say", person="buyer", channel="stock", text="good morning")

    said = messages_of(await visit.state(), "stock")[0]
    assert (said["text"], said["bot"], said["private"]) == ("good morning", False, False)


async def test_the_app_named_in_a_message_answers_in_its_thread(visit: Visit) -> None:
    await visit.do("say", person="buyer", channel="stock", text="@syncstate TEE-RED-M")

    (said,) = messages_of(await visit.state(), "stock")
    assert ["TEE-RED-M" in reply["text"] for reply in said["replies"]] == [True]


async def test_the_search_of_the_home_tab_opens_a_card(visit: Visit) -> None:
    await visit.do("home", person="operator")
    home = (await visit.state())["slack"]["home"]

    await visit.do("click", person="operator", view=home["id"], action_id="home_search", value="TEE-RED-M")

    assert "TEE-RED-M" in str((await visit.state())["slack"]["modal"]["blocks"])


async def test_a_home_tab_that_is_open_follows_what_happens(visit: Visit) -> None:
    await visit.do("home", person="operator")
    assert "Out of stock" not in str((await visit.state())["slack"]["home"])

    await visit.do("say", person="buyer", channel="stock", text="/stock set CAP-BLACK 0")

    await visit.until(lambda state: "Out of stock" in str(state["slack"]["home"]), within=20)


async def test_a_command_changes_the_stock_for_everybody(visit: Visit) -> None:
    await visit.do("say", person="operator", channel="stock", text="/stock buffer MUG-WHITE 10")
    await visit.until(lambda state: row_of(state, "MUG-WHITE")["shops"]["amazon"]["shows"] == 30)

    entry = (await visit.state())["ledger"][0]
    assert (entry["sku"], entry["action"], entry["actor"]) == ("MUG-WHITE", "buffer", "U00000001")


async def test_the_home_tab_opens(visit: Visit) -> None:
    await visit.do("home", person="operator")

    assert (await visit.state())["slack"]["home"]["blocks"]


async def test_slack_that_is_offline_takes_nothing_from_people(visit: Visit) -> None:
    await visit.do("switch", party="slack", fault="offline", on=True)
    fields = {"person": "operator", "channel": "stock", "text": "/stock CAP-BLACK"}
    answer = await visit.client.post("/playground/do/say", json=fields)

    assert (answer.status_code, answer.json()["error"]["message"]) == (
        409,
        "Slack is offline; switch it on again first",
    )
    assert (await visit.state())["slack"]["faults"] == ["offline"]


async def test_a_form_that_is_not_open_cannot_be_submitted(visit: Visit) -> None:
    answer = await visit.client.post("/playground/do/submit", json={"person": "operator", "values": {}})

    assert answer.status_code == 409


async def test_nobody_sees_nothing(visit: Visit) -> None:
    assert (await visit.client.get("/playground/state", params={"as": "stranger"})).status_code == 404


async def test_a_cancelled_order_goes_back_on_sale_everywhere(visit: Visit) -> None:
    await visit.do("buy", shop="shopify", sku="TEE-RED-M", quantity=5)
    await visit.until(lambda state: row_of(state, "TEE-RED-M")["shops"]["amazon"]["shows"] == 38)
    await visit.do("cancel", shop="shopify")

    await visit.until(lambda state: row_of(state, "TEE-RED-M")["shops"]["amazon"]["shows"] == 43)
    assert (await visit.state())["shops"][0]["order"] is None


@pytest.mark.parametrize(("restock", "on_hand"), [(True, 44), (False, 43)])
async def test_a_refund_puts_a_unit_back_or_does_not(visit: Visit, restock: bool, on_hand: int) -> None:
    await visit.do("buy", shop="shopify", sku="TEE-RED-M", quantity=5)
    await visit.until(lambda state: row_of(state, "TEE-RED-M")["physical"] == 43)
    await visit.do("refund", shop="shopify", restock=restock)
    courier = visit.playground.outside.couriers["shopify"]
    await visit.playground.outside.shop.wait_for(lambda: courier.idle)

    await visit.until(lambda state: row_of(state, "TEE-RED-M")["physical"] == on_hand)


@pytest.mark.parametrize(
    ("disposition", "on_hand", "alerts"),
    [("SELLABLE", 40, 0), ("CUSTOMER_DAMAGED", 39, 1), ("WAREHOUSE_DAMAGED", 39, 1)],
)
async def test_a_return_is_treated_by_its_state(visit: Visit, disposition: str, on_hand: int, alerts: int) -> None:
    await visit.do("buy", shop="amazon", sku="MUG-WHITE", quantity=1)
    await visit.until(lambda state: row_of(state, "MUG-WHITE")["physical"] == 39)
    await visit.do("return", disposition=disposition)

    await visit.until(lambda state: _returned(state, on_hand, alerts))


async def test_no_more_comes_back_than_was_bought_and_what_was_shipped_is_not_cancelled(visit: Visit) -> None:
    await visit.do("buy", shop="amazon", sku="MUG-WHITE", quantity=1)
    await visit.until(lambda state: row_of(state, "MUG-WHITE")["physical"] == 39)
    await visit.do("buy", shop="amazon", sku="MUG-WHITE", quantity=2)
    await visit.do("return", disposition="SELLABLE")
    again = await visit.client.post("/playground/do/cancel", json={"shop": "amazon"})
    assert (again.status_code, again.json()["error"]["message"].endswith("is Shipped")) == (409, True)
    amazon = next(shop for shop in (await visit.state())["shops"] if shop["name"] == "amazon")
    assert amazon["order"]["items"] == [{"sku": "MUG-WHITE", "quantity": 1}]

    await visit.do("return", disposition="SELLABLE")
    await visit.do("return", disposition="SELLABLE")
    last = await visit.client.post("/playground/do/return", json={"disposition": "SELLABLE"})

    assert (last.status_code, last.json()["error"]["message"]) == (409, "there is no open order; buy something first")
    await visit.until(lambda state: row_of(state, "MUG-WHITE")["physical"] == 40)


@pytest.mark.parametrize(
    ("words", "wanted", "held"),
    [("rule amazon max=30", 30, ""), ("pause amazon", 43, "paused"), ("dry-run amazon on", 43, "dry run")],
)
async def test_a_listing_is_compared_with_what_its_shop_should_show(
    visit: Visit, words: str, wanted: int, held: str
) -> None:
    await visit.do("say", person="operator", channel="stock", text=f"/channels {words}")

    state = await visit.until(lambda state: row_of(state, "TEE-RED-M")["shops"]["amazon"]["shows"] == wanted)
    listing = row_of(state, "TEE-RED-M")["shops"]["amazon"]
    assert (listing["wanted"], listing["held"]) == (wanted, held)


async def test_the_ledger_tells_how_a_sale_became_known(visit: Visit) -> None:
    await visit.do("buy", shop="shopify", sku="TEE-RED-M", quantity=1)
    state = await visit.until(lambda state: len(state["ledger"][0]["told"]) > 1 and state["ledger"][0]["channel"])

    entry = state["ledger"][0]
    assert (entry["sku"], entry["delta"], entry["order"], sorted(entry["told"])) == (
        "TEE-RED-M",
        -1,
        "#1001",
        ["amazon", "woocommerce"],
    )
    assert entry["received"] <= entry["at"] <= entry["committed"] <= entry["told"]["amazon"]


def test_a_row_tells_what_was_seen_of_it_and_no_more() -> None:
    sale = Entry("t1", "CAP", "order", -1, at=10.0, channel="shopify", order_id="77")
    attempts = [
        _attempt(8.0, 8.1, b'{"id":77}'),
        _attempt(9.9, 10.1, b'{"id":78}'),
        _attempt(9.9, 10.2, b'{"id":77}'),
        *(_attempt(11.0, 11.1, b'{"id":77}') for _ in range(1_000)),
    ]
    words = [
        Word("amazon", "CAP", 9.0),
        Word("amazon", "HAT", 10.1),
        Word("shopify", "CAP", 10.2),
        Word("amazon", "CAP", 10.3),
    ]

    assert story_of(sale, attempts, words) == Story(9.9, 10.2, {"amazon": 10.3})
    assert story_of(sale, [], []) == Story()


async def test_a_page_hears_of_changes_and_one_that_closes_leaves_nothing_behind(visit: Visit) -> None:
    live = visit.playground.live
    async with local_client(visit.playground.address) as client, client.stream("GET", "/playground/events") as events:
        lines = events.aiter_lines()
        assert await anext(lines) == "event: changed"
        await visit.do("switch", party="shopify", fault="duplicate", on=True)
        async with asyncio.timeout(3):
            assert [line async for line in _until_event(lines)]
        assert (live.listeners, events.headers["content-type"].split(";")[0]) == (1, "text/event-stream")

    async with asyncio.timeout(3):
        while live.listeners:
            await visit.state()


async def test_so_many_pages_and_no_more_may_listen(visit: Visit) -> None:
    live = visit.playground.live
    pages = [live.events() for _ in range(MOST)]
    for page in pages:
        await anext(page)
    answer = await visit.client.get("/playground/events")
    for page in pages:
        await page.aclose()

    assert (answer.status_code, live.listeners) == (503, 0)


async def test_listeners_are_sent_home_when_it_ends() -> None:
    live = Live(())
    async with aclosing(live.events()) as events:
        heard = [await anext(events)]
        live.close()
        heard += [each async for each in events]

    assert (heard, live.is_full) == ([True], True)


async def _until_event(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        if line.startswith("event:"):
            yield line
            return


def _returned(state: Json, on_hand: int, alerts: int) -> bool:
    returned = any(entry["action"].startswith("return") for entry in state["ledger"])
    told = len(messages_of(state, "alerts"))
    return returned and row_of(state, "MUG-WHITE")["physical"] == on_hand and told == alerts


def _attempt(at: float, answered_at: float, body: bytes) -> Attempt:
    return Attempt(at, answered_at, Delivery("d", "orders/create", "/webhook/shopify", {}, body, at), 0, 200)
