"""Slash commands, typed in Slack's stand-in and answered by the real bot."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import all_commands
from bot.desk import Desk
from bot.envelope import read, request_key
from bot.seen import Seen
from tests.bot.room import HOME, Room, a_room, text_of


async def test_a_sku_that_nobody_has_set_says_so_and_how_to_set_it(room: Room) -> None:
    answer = await room.say("ABC-1")

    assert answer["response_type"] == "ephemeral"
    assert "Nobody has set the stock of `ABC-1` yet" in text_of(answer)
    assert "/stock set ABC-1 50" in text_of(answer)


async def test_set_tells_the_channel_who_did_what_and_what_it_makes(room: Room) -> None:
    answer = await room.say("set ABC-1 50")

    assert answer["response_type"] == "in_channel"
    assert f"<@{room.id_of('operator')}> set `ABC-1`: 0 → 50 on hand." in text_of(answer)
    (message,) = room.slack.messages("#stock")
    assert "50" in message.text


async def test_the_card_shows_the_sum_the_pace_and_who_changed_it(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.say("buffer ABC-1 5", user="warehouse")
    room.clock.move(125)

    answer = await room.say("ABC-1")

    shown = text_of(answer)
    assert "50 on hand, 5 held back: 50 - 5 = 45" in shown
    assert "▁" * 14 in shown
    assert f"<@{room.id_of('warehouse')}>" in shown
    assert "2 min ago" in shown
    assert answer["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add ABC-1 12", "added 12 to `ABC-1`: 50 → 62 on hand"),
        ("add ABC-1 +12", "added 12 to `ABC-1`: 50 → 62 on hand"),
        ("add ABC-1 1,000", "added 1,000 to `ABC-1`: 50 → 1,050 on hand"),
        ("take ABC-1 3", "took 3 from `ABC-1`: 50 → 47 on hand"),
        ("set ABC-1 0", "set `ABC-1`: 50 → 0 on hand"),
        ("set ABC-1 50", "set `ABC-1`: 50 on hand, 0 held back"),
        ("buffer ABC-1 7", "set the buffer of `ABC-1`: 0 → 7 held back"),
        ("SET ABC-1 9", "set `ABC-1`: 50 → 9 on hand"),
    ],
)
async def test_each_change_says_before_and_after(room: Room, text: str, expected: str) -> None:
    await room.say("set ABC-1 50")
    room.clock.move(1)

    assert expected in text_of(await room.say(text))


async def test_a_take_of_more_than_there_is_changes_nothing_and_is_told_privately(room: Room) -> None:
    await room.say("set ABC-1 2")

    answer = await room.say("take ABC-1 3")

    assert answer["response_type"] == "ephemeral"
    assert "`ABC-1` has 2 on hand, so 3 cannot be taken. Nothing was changed." in text_of(answer)
    assert (await room.store.glance("ABC-1")).stock.physical == 2


@pytest.mark.parametrize(
    ("text", "usage", "reason"),
    [
        ("set", "/stock set SKU n", "SKU is missing"),
        ("set ABC-1", "/stock set SKU n", "quantity is missing"),
        ("set ABC-1 many", "/stock set SKU n", "must be a whole number"),
        ("set ABC-1 -1", "/stock set SKU n", "must be a whole number"),
        ("set ABC-1 +1", "/stock set SKU n", "must be a whole number"),
        ("set ABC-1 1.5", "/stock set SKU n", "must be a whole number"),
        ("set ABC-1 1,00", "/stock set SKU n", "must be a whole number"),
        ("set ABC-1 ١٢", "/stock set SKU n", "must be a whole number"),
        ("set ABC-1 1000001", "/stock set SKU n", "must be from 0 to 1,000,000"),
        ("add ABC-1 0", "/stock add SKU n", "must be from 1 to 1,000,000"),
        ("take ABC-1 0", "/stock take SKU n", "must be from 1 to 1,000,000"),
        ("buffer ABC-1 1000001", "/stock buffer SKU n", "must be from 0 to 1,000,000"),
        ("set red shirt 5", "/stock set SKU n", "in quotes"),
        ("history", "/stock history SKU", "SKU is missing"),
        ("returns", "/stock returns SKU", "SKU is missing"),
        ("red shirt", "/stock SKU", "in quotes"),
        ("sett ABC-1 5", "/stock SKU", "sett is not known; did you mean set?"),
        ("show", "/stock SKU", "SKU is missing"),
        ("", "/stock SKU", "SKU is missing"),
        ('"a\u202eb"', "/stock SKU", "control character"),
        ("x" * 201, "/stock SKU", "longer than 200"),
    ],
)
async def test_a_wrong_call_answers_with_usage_and_example_to_the_caller_only(
    room: Room, text: str, usage: str, reason: str
) -> None:
    answer = await room.say(text)

    assert answer["response_type"] == "ephemeral"
    assert f"Usage: `{usage}`" in answer["text"]
    assert "Example: `/stock" in answer["text"]
    assert reason in answer["text"]
    assert not room.slack.messages("#stock")


async def test_several_words_show_the_skus_that_are_like_them(room: Room) -> None:
    await room.say("set TEE-RED-M 50")

    assert "*SKUs like* `tee red m`" in text_of(await room.say("tee red m"))


@pytest.mark.parametrize("twin", ["tee-red-m", "TEE-RED-M"])
async def test_a_first_count_of_a_sku_that_differs_in_capitals_only_names_the_other_one(room: Room, twin: str) -> None:
    await room.say("set Tee-Red-M 50")

    assert "`Tee-Red-M` is another SKU" in text_of(await room.say(f"set {twin} 20"))
    assert "another SKU" not in text_of(await room.say(f"set {twin} 30"))


@pytest.mark.parametrize(
    ("sku", "typed"),
    [
        ("set", "show set"),
        ("help", "show help"),
        ("payload-strap", "payload-strap"),
        ("R&D <1>", '"R&amp;D &lt;1&gt;"'),
        ("&lt;", "&amp;lt;"),
        ("shop.example", "<http://shop.example|shop.example>"),
        ("https://shop.example/1", "<https://shop.example/1>"),
        ("red shirt", "\u201cred shirt\u201d"),
        ("O'NEIL-1", "O\u2019NEIL-1"),
        ('5"', '5"'),
        ("Größe-M", "Größe-M"),
    ],
)
async def test_a_sku_may_be_any_word_however_slack_writes_it(room: Room, sku: str, typed: str) -> None:
    await room.house.service.adjust(sku, "import", physical=77)

    assert "77 on hand" in text_of(await room.say(typed))


async def test_a_mention_in_a_sku_stays_text(room: Room) -> None:
    answer = await room.say("<!channel>")
    changed = await room.say("set &lt;!channel&gt; 5")

    for shown in (text_of(answer), text_of(changed)):
        assert "&lt;!channel&gt;" in shown
        assert "<!channel>" not in shown


async def test_history_and_returns_list_what_happened(room: Room) -> None:
    assert "No changes of `ABC-1` are recorded." in text_of(await room.say("history ABC-1"))
    assert "No returns of `ABC-1` are recorded." in text_of(await room.say("returns ABC-1"))
    await room.say("set ABC-1 50")
    await room.say("take ABC-1 3")

    shown = text_of(await room.say("history ABC-1"))

    assert shown.index("*-3*") < shown.index("*+50*")


async def test_help_lists_every_command_of_stock(room: Room) -> None:
    shown = text_of(await room.say("help"))

    for name in ("set", "add", "take", "buffer", "history", "returns", "help"):
        assert f"`/stock {name}" in shown
    assert "`/stock SKU`" in shown


async def test_alerts_lists_the_open_ones_and_their_buttons_work(room: Room) -> None:
    assert "No open alerts." in (await room.person.command("operator", "#stock", command="/alerts")).answer
    alert = await room.raise_alert()

    await room.person.command("operator", "#stock", command="/alerts")
    await room.person.click("operator", room.slack.ephemerals("operator")[-1], "alert_acknowledge", alert.alert_id)

    assert (await room.alert(alert.alert_id)).acknowledged_by == room.id_of("operator")
    assert "You have it: Stock low · ABC-1." in room.private()[-1]


async def test_a_replayed_change_is_answered_and_changes_nothing(room: Room) -> None:
    await room.say("set ABC-1 50")
    delivery = await room.person.command("operator", "#stock", "add ABC-1 5")

    again = await room.person.replay(delivery)

    assert again.ok
    assert "nothing was changed again" in again.answer
    assert (await room.store.glance("ABC-1")).stock.physical == 55


async def test_a_replay_of_a_refused_change_stays_refused(room: Room) -> None:
    await room.say("set ABC-1 2")
    refused = await room.person.command("operator", "#stock", "take ABC-1 3")
    await room.say("add ABC-1 10")

    await room.person.replay(refused)

    assert (await room.store.glance("ABC-1")).stock.physical == 12


async def test_a_replay_after_a_restart_changes_nothing(room: Room) -> None:
    await room.say("set ABC-1 50")
    delivery = await room.person.command("operator", "#stock", "add ABC-1 5")
    bot = room.bot
    seen = Seen(room.clock)
    desk = Desk(
        room.house.service, bot.slack, bot.workspaces, all_commands(), seen, 2.5, bot.homes, bot.mentions, bot.talks
    )
    payload = read("", delivery.body)

    reply = await desk.command(payload, request_key(payload))

    assert "already done" in reply.content.text.lower()
    assert (await room.store.glance("ABC-1")).stock.physical == 55


async def test_the_same_words_typed_again_are_a_new_change(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.say("add ABC-1 5")
    await room.say("add ABC-1 5")

    assert (await room.store.glance("ABC-1")).stock.physical == 60


async def test_only_operators_may_change_when_they_are_named(tmp_path: Path) -> None:
    async with a_room(tmp_path, replace(HOME, operators=frozenset({"U0000BOSS"}))) as room:
        answer = await room.say("set ABC-1 50")

        assert answer["response_type"] == "ephemeral"
        assert "You can look but not change" in text_of(answer)
        assert not (await room.store.glance("ABC-1")).stock.managed
        assert "Nobody has set" in text_of(await room.say("ABC-1"))


async def test_the_buttons_of_a_card_answer_the_one_who_clicks(room: Room) -> None:
    await room.say('set "R&amp;D 100%" 50')
    await room.say('"R&amp;D 100%"')
    card = room.slack.ephemerals("operator")[-1]
    await room.say('take "R&amp;D 100%" 1', user="buyer")

    await room.person.click("operator", card, "stock_history")
    assert "Last 2 changes of R&amp;D 100%" in room.private()[-1]
    await room.person.click("operator", card, "stock_returns")
    assert "No returns of R&amp;D 100%" in room.private()[-1]
    await room.person.click("operator", card, "stock_refresh")
    fresh = room.slack.message(card.channel, card.ts)
    assert fresh is not None
    assert "49 to sell" in fresh.text
