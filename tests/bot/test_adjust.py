"""The `Adjust stock` form: opened from the card and from an alert, checked beside its inputs, done once."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.slack.delivery import Delivery
from playground.slack.records import Message, View
from tests.bot.held_store import HeldStore
from tests.bot.room import ALERTS, HOME, Room, a_room, another_instance, text_of

ADJUST = "stock_adjust"


async def open_form(room: Room, sku: str = "ABC-1", user: str = "operator") -> View:
    """The form, opened from the SKU's card."""
    await room.say(sku)
    await room.person.click(user, room.slack.ephemerals("operator")[-1], ADJUST)
    return form_of(room, user)


def form_of(room: Room, user: str = "operator") -> View:
    """The form that this person has open."""
    view = room.slack.views.modal(room.id_of(user))
    assert view is not None
    return view


async def save(room: Room, view: View, what: str, quantity: str, reason: str = "", user: str = "operator") -> Delivery:
    """Fill it in and save it."""
    values = {"what": what, "quantity": quantity, "reason": reason or None}
    return await room.person.submit(user, view, values)


def errors(delivery: Delivery) -> Mapping[str, Any]:
    """The errors beside the inputs."""
    assert delivery.ok
    assert not delivery.refused, delivery
    found = dict(delivery.json())
    assert found["response_action"] == "errors"
    return dict(found["errors"])


async def on_hand(room: Room, sku: str = "ABC-1") -> int:
    return (await room.store.glance(sku)).stock.physical


async def test_it_shows_the_level_and_saved_it_is_told_in_the_channel(room: Room) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)
    assert "50 on hand, 0 held back: 50 - 0 = 50" in text_of({"blocks": view.body["blocks"]})

    delivery = await save(room, view, "add", "12", "found behind the shelf <!channel>")

    assert delivery.ok
    assert delivery.answer == ""
    assert room.slack.views.modal(room.id_of("operator")) is None
    said = room.slack.messages("#stock")[-1]
    assert f"<@{room.id_of('operator')}> added 12 to ABC-1: 50 → 62 on hand" in said.text
    assert "found behind the shelf &lt;!channel&gt;" in text_of({"blocks": said.blocks})
    assert "found behind the shelf" in text_of(await room.say("history ABC-1"))
    await room.person.click("operator", said, "stock_undo")
    assert await on_hand(room) == 50


@pytest.mark.parametrize(
    ("what", "quantity", "says"),
    [
        ("set", "9", "set ABC-1: 50 → 9 on hand"),
        ("take", "3", "took 3 from ABC-1: 50 → 47 on hand"),
        ("buffer", "5", "set the buffer of ABC-1: 0 → 5 held back"),
        ("low_at", "2", "set the low-stock threshold of ABC-1: 5 → 2 left is low"),
    ],
)
async def test_each_kind_of_change_says_before_and_after(room: Room, what: str, quantity: str, says: str) -> None:
    await room.say("set ABC-1 50")

    await save(room, await open_form(room), what, quantity)

    assert says in room.slack.messages("#stock")[-1].text


async def test_a_sku_that_nobody_has_set_can_be_set_there(room: Room) -> None:
    await room.person.click("operator", await an_alert(room), ADJUST)

    await save(room, form_of(room), "set", "7")

    assert await on_hand(room) == 7


async def an_alert(room: Room) -> Message:
    _, message = await room.posted_alert()
    return message


async def test_a_stock_alert_opens_it_and_the_alerts_channel_hears_of_the_change(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.person.click("operator", await an_alert(room), ADJUST)

    await save(room, form_of(room), "add", "100")

    assert "added 100 to ABC-1: 50 → 150 on hand" in room.slack.messages(ALERTS)[-1].text


@pytest.mark.parametrize(
    ("what", "quantity", "says"),
    [
        ("add", "0", "must be from 1 to 1,000,000"),
        ("take", "1000001", "must be from 1 to 1,000,000"),
        ("set", "-1", "must be a whole number"),
        ("set", "1.5", "must be a whole number"),
        ("buffer", "many", "must be a whole number"),
        ("take", "51", "ABC-1 has 50 on hand, so 51 cannot be taken. Nothing was changed."),
    ],
)
async def test_what_is_wrong_is_said_beside_the_quantity_and_the_form_stays(
    room: Room, what: str, quantity: str, says: str
) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)

    wrong = errors(await save(room, view, what, quantity))
    assert says in wrong["quantity"]
    assert "`" not in wrong["quantity"]
    await save(room, form_of(room), "take", "1")

    assert await on_hand(room) == 49


async def test_a_count_by_somebody_else_meanwhile_is_shown_before_it_is_overwritten(room: Room) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)
    await room.say("set ABC-1 40", user="warehouse")

    delivery = await save(room, view, "set", "45", "recount")

    assert delivery.json()["response_action"] == "update"
    again = form_of(room)
    shown = text_of({"blocks": again.body["blocks"]})
    assert "Somebody has set this number while the form was open" in shown
    assert "40 on hand" in shown
    assert await on_hand(room) == 40
    await save(room, again, "set", "45", "recount")
    assert await on_hand(room) == 45


