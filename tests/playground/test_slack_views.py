"""Modals and Home tabs: triggers, stacks, hashes and the rules of a view."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack.blocks import validate_view
from playground.slack.clock import HandClock
from playground.slack.records import Json, JsonObject
from playground.slack.seed import sample_workspace
from playground.slack.workspace import Workspace
from tests.playground.slack import connected, home, modal, number_input, plain


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def workspace(clock: HandClock) -> Workspace:
    return sample_workspace(clock)


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with connected(workspace) as client:
        yield client


def trigger(workspace: Workspace, user: str = "operator") -> str:
    return workspace.triggers.issue(workspace.user(user).id)


async def test_a_trigger_opens_one_modal(slack: AsyncWebClient, workspace: Workspace) -> None:
    trigger_id = trigger(workspace)
    opened = await slack.views_open(trigger_id=trigger_id, view=modal(callback_id="adjust"))

    with pytest.raises(SlackApiError) as refused:
        await slack.views_open(trigger_id=trigger_id, view=modal())

    assert refused.value.response["error"] == "exchanged_trigger_id"
    shown = workspace.modal("operator")
    assert shown is not None
    assert shown.id == opened["view"]["id"] == opened["view"]["root_view_id"]
    assert opened["view"]["callback_id"] == "adjust"
    assert workspace.modal("buyer") is None


@pytest.mark.parametrize(("age", "error"), [(3.0, ""), (3.1, "expired_trigger_id")])
async def test_a_trigger_lives_for_three_seconds(
    slack: AsyncWebClient, workspace: Workspace, clock: HandClock, age: float, error: str
) -> None:
    trigger_id = trigger(workspace)
    clock.move(age)

    answer = await _error(slack.views_open, trigger_id=trigger_id, view=modal())

    assert answer == error


async def test_an_unknown_trigger_is_invalid(slack: AsyncWebClient) -> None:
    assert await _error(slack.views_open, trigger_id="1.2", view=modal()) == "invalid_trigger_id"


async def test_a_refused_view_does_not_use_up_the_trigger(slack: AsyncWebClient, workspace: Workspace) -> None:
    trigger_id = trigger(workspace)

    with pytest.raises(SlackApiError) as refused:
        await slack.views_open(trigger_id=trigger_id, view=modal("x" * 25))
    assert await _error(slack.views_open, trigger_id=trigger_id, view=modal()) == ""

    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_three_modals_may_lie_on_each_other(slack: AsyncWebClient, workspace: Workspace) -> None:
    root = await slack.views_open(trigger_id=trigger(workspace), view=modal())
    second = await slack.views_push(trigger_id=trigger(workspace), view=modal())
    await slack.views_push(trigger_id=trigger(workspace), view=modal())

    assert second["view"]["previous_view_id"] == second["view"]["root_view_id"] == root["view"]["id"]
    error = await _error(slack.views_push, trigger_id=trigger(workspace), view=modal())
    assert error == "push_limit_reached"


async def test_nothing_is_pushed_where_nothing_is_open(slack: AsyncWebClient, workspace: Workspace) -> None:
    assert await _error(slack.views_push, trigger_id=trigger(workspace), view=modal()) == "not_found"


async def test_an_open_view_is_changed_unless_it_has_changed_since(slack: AsyncWebClient, workspace: Workspace) -> None:
    opened = await slack.views_open(trigger_id=trigger(workspace), view=modal(external_id="x1"))
    changed = await slack.views_update(external_id="x1", view=modal("Second"), hash=opened["view"]["hash"])

    error = await _error(
        slack.views_update, view_id=opened["view"]["id"], view=modal("Third"), hash=opened["view"]["hash"]
    )

    assert error == "hash_conflict"
    assert changed["view"]["hash"] != opened["view"]["hash"]
    shown = workspace.modal("operator")
    assert shown is not None
    assert shown.body["title"]["text"] == "Second"


async def test_a_home_tab_is_changed_by_its_id_too(slack: AsyncWebClient, workspace: Workspace) -> None:
    published = await slack.views_publish(user_id=workspace.user("operator").id, view=home())

    await slack.views_update(view_id=published["view"]["id"], view=home({"type": "divider"}))

    shown = workspace.home("operator")
    assert shown is not None
    assert [block["type"] for block in shown.blocks] == ["divider"]
    assert await _error(slack.views_publish, user_id="U404", view=home()) == "invalid_arguments"


async def test_a_view_that_nobody_has_open_is_not_found(slack: AsyncWebClient) -> None:
    assert await _error(slack.views_update, view_id="V404", view=modal()) == "not_found"


async def test_an_external_id_is_taken_once(slack: AsyncWebClient, workspace: Workspace) -> None:
    await slack.views_open(trigger_id=trigger(workspace), view=modal(external_id="x1"))

    error = await _error(slack.views_open, trigger_id=trigger(workspace, "buyer"), view=modal(external_id="x1"))

    assert error == "duplicate_external_id"


async def test_everybody_has_their_own_home(slack: AsyncWebClient, workspace: Workspace) -> None:
    operator, buyer = workspace.user("operator").id, workspace.user("buyer").id
    first = await slack.views_publish(user_id=operator, view=home({"type": "divider"}))
    again = await slack.views_publish(user_id=operator, view=home())
    await slack.views_publish(user_id=buyer, view=home({"type": "divider"}))

    shown = workspace.home("operator")
    assert shown is not None
    assert (shown.id, shown.blocks) == (first["view"]["id"], [])
    error = await _error(slack.views_publish, user_id=operator, view=home(), hash=first["view"]["hash"])
    assert error == "hash_conflict"
    assert again["view"]["id"] == first["view"]["id"]


@pytest.mark.parametrize(("method", "view"), [("views.open", home()), ("views.publish", modal()), ("views.open", None)])
async def test_a_view_goes_only_where_its_type_belongs(
    slack: AsyncWebClient, workspace: Workspace, method: str, view: JsonObject | None
) -> None:
    arguments = {"trigger_id": trigger(workspace), "user_id": workspace.user("operator").id}

    error = await _error(slack.api_call, method, json={**arguments, "view": view})

    assert error == "invalid_arguments"


async def test_a_view_above_a_quarter_of_a_megabyte_is_too_large(slack: AsyncWebClient, workspace: Workspace) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    user_id = workspace.user("operator").id

    error = await _error(slack.views_publish, user_id=user_id, view=home(*[section] * 90))

    assert error == "view_too_large"


@pytest.mark.parametrize(
    ("view", "pointer", "message"),
    [
        (modal("x" * 25), "/title/text", "must be less than 25 characters"),
        (modal(submit=plain("x" * 25)), "/submit/text", "must be less than 25 characters"),
        (modal(callback_id="x" * 256), "/callback_id", "must be less than 256 characters"),
        (modal(private_metadata="x" * 3001), "/private_metadata", "must be less than 3001 characters"),
        (modal(colour="red"), "", "invalid additional property: colour"),
        ({"type": "modal", "blocks": []}, "", "missing required field: title"),
        ({"type": "page", "blocks": []}, "/type", "unsupported type: page"),
        (home({"type": "alert"}), "/blocks/0/type", "unsupported type: alert"),
        (modal(blocks=[{"type": "divider"}] * 101), "/blocks", "no more than 100 items allowed"),
        (
            modal(blocks=[number_input()]),
            "/blocks/0/input",
            "must define `submit` to use an `input` block in modals",
        ),
    ],
)
def test_a_view_that_slack_refuses_is_pointed_at(view: JsonObject, pointer: str, message: str) -> None:
    assert (pointer, message) in [(error.pointer, error.message) for error in validate_view(view)]


def test_a_form_with_a_submit_passes() -> None:
    assert validate_view(modal(blocks=[number_input()], submit=plain("Set"), private_metadata="")) == []
    assert validate_view(home(number_input())) == []


async def test_blocks_validate_answers_with_pointers(slack: AsyncWebClient) -> None:
    wrong = [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]

    with pytest.raises(SlackApiError) as blocks:
        await slack.blocks_validate(blocks=wrong)
    with pytest.raises(SlackApiError) as message:
        await slack.blocks_validate(message={"blocks": wrong})
    with pytest.raises(SlackApiError) as view:
        await slack.blocks_validate(view=home(*wrong))

    found = [each.value.response for each in (blocks, message, view)]
    assert [each["error"] for each in found] == ["invalid_blocks", "invalid_message", "invalid_view"]
    assert [each["errors"][0]["pointer"] for each in found] == [
        "/0/text/text",
        "/blocks/0/text/text",
        "/blocks/0/text/text",
    ]
    assert (await slack.blocks_validate(view=modal()))["ok"]
    assert await _error(slack.blocks_validate) == "invalid_arguments"


async def _error(method: Json, *positional: Json, **named: Json) -> str:
    try:
        await method(*positional, **named)
    except SlackApiError as refused:
        return str(refused.response["error"])
    return ""
