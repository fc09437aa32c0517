"""What is listed a page at a time: found SKUs, what is low, history, returns and alerts."""

import json
from dataclasses import replace

import pytest

from core.catalogue import Row
from core.returns.change import ReturnChange
from playground.slack.records import Message
from tests.bot.room import Room, text_of
from tests.core.stand_ins import until

MORE, SHOW = "list_more", "stock_show"


async def load(room: Room, *skus: str, physical: int = 50) -> None:
    """Set the stock of these SKUs."""
    rows = [Row(number, sku, physical) for number, sku in enumerate(skus)]
    await room.house.load(rows, "import", lambda _: None)


def last(room: Room) -> Message:
    """What the operator was last shown."""
    return room.slack.ephemerals("operator")[-1]


def shown_skus(message: Message) -> list[str]:
    """The SKUs with a Show button, in order."""
    return [block["accessory"]["value"] for block in message.blocks if "accessory" in block]


async def pages(room: Room, text: str, command: str = "/stock") -> list[Message]:
    """The list, with all its pages."""
    await room.person.command("operator", "#stock", text, command)
    found = [last(room)]
    while MORE in json.dumps(found[-1].blocks):
        assert (await room.person.click("operator", found[-1], MORE)).ok
        found.append(last(room))
    return found


async def test_find_lists_the_best_first_with_their_level_and_shows_one(room: Room) -> None:
    await load(room, "TEE-RED-M", "TEE-BLUE-M", "HOODIE-RED")
    await room.say("buffer TEE-RED-M 5")

    answer = await room.say("find red tee")

    assert answer["response_type"] == "ephemeral"
    assert shown_skus(last(room)) == ["TEE-RED-M"]
    assert "45 to sell · 50 on hand, 5 held back" in text_of(answer)
    await room.person.click("operator", last(room), SHOW)
    assert "TEE-RED-M: 45 to sell" in room.private()[-1]


async def test_find_forgives_slips_and_says_when_nothing_is_like_it(room: Room) -> None:
    await load(room, "TSHIRT-BLUE-XL")

    assert "TSHIRT-BLUE-XL" in text_of(await room.say("find tshrit"))
    assert "No SKU is like `zzzz &lt;!channel&gt;`" in text_of(await room.say("find zzzz &lt;!channel&gt;"))


async def test_find_goes_on_page_by_page_each_sku_once(room: Room) -> None:
    skus = [f"TEE-{number:03d}" for number in range(34)]
    await load(room, *skus)

    found = await pages(room, "find tee")

    assert [len(shown_skus(page)) for page in found] == [10, 10, 10, 4]
    assert [sku for page in found for sku in shown_skus(page)] == skus


async def test_a_sku_that_is_not_there_offers_the_nearest_as_buttons(room: Room) -> None:
    await load(room, "TEE-RED-M", "TEE-RED-L", "MUG")

    answer = await room.say("tee-red-n")

    assert "Nobody has set the stock of `tee-red-n` yet" in text_of(answer)
    assert "Did you mean" in text_of(answer)
    offers = [e["value"] for b in last(room).blocks if b["type"] == "actions" for e in b["elements"]]
    assert sorted(offers) == ["TEE-RED-L", "TEE-RED-M"]
    await room.person.click("operator", last(room), f"{SHOW}_0")
    assert f"{offers[0]}: 50 to sell" in room.private()[-1]


async def test_low_lists_the_worst_first(room: Room) -> None:
    await load(room, "PLENTY")
    await load(room, "LOW", physical=3)
    await load(room, "GONE", physical=0)

    async def both_are_known() -> bool:
        return len((await room.store.list_alerts("", "", 10)).items) == 2

    await until(both_are_known)

    answer = await room.say("low")

    assert answer["response_type"] == "ephemeral"
    assert shown_skus(last(room)) == ["GONE", "LOW"]
    assert "1. `GONE`" in text_of(answer)
    assert "3 left to sell, low at 5 · nothing sold lately" in text_of(answer)
    assert "PLENTY" not in text_of(answer)