async def test_orders_meanwhile_are_no_reason_to_ask_again(room: Room) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)
    await room.say("take ABC-1 1", user="warehouse")

    await save(room, view, "set", "45")

    assert await on_hand(room) == 45


async def test_saved_twice_it_is_one_change(room: Room) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)

    await save(room, view, "add", "12")
    again = await save(room, view, "add", "12")

    assert again.ok
    assert await on_hand(room) == 62


async def test_the_same_request_sent_again_changes_nothing_here_or_at_another_instance(room: Room) -> None:
    await room.say("set ABC-1 2")
    view = await open_form(room)
    refused = await save(room, view, "take", "3")
    await room.say("add ABC-1 10")
    taken = await save(room, view, "take", "1")
    assert await on_hand(room) == 11

    async with another_instance(room) as elsewhere:
        for delivery in (refused, taken):
            assert (await room.person.replay(delivery)).ok
            assert (await elsewhere.replay(delivery)).ok

    assert await on_hand(room) == 11


async def test_a_form_without_a_place_to_tell_of_it_says_in_itself_what_became_of_it(room: Room) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)
    note = view.body["private_metadata"].replace(room.slack.base_url, "https://evil.example")
    aimed = replace(view, body={**view.body, "private_metadata": note})

    delivery = await save(room, aimed, "add", "12")

    assert "added 12 to `ABC-1`: 50 → 62 on hand" in text_of(delivery.json())
    assert await on_hand(room) == 62


@pytest.mark.parametrize("note", ["", "nonsense", "[]", '{"sku": "ABC-1"}', '{"sku": 5, "stated": 1, "url": ""}'])
async def test_a_form_that_remembers_nothing_of_ours_is_no_longer_in_use(room: Room, note: str) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)

    delivery = await save(room, replace(view, body={**view.body, "private_metadata": note}), "add", "12")

    assert "no longer in use" in errors(delivery)["quantity"]
    assert await on_hand(room) == 50


async def test_who_may_only_look_neither_opens_nor_saves_it(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        await room.say("set ABC-1 50")
        view = await open_form(room)
        clerk = replace(HOME, operators=frozenset({"U0000BOSS"}))
        async with another_instance(room, clerk) as elsewhere:
            wrong = errors(await elsewhere.submit("operator", view, {"what": "add", "quantity": "1"}))
        assert "You can look but not change" in wrong["quantity"]
        message = await an_alert(room)
        await room.person.click("guest", message, ADJUST)
        assert room.slack.views.modal(room.id_of("guest")) is None
        assert "can look but not change" in room.private("guest")[-1]
        assert await on_hand(room) == 50


async def test_while_the_store_hangs_it_says_that_it_is_not_known(tmp_path: Path) -> None:
    async with a_room(tmp_path, patience=0.6, store=lambda path, clock: HeldStore(path / "data.db", clock)) as room:
        store = room.house.ledger
        assert isinstance(store, HeldStore)
        await room.say("set ABC-1 50")
        view = await open_form(room)
        store.commits.clear()

        wrong = errors(await save(room, view, "add", "12"))

        assert "it is not known whether this was done" in wrong["quantity"]
        store.commits.set()
        await save(room, view, "add", "12")
        assert await on_hand(room) == 62


async def test_a_form_that_comes_too_late_is_said_to_be(room: Room) -> None:
    await room.say("set ABC-1 50")
    await room.say("ABC-1")
    room.slack.faults.refuse("expired_trigger_id", method="views.open")

    delivery = await room.person.click("operator", room.slack.ephemerals("operator")[-1], ADJUST)

    assert delivery.ok
    assert "Press the button again." in room.private()[-1]


async def test_what_was_saved_over_a_modal_can_be_undone_in_it(room: Room) -> None:
    await room.say("set ABC-1 50")
    view = await open_form(room)
    note = view.body["private_metadata"].replace(room.slack.base_url, "https://evil.example")
    await save(room, replace(view, body={**view.body, "private_metadata": note}), "add", "12")

    await room.person.click("operator", form_of(room), "stock_undo")

    assert "undid 12 added to `ABC-1`" in text_of({"blocks": form_of(room).body["blocks"]})
    assert await on_hand(room) == 50


async def test_many_who_save_at_once_are_all_counted(room: Room) -> None:
    await room.say("set ABC-1 50")
    message = await an_alert(room)
    users = ["operator", "warehouse", "buyer"]
    for user in users:
        await room.person.click(user, message, ADJUST)

    await asyncio.gather(*[save(room, form_of(room, user), "add", "10", user=user) for user in users])

    assert await on_hand(room) == 80
