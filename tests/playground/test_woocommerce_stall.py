"""WooCommerce in the playground: a third shop that sells, refunds and cancels like the others."""

from pathlib import Path

from tests.playground.running import is_told, row_of, shelves, visiting


async def test_what_is_bought_refunded_and_cancelled_there_moves_every_shelf(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("buy", shop="woocommerce", sku="TEE-RED-M", quantity=3)
        state = await visit.until(lambda state: shelves(state, "TEE-RED-M") == {40})
        order = next(shop for shop in state["shops"] if shop["name"] == "woocommerce")["order"]
        assert order["items"] == [{"sku": "TEE-RED-M", "quantity": 3}]

        await visit.do("refund", shop="woocommerce", restock=True)
        await visit.until(lambda state: shelves(state, "TEE-RED-M") == {41})
        await visit.do("cancel", shop="woocommerce")
        state = await visit.until(lambda state: shelves(state, "TEE-RED-M") == {43})

        assert row_of(state, "TEE-RED-M")["physical"] == 48
        assert visit.playground.outside.couriers["woocommerce"].given_up == []


async def test_a_second_start_finds_the_same_products_at_the_ids_that_the_store_remembers(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("buy", shop="shopify", sku="MUG-WHITE", quantity=5)
        await visit.until(lambda state: shelves(state, "MUG-WHITE") == {31})
        await visit.do("say", person="operator", channel="stock", text="/stock set A-NEW-ONE 7")
        await visit.until(lambda state: is_told(row_of(state, "A-NEW-ONE")))
        before = visit.playground.outside.site.products.find("MUG-WHITE")

    async with visiting(tmp_path) as visit:
        after = visit.playground.outside.site.products.find("MUG-WHITE")
        assert (after.id, after.quantity) == (before.id, 31)
        assert shelves(await visit.state(), "A-NEW-ONE") == {None}
