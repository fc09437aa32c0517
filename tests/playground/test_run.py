"""The playground: the real app beside its stand-ins, over HTTP, in one process."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from core.alerts import condition_of
from core.errors import StoreBusy
from core.stock import Push, Stock
from parts import usable
from playground.changes import Changes
from playground.faults import Fault
from playground.keeper import Keeper
from playground.run import local_client, read_settings, started
from playground.serving import listen
from playground.shelves import CATALOGUE
from settings import Settings, SettingsError
from tests.playground.running import PRODUCTS, Json, messages_of, row_of, shelves, visiting

ROOT = Path(__file__).parents[2]


async def test_the_first_start_counts_the_products_and_tells_both_shops(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        state = await visit.state()

    assert {row["sku"]: (row["physical"], row["broadcast"]) for row in state["stock"]} == {
        product.sku: (product.physical, product.physical - product.buffer) for product in PRODUCTS
    }


def test_the_catalogue_starts_without_alerts() -> None:
    single = [each for each in CATALOGUE if not each.made_of]
    counted = [Stock(each.sku, each.physical, each.buffer, counted_at=1.0) for each in single]
    broadcast = {stock.sku: stock.broadcast for stock in counted}
    counted += [
        Stock(each.sku, min(broadcast[part] for part in each.made_of), counted_at=1.0)
        for each in CATALOGUE
        if each.made_of
    ]

    assert len(counted) == 13
    assert not [stock for stock in counted if condition_of(stock)]


async def test_a_purchase_on_shopify_reaches_the_stock_and_both_shelves_within_two_seconds(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        before = row_of(await visit.state(), "TEE-RED-M")
        since = time.monotonic()

        await visit.do("buy", shop="shopify", sku="TEE-RED-M", quantity=5)
        state = await visit.until(lambda state: shelves(state, "TEE-RED-M") == {38})

        assert time.monotonic() - since < 2
        assert (before["physical"], row_of(state, "TEE-RED-M")["physical"]) == (48, 43)


async def test_a_set_that_one_shop_sells_takes_its_mugs_everywhere(tmp_path: Path) -> None:
    mugs = tuple(each for each in CATALOGUE if each.sku.startswith("MUG"))
    async with visiting(tmp_path, products=mugs) as visit:
        await visit.do("buy", shop="shopify", sku="MUG-SET", quantity=2)

        await visit.until(lambda state: shelves(state, "MUG-SET") == {6} and shelves(state, "MUG-BLACK") == {6})
        state = await visit.until(lambda state: shelves(state, "MUG-WHITE") == {34})

    assert [row_of(state, sku)["physical"] for sku in ("MUG-WHITE", "MUG-BLACK", "MUG-SET")] == [38, 10, 6]


async def test_a_purchase_on_amazon_lowers_shopify(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("buy", shop="amazon", sku="MUG-WHITE", quantity=1)

        await visit.until(lambda state: shelves(state, "MUG-WHITE") == {35})


@pytest.mark.parametrize("channel", ["shopify", "amazon", "woocommerce"])
async def test_what_a_shop_shows_is_read_back_and_is_as_it_should_be(tmp_path: Path, channel: str) -> None:
    async with visiting(tmp_path) as visit:
        await visit.all_told()
        await visit.do("say", person="operator", channel="stock", text=f"/channels reconcile {channel}")

        whole = f"{len(PRODUCTS)} listings looked at, all as they should be"
        await visit.until(lambda state: whole in str(messages_of(state, "stock")))


async def test_a_low_sku_raises_one_alert_and_a_click_names_who_has_it(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("buy", shop="shopify", sku="CAP-BLACK", quantity=3)
        alerts = messages_of(await visit.until(lambda state: messages_of(state, "alerts")), "alerts")
        await visit.do("buy", shop="amazon", sku="CAP-BLACK", quantity=1)
        await visit.all_told()

        button = alerts[0]["blocks"][-1]["elements"][0]
        assert (button["action_id"], button["text"]["text"]) == ("alert_acknowledge", "Acknowledge")
        where = {"channel": "alerts", "ts": alerts[0]["ts"], "action_id": button["action_id"]}
        await visit.do("click", person="warehouse", **where)
        await visit.until(lambda state: "Acknowledged by <@U00000002>" in str(messages_of(state, "alerts")))

        assert len(messages_of(await visit.state(), "alerts")) == 1


async def test_webhooks_that_come_twice_change_nothing_the_second_time(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        courier = visit.playground.outside.couriers["shopify"]
        await visit.do("switch", party="shopify", fault="duplicate", on=True)

        await visit.do("buy", shop="shopify", sku="TEE-RED-M", quantity=2)
        await visit.playground.outside.shop.wait_for(lambda: len(courier.attempts) >= 6 and courier.idle)
        await visit.all_told()

        orders = [entry for entry in (await visit.state())["ledger"] if entry["channel"]]
        assert [(entry["sku"], entry["delta"]) for entry in orders] == [("TEE-RED-M", -2)]
        assert row_of(await visit.state(), "TEE-RED-M")["physical"] == 46


async def test_a_second_start_keeps_the_stock_and_what_the_shops_show(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("buy", shop="shopify", sku="MUG-WHITE", quantity=5)
        await visit.until(lambda state: shelves(state, "MUG-WHITE") == {31})

    async with visiting(tmp_path) as visit:
        assert len(visit.playground.outside.seller.listings) == len(PRODUCTS)
        assert visit.playground.outside.shop.quantity("MUG-WHITE") == 31
        await visit.do("buy", shop="amazon", sku="MUG-WHITE", quantity=1)
        state = await visit.until(lambda state: shelves(state, "MUG-WHITE") == {30})

    assert row_of(state, "MUG-WHITE")["physical"] == 34


async def test_a_shop_that_is_offline_is_told_once_it_is_back(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("switch", party="amazon", fault=Fault.OFFLINE, on=True)
        await visit.do("buy", shop="shopify", sku="MUG-WHITE", quantity=5)
        await visit.until(lambda state: _listing(state, "MUG-WHITE", "amazon")["status"] == Push.OWED)
        owed = await visit.until(lambda state: state["shops"][1]["owed"] == 1, within=10)
        sick = owed["shops"][1]
        await visit.do("switch", party="amazon", fault=Fault.OFFLINE, on=False)
        await visit.until(lambda state: shelves(state, "MUG-WHITE") == {31}, within=10)

    assert (sick["faults"], sick["owed"]) == (["offline"], 1)
    assert "503" in sick["error"]


async def test_a_short_order_may_come_unsigned_from_this_machine(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        order = {"orderId": "by-hand-1", "items": [{"sku": "CAP-BLACK", "quantity": 1}]}
        answer = await visit.client.post("/webhook/shopify", json=order)

    assert (answer.status_code, answer.json()["inventoryAfter"]) == (200, {"CAP-BLACK": 7})


async def test_an_app_that_is_killed_is_started_again_and_counts_what_was_sold_meanwhile(tmp_path: Path) -> None:
    async with visiting(tmp_path, Keeper) as visit:
        kept = visit.playground.kept
        killed = kept.pid
        kept.kill()
        await visit.playground.outside.changes.wait_for(lambda: not kept.up, 10)
        refused = await visit.client.get("/api/inventory", headers={"authorization": "Bearer playground"})
        await visit.do("buy", shop="shopify", sku="TEE-RED-M", quantity=5)
        state = await visit.until(lambda state: shelves(state, "TEE-RED-M") == {38}, within=30)

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
    assert (state["app"]["starts"], row_of(state, "TEE-RED-M")["physical"]) == (2, 43)
    assert state["app"]["pid"] != killed


async def test_an_app_that_does_not_come_up_is_told_of_in_one_line() -> None:
    async with local_client("http://127.0.0.1:1") as http:
        keeper = Keeper({"PORT": "none"}, http, Changes())
        with pytest.raises(SettingsError, match=r"^the app ended while it started[^\n]+$"):
            await keeper.run(asyncio.Event())


async def test_what_the_page_does_not_answer_is_handed_on_byte_for_byte(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        slash = await visit.client.get("/api/inventory/A%2FB?fresh=1", headers={"authorization": "Bearer playground"})
        unknown = await visit.client.get("/nothing/here")
        forged = await visit.client.post(
            "/slack/events", content=b"command=%2Fstock", headers={"x-slack-signature": "x"}
        )
        health = await visit.client.head("/health")

    assert (slash.json()["sku"], unknown.status_code, forged.status_code) == ("A/B", 404, 401)
    assert health.status_code == 200


async def test_a_second_playground_on_the_same_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    asked = read_settings({"SYNCSTATE_DATA_DIR": str(tmp_path)}, 0)
    async with visiting(tmp_path):
        with listen(0) as listener, pytest.raises(StoreBusy, match="is in use by another SyncState"):
            async with started(asked, listener):
                pass


def test_a_port_that_is_taken_is_named_in_one_line() -> None:
    with listen(0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SettingsError, match=f"^PORT {port} cannot be used \\(address already in use\\); [^\n]+$"):
            listen(port)


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=r"^SYNCSTATE_DATA_DIR must name a folder that can be written[^\n]+$"):
        usable(tmp_path / "file" / "data")


@pytest.mark.parametrize(
    ("env", "port", "expected"),
    [({}, None, 3000), ({"PORT": "4000"}, None, 4000), ({"PORT": "4000"}, 5000, 5000)],
)
def test_the_port_is_the_argument_else_the_variable_else_3000(
    env: dict[str, str], port: int | None, expected: int
) -> None:
    assert read_settings(env, port).port == expected


def test_a_port_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="PORT"):
        read_settings({}, 70_000)


async def test_nothing_of_a_real_installation_is_used(tmp_path: Path) -> None:
    real = {"SLACK_BOT_TOKEN": "xoxb-real", "SHOPIFY_SHOP": "real.example", "SYNCSTATE_STORE": "dynamodb"}
    async with visiting(tmp_path, env=real) as visit:
        settings = visit.playground.settings

    given = settings.given.text
    shops = [given("SHOPIFY_API_URL"), given("AMAZON_SP_API_URL"), given("AMAZON_LWA_URL")]
    assert all(url.startswith("http://127.0.0.1:") for url in (settings.slack_api_url, *shops))
    assert (settings.store, settings.slack_bot_token.reveal()) == ("sqlite", "xoxb-playground")


@pytest.mark.parametrize(("given", "folder"), [({}, "data"), ({"SYNCSTATE_DATA_DIR": "/srv/stock"}, "/srv/stock")])
def test_its_stock_is_never_that_of_a_server_with_the_same_variables(given: dict[str, str], folder: str) -> None:
    assert Settings.from_env(given).data_dir == Path(folder)
    assert read_settings(given, None).data_dir == Path(folder) / "playground"


async def test_the_command_says_where_it_listens_and_ctrl_c_ends_it_quietly_although_a_page_is_open(
    tmp_path: Path,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "playground", "--port", "0",
        cwd=ROOT, env={**os.environ, "SYNCSTATE_DATA_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    assert line.startswith("SyncState playground: http://127.0.0.1:")
    address = line.rpartition(" ")[2]

    async with local_client(address) as client, client.stream("GET", "/playground/events") as events:
        assert events.status_code == 200
        since = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest, errors = await asyncio.wait_for(process.communicate(), 10)

    assert time.monotonic() - since < 3
    assert (process.returncode, rest, errors) == (0, b"", b"")


def _listing(state: Json, sku: str, shop: str) -> Json:
    listing: Json = row_of(state, sku)["shops"][shop]
    return listing
