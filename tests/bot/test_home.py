"""The Home tab."""

from tests.bot.room import ALERTS, Room, only


async def test_opening_home_shows_open_alerts_and_channels(room: Room) -> None:
    alert = await room.raise_alert()

    assert only(list(await room.person.open_home("operator"))).ok

    view = room.slack.home("operator")
    assert view is not None
    text = str(view.blocks)
    assert "*Open alerts: 1*" in text
    assert "`ABC-1`" in text
    assert "No channel is configured." in text
    assert alert.alert_id in text


async def test_another_tab_shows_nothing(room: Room) -> None:
    assert only(list(await room.person.open_home("operator", tab="messages"))).ok

    assert room.slack.home("operator") is None


async def test_acknowledging_at_home_shows_it_there_and_in_the_channel(room: Room) -> None:
    await room.posted_alert()
    await room.person.open_home("operator")
    view = room.slack.home("operator")
    assert view is not None

    assert (await room.person.click("operator", view, "alert_acknowledge")).ok
    await room.tell()

    view = room.slack.home("operator")
    assert view is not None
    who = f"Acknowledged by <@{room.id_of('operator')}>"
    assert who in str(view.blocks)
    assert who in str(room.slack.messages(ALERTS)[0].blocks)


async def test_slack_being_away_is_no_reason_for_it_to_send_the_event_again(room: Room) -> None:
    room.slack.faults.down = True

    assert only(list(await room.person.open_home("operator"))).ok