async def test_low_goes_on_page_by_page_and_says_when_nothing_is(room: Room) -> None:
    assert "Nothing is low" in text_of(await room.say("low"))
    skus = [f"LOW-{number:02d}" for number in range(23)]
    await load(room, *skus, physical=2)

    async def all_are_known() -> bool:
        return len((await room.store.list_alerts("", "", 50)).items) == 23

    await until(all_are_known)

    found = await pages(room, "low")

    assert [len(shown_skus(page)) for page in found] == [10, 10, 3]
    assert sorted(sku for page in found for sku in shown_skus(page)) == skus
    assert "11. `LOW-" in json.dumps(found[1].blocks)


async def test_history_goes_on_to_the_first_change(room: Room) -> None:
    await room.say('set "R&amp;D &lt;1&gt; %" 100')
    for number in range(1, 50):
        await room.house.service.adjust("R&D <1> %", "ann", delta=1, note=f"step {number}")

    found = await pages(room, 'history "R&amp;D &lt;1&gt; %"')

    told = "".join(json.dumps(page.blocks, ensure_ascii=False) for page in found)
    assert len(found) == 3
    assert [told.count(f"step {number} ") for number in range(1, 50)] == [1] * 49
    assert "*+100*" in json.dumps(found[-1].blocks)


async def test_long_rows_make_shorter_pages_that_lose_nothing(room: Room) -> None:
    for number in range(30):
        await room.house.service.adjust("ABC-1", "ann", delta=1, note=f"{number:02d}" + "\U0001f469" * 118)

    found = await pages(room, "history ABC-1")

    told = "".join(json.dumps(page.blocks, ensure_ascii=False) for page in found)
    assert [told.count(f"{number:02d}\U0001f469") for number in range(30)] == [1] * 30


async def test_returns_go_on_and_carry_buttons_where_somebody_has_to_decide(room: Room) -> None:
    await load(room, "ABC-1")
    for number in range(25):
        kind = "CARRIER_DAMAGED" if number == 24 else "SELLABLE"
        change = ReturnChange(
            f"amazon#return#{number:02d}", "ABC-1", 1, kind, "amazon", room.clock(), f"O-{number:02d}"
        )
        await room.house.service.receive("amazon", [change])

    found = await pages(room, "returns ABC-1")

    told = "".join(json.dumps(page.blocks) for page in found)
    assert all(f"O-{number:02d}" in told for number in range(25))
    await room.person.click("operator", found[0], "return_write_off")
    assert "wrote off 1 returned unit of ABC-1 from order O-24" in room.slack.messages("#stock")[-1].text
    (again,) = (await pages(room, "returns ABC-1"))[:1]
    assert "return_write_off" not in json.dumps(again.blocks)


async def test_alerts_go_on_to_the_oldest(room: Room) -> None:
    alerts = [await room.raise_alert(f"SKU-{number:02d}") for number in range(33)]

    found = await pages(room, "", "/alerts")

    values = [block["accessory"]["value"] for page in found for block in page.blocks if "accessory" in block]
    assert sorted(values) == sorted(alert.alert_id for alert in alerts)
    assert "More open alerts" in found[1].text


@pytest.mark.parametrize(
    "value", ["", "nonsense", "history nonsense ABC-1", "find 9999999 tee", "find -1 tee", "low x "]
)
async def test_a_button_of_a_list_that_is_not_ours_is_answered_plainly(room: Room, value: str) -> None:
    await load(room, *(f"TEE-{number}" for number in range(12)))
    await room.say("find tee")
    blocks = json.loads(json.dumps(last(room).blocks))
    blocks[-1]["elements"][0]["value"] = value
    forged = replace(last(room), content=replace(last(room).content, blocks=blocks))

    assert (await room.person.click("operator", forged, MORE)).ok
    assert "no longer does anything" in room.private()[-1] or "This list cannot go on" in room.private()[-1]


@pytest.mark.parametrize(
    ("text", "usage"),
    [("find", "/stock find TEXT"), ("low ABC-1", "/stock low"), ("find " + "x" * 201, "/stock find TEXT")],
)
async def test_a_wrong_call_says_how_it_is_called(room: Room, text: str, usage: str) -> None:
    answer = await room.say(text)

    assert f"Usage: `{usage}`" in answer["text"]
    assert answer["response_type"] == "ephemeral"


async def test_skus_named_like_commands_are_shown(room: Room) -> None:
    for sku in ("low", "undo", "find", "link"):
        await load(room, sku, physical=77)
        assert "77 on hand" in text_of(await room.say(f"show {sku}"))
