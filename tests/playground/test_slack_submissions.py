"""Filling in a modal and submitting it, against an app that answers as each test says."""

from collections.abc import AsyncIterator

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from playground.slack.records import JsonObject, View
from playground.slack.workspace import Workspace
from tests.playground.slack import Desk, a_desk, modal, number_input, option, plain

WHY: JsonObject = {
    "type": "static_select",
    "action_id": "why",
    "options": [option("found"), option("lost")],
    "initial_option": option("found"),
}
FORM = modal(
    "Adjust",
    callback_id="adjust",
    private_metadata="ABC-1",
    submit=plain("Set"),
    blocks=[
        number_input(),
        {"type": "input", "block_id": "why", "optional": True, "label": plain("Why"), "element": WHY},
    ],
)


def opened(workspace: Workspace, body: JsonObject = FORM) -> View:
    return workspace.views.open(workspace.user("operator").id, body)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with a_desk() as desk:
        yield desk


async def test_a_submission_carries_what_was_filled_in_and_closes_the_modal(desk: Desk) -> None:
    view = opened(desk.workspace)

    await desk.person.submit("operator", view, {"count": 7})

    payload = desk.app.payload()
    assert payload["type"] == "view_submission"
    assert payload["view"]["private_metadata"] == "ABC-1"
    values = payload["view"]["state"]["values"]
    assert values["count"]["count"] == {"type": "number_input", "value": "7"}
    assert values["why"]["why"]["selected_option"] == option("found")
    assert desk.workspace.modal("operator") is None


async def test_slack_does_not_submit_what_is_not_filled_in_or_not_there(desk: Desk) -> None:
    view = opened(desk.workspace)

    with pytest.raises(ValueError, match="count"):
        await desk.person.submit("operator", view)
    with pytest.raises(LookupError, match="amount"):
        await desk.person.submit("operator", view, {"amount": 7})

    assert desk.app.bodies == []


@pytest.mark.parametrize(
    ("answer", "refused", "title"),
    [
        ({"response_action": "errors", "errors": {"count": "Too many"}}, "", "Adjust"),
        ({"response_action": "errors", "errors": {"other": "Unknown block"}}, "invalid_errors", "Adjust"),
        ({"response_action": "update", "view": {**FORM, "title": plain("Sure?")}}, "", "Sure?"),
        ({"response_action": "update", "view": {**FORM, "title": plain("x" * 25)}}, "invalid_arguments", "Adjust"),
        ({"response_action": "push", "view": {**FORM, "title": plain("More")}}, "", "More"),
        ({"response_action": "shout"}, "invalid_response_action", "Adjust"),
    ],
)
async def test_a_modal_follows_the_answer_to_its_submission(
    desk: Desk, answer: JsonObject, refused: str, title: str
) -> None:
    view = opened(desk.workspace)
    desk.app.answers = [JSONResponse(answer)]

    delivery = await desk.person.submit("operator", view, {"count": 7})

    shown = desk.workspace.modal("operator")
    assert shown is not None
    assert (delivery.refused, shown.body["title"]["text"]) == (refused, title)


async def test_a_modal_stays_open_when_the_app_fails_and_goes_with_all_below_it_on_clear(desk: Desk) -> None:
    opened(desk.workspace)
    top = desk.workspace.views.push(desk.workspace.user("operator").id, FORM)
    desk.app.answers = [PlainTextResponse("", 500), JSONResponse({"response_action": "clear"})]

    await desk.person.submit("operator", top, {"count": 7})
    assert desk.workspace.modal("operator") == top
    await desk.person.submit("operator", top, {"count": 7})
    assert desk.workspace.modal("operator") is None


async def test_the_app_hears_of_a_dismissed_modal_if_it_wants_to(desk: Desk) -> None:
    assert await desk.person.close("operator", opened(desk.workspace)) is None
    await desk.person.close("operator", opened(desk.workspace, {**FORM, "notify_on_close": True}))

    assert desk.app.payload()["type"] == "view_closed"
    assert "trigger_id" not in desk.app.payload()
    assert desk.workspace.modal("operator") is None
