"""Taking up what a dry run of a channel's levels offers: what its buttons and its form do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.call import Reply, Say
from bot.click import Click
from bot.submission import Submission, Taken, chosen_value, refused
from bot.views import adopt_form
from bot.views.adopt import adoption, offer_cancelled, offer_ended
from bot.views.blocks import Content
from bot.views.notices import unknown_action
from core.adopt import NO_CHOICES, Choices, Conflicts
from core.adopting import Adopting
from core.errors import OfferEnded
from core.running import Running
from core.service import Service

NEWS_AFTER = (20.0, 180.0, 1_200.0)  # a response URL takes five messages in 30 minutes
_GONE = "This form is no longer in use. Close it and write `/channels adopt` again."


def take_up(rule: Conflicts) -> Callable[[Click], Awaitable[Reply | None]]:
    """The button that sets what the channel shows, with conflicts by the rule."""

    async def run(click: Click) -> Reply | None:
        ticket, channel = _offer(click.value)
        try:
            return await _begin(click.service, channel, ticket, click.person.user_id, rule)
        except OfferEnded as ended:
            return Reply(offer_ended(ended), replace=True)

    return run


async def cancel(click: Click) -> Reply | None:
    """Let nobody take the offer up any more."""
    ticket, channel = _offer(click.value)
    try:
        await click.service.steering.adoptions.cancel(channel, ticket, click.person.user_id)
    except OfferEnded as ended:
        return Reply(offer_ended(ended), replace=True)
    return Reply(offer_cancelled(channel), replace=True)


async def open_choice(click: Click) -> Reply | None:
    """Open the form on which a person decides about each conflict, while the offer can be taken up."""
    note = adopt_form.read_value(click.value)
    if note is None:
        return Reply(unknown_action())
    try:
        await click.service.steering.adoptions.check(note.channel, note.ticket)
    except OfferEnded as ended:
        return Reply(offer_ended(ended), replace=True)
    form = adopt_form.choose_form(replace(note, url=click.response_url))
    return Reply(Content("First stock"), form=form)


async def choose(submission: Submission) -> Taken:
    """Set what the channel shows, with conflicts as they were decided on the form."""
    note = adopt_form.read_note(str(submission.view.get("private_metadata") or ""))
    if note is None:
        return refused(submission.view, _GONE)
    menus = [adopt_form.menu_name(number) for number in range(len(note.conflicts))]
    choices = adopt_form.chosen(note, {menu: chosen_value(submission.view, menu) for menu in menus})
    by = submission.person.user_id
    try:
        reply = await _begin(submission.service, note.channel, note.ticket, by, Conflicts.SKIP, choices)
    except OfferEnded as ended:
        return Taken(view=adopt_form.said(offer_ended(ended)))
    return Taken(view=adopt_form.said(reply.content), reply=reply, url=note.url)


async def _begin(
    service: Service, channel: str, ticket: str, by: str, rule: Conflicts, choices: Choices = NO_CHOICES
) -> Reply:
    running = await service.steering.adoptions.take_up(channel, ticket, by, rule, choices)
    return Reply(adoption(running.report, service.clock()), replace=True, later=_news(running, service.clock))


def _news(running: Running[Adopting], clock: Callable[[], float]) -> Callable[[Say], Awaitable[None]]:
    """Say how far it is to who began it, and to everybody what came of it."""

    async def later(say: Say) -> None:
        for seconds in NEWS_AFTER:
            ended = await running.wait(seconds)
            content = adoption(running.report, clock())
            await say(Reply(content, public=ended and running.report.count > 0, replace=not ended))
            if ended:
                return

    return later


def _offer(value: str) -> tuple[str, str]:
    ticket, _, channel = value.partition(" ")
    return ticket, channel
