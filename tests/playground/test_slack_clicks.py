"""Clicking in messages and views."""

from collections.abc import AsyncIterator

import pytest

from playground.slack.delivery import DeliveryKind
from playground.slack.records import Content
from tests.playground.slack import Desk, a_desk, actions, button, home, option, plain, posted, section


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with a_desk() as desk:
        yield desk


async def test_a_click_carries_the_message_the_action_and_the_ways_back(desk: Desk) -> None:
    message = posted(desk.workspace, actions(button(action_id="acknowledge", value="a1")))

    await desk.person.click("operator", message, "acknowledge")

    payload = desk.app.payload()
    assert payload["type"] == "block_actions"
    assert payload["message"]["ts"] == payload["container"]["message_ts"] == message.ts
    assert payload["channel"] == {"id": message.channel, "name": "alerts"}
    (action,) = payload["actions"]
    assert (action["action_id"], action["value"], action["type"]) == ("acknowledge", "a1", "button")
    assert action["block_id"] == message.blocks[0]["block_id"]
    token = payload["response_url"].rpartition("/")[2]
    assert desk.workspace.response_urls.use(token).message_ts == message.ts
    assert desk.workspace.triggers.exchange(payload["trigger_id"]) == desk.workspace.user("operator").id


async def test_a_click_on_an_ephemeral_message_does_not_carry_it(desk: Desk) -> None:
    message = posted(desk.workspace, actions(button(action_id="undo", value="t1")), visible_to="operator")

    await desk.person.click("operator", message, "undo")

    payload = desk.app.payload()
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True


async def test_of_buttons_alike_the_one_with_the_value_is_pressed(desk: Desk) -> None:
    rows = [actions(button(action_id="acknowledge", value=value)) for value in ("a1", "a2")]
    message = posted(desk.workspace, *rows)

    await desk.person.click("operator", message, "acknowledge", "a2")

    assert desk.app.payload()["actions"][0]["value"] == "a2"
    for action_id, value in [("acknowledge", None), ("acknowledge", "a3"), ("other", None)]:
        with pytest.raises(LookupError):
            await desk.person.click("operator", message, action_id, value)
    assert len(desk.app.bodies) == 1


async def test_a_menu_sends_the_option_and_the_state(desk: Desk) -> None:
    menu = {"type": "static_select", "action_id": "snooze", "options": [option("1h"), option("4h")]}
    more = {"type": "overflow", "action_id": "more", "options": [option("a"), option("b")]}
    message = posted(desk.workspace, actions(menu, more))

    await desk.person.click("operator", message, "snooze", "4h")
    payload = desk.app.payload()
    await desk.person.click("operator", message, "more", "b")

    assert payload["actions"][0]["selected_option"]["value"] == "4h"
    block_id = message.blocks[0]["block_id"]
    assert payload["state"]["values"][block_id]["snooze"]["selected_option"]["value"] == "4h"
    assert desk.app.payload()["actions"][0]["selected_option"]["value"] == "b"
    with pytest.raises(LookupError):
        await desk.person.click("operator", message, "snooze", "8h")


async def test_a_click_in_a_home_tab_carries_the_view(desk: Desk) -> None:
    operator = desk.workspace.user("operator").id
    view = desk.workspace.views.publish(operator, home(actions(button(action_id="sync", value="shopify"))))

    await desk.person.click("operator", view, "sync")

    payload = desk.app.payload()
    assert payload["container"] == {"type": "view", "view_id": view.id}
    assert payload["view"]["hash"] == view.hash
    assert "response_url" not in payload


async def test_a_button_is_found_wherever_it_sits(desk: Desk) -> None:
    card = {"type": "card", "title": plain("ABC-1"), "actions": [button(action_id="in_card")]}
    container = {"type": "container", "title": plain("More"), "child_blocks": [card]}
    row = section(accessory=button(action_id="beside"))
    attachment = {"color": "#a30200", "blocks": [actions(button(action_id="attached"))]}
    content = Content("x", [container, row], [attachment])
    message = desk.workspace.posts.post(desk.workspace.channel("alerts").id, desk.workspace.bot.user_id, content)

    for action_id in ("in_card", "beside", "attached"):
        await desk.person.click("operator", message, action_id)
        assert desk.app.payload()["actions"][0]["action_id"] == action_id


async def test_anything_can_be_delivered_under_a_good_signature(desk: Desk) -> None:
    delivery = await desk.person.deliver(DeliveryKind.INTERACTION, b"payload=not+json")

    assert delivery.ok
    assert desk.app.form() == {"payload": "not json"}


async def test_a_search_is_sent_with_enter_and_a_field_of_a_form_is_not(desk: Desk) -> None:
    field = {"type": "plain_text_input", "action_id": "sku"}
    label = {"type": "input", "label": plain("SKU"), "element": field}
    operator = desk.workspace.user("operator").id
    search = desk.workspace.views.publish(operator, home({**label, "dispatch_action": True}))

    await desk.person.click("operator", search, "sku", "TEE-RED-M")

    (action,) = desk.app.payload()["actions"]
    assert (action["type"], action["value"]) == ("plain_text_input", "TEE-RED-M")
    with pytest.raises(LookupError, match="only sent with its form"):
        await desk.person.click("operator", desk.workspace.views.publish(operator, home(label)), "sku", "x")


async def test_a_shortcut_carries_the_message_and_a_trigger(desk: Desk) -> None:
    said = desk.workspace.say("warehouse", "#alerts", "TEE-RED-M?")

    await desk.person.shortcut("operator", said, "find_skus")

    payload = desk.app.payload()
    assert (payload["type"], payload["callback_id"]) == ("message_action", "find_skus")
    assert (payload["message"]["text"], payload["message_ts"]) == ("TEE-RED-M?", said.ts)
    assert desk.workspace.triggers.exchange(payload["trigger_id"]) == desk.workspace.user("operator").id
    with pytest.raises(LookupError, match="has no menu"):
        await desk.person.shortcut("operator", posted(desk.workspace, section(), visible_to="operator"), "find_skus")
