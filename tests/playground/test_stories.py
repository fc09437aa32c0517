"""The teller of the playground's stories; that each story is true is seen in the browser."""

from pathlib import Path

import pytest

from playground.faults import Fault
from tests.playground.running import Visit, messages_of, shelves, visiting

BEGIN = "/playground/story/throttled"


async def test_a_story_is_told_line_by_line_and_leaves_nothing_switched_on(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        assert (await visit.client.post(BEGIN, json={})).status_code == 200
        meanwhile = await visit.client.post("/playground/story/duplicates", json={})
        state = await visit.until(lambda state: state["story"]["progress"] != "running", within=60)

    assert (meanwhile.status_code, meanwhile.json()["error"]["message"]) == (
        409,
        "a story is being told; wait for its end",
    )
    assert (state["story"]["progress"], state["story"]["lines"][-1]["text"][:12]) == ("done", "Every shop s")
    assert [shop["faults"] for shop in state["shops"]] == [[], [], []]


async def test_a_story_that_does_not_come_true_says_so(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        assert (await visit.client.post("/playground/story/killed", json={})).status_code == 200
        state = await visit.until(lambda state: state["story"]["progress"] != "running", within=60)

    assert state["story"]["progress"] == "failed"
    assert state["story"]["lines"][-1]["text"] == "This went wrong: this is not a process of its own."


async def test_the_shops_are_the_storys_while_it_runs(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.client.post(BEGIN, json={})
        wanted = {"shop": "amazon", "sku": "MUG-WHITE", "quantity": 1}
        meanwhile = await visit.client.post("/playground/do/buy", json=wanted)
        state = await visit.until(lambda state: state["story"]["progress"] != "running", within=60)
        await visit.do("buy", **wanted)

    assert (meanwhile.status_code, meanwhile.json()["error"]["message"]) == (
        409,
        "the shops are busy with the story 'Shops throttled'; wait for its end",
    )
    assert state["story"]["progress"] == "done"


async def test_a_story_that_somebody_spoilt_in_slack_says_what_may_have_spoilt_it(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.client.post(BEGIN, json={})
        await visit.until(lambda state: state["story"]["lines"], within=30)
        await visit.do("say", person="buyer", channel="stock", text="/stock set MUG-WHITE 30")
        state = await visit.until(lambda state: state["story"]["progress"] != "running", within=60)

    assert state["story"]["progress"] == "failed"
    assert "You did something in Slack meanwhile" in state["story"]["lines"][-1]["text"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("rule amazon max=30", "Amazon lists part of the stock; type /channels rule amazon default first"),
        ("rule amazon MUG-WHITE max=3", "type /channels rule amazon MUG-WHITE default first"),
        ("pause woocommerce", "WooCommerce is paused; type /channels resume woocommerce first"),
        ("pause shopify MUG-WHITE", "Shopify is paused; type /channels resume shopify MUG-WHITE first"),
        ("dry-run shopify on", "Shopify only rehearses; type /channels dry-run shopify off first"),
    ],
)
async def test_a_story_that_the_terms_of_a_shop_would_spoil_is_not_told(tmp_path: Path, words: str, says: str) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("say", person="operator", channel="stock", text=f"/channels {words}")
        await visit.client.post(BEGIN, json={})
        state = await visit.until(lambda state: state["story"]["progress"] != "running", within=10)
        assert (state["story"]["progress"], len(state["story"]["lines"])) == ("hindered", 1)
        assert says in state["story"]["lines"][0]["text"]

        cure = says.rpartition("type ")[2].removesuffix(" first")
        await visit.do("say", person="operator", channel="stock", text=cure)
        await visit.client.post(BEGIN, json={})
        await visit.until(lambda state: state["story"]["progress"] == "done", within=60)


async def test_there_is_no_story_of_another_name(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        assert (await visit.client.post("/playground/story/nothing", json={})).status_code == 404
        assert (await visit.client.get(BEGIN)).status_code == 405


@pytest.mark.parametrize(
    ("fault", "slack"), [(Fault.LATE, "slack"), (Fault.LATE, "amazon"), (Fault.THROTTLED, "shopify")]
)
async def test_a_party_is_made_slow_or_strict_and_good_again(tmp_path: Path, fault: Fault, slack: str) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("switch", party=slack, fault=fault, on=True)
        assert await _faults(visit, slack) == [fault]
        await visit.do("switch", party=slack, fault=fault, on=False)
        assert await _faults(visit, slack) == []


async def test_a_listing_that_is_edited_behind_our_back_is_put_right(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visit:
        await visit.do("edit", shop="shopify", sku="TEE-RED-M", quantity=99)
        state = await visit.until(lambda state: messages_of(state, "alerts"), within=10)
        await visit.until(lambda state: shelves(state, "TEE-RED-M") == {43}, within=10)

    assert "TEE-RED-M" in messages_of(state, "alerts")[0]["text"]


async def _faults(visit: Visit, party: str) -> list[str]:
    state = await visit.state()
    known = {"slack": state["slack"], **{shop["name"]: shop for shop in state["shops"]}}
    faults: list[str] = known[party]["faults"]
    return faults
