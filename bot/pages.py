"""Lists, as a table: a page of each, from where its cursor says; More asks for the next one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.call import Reply
from bot.click import Click
from bot.views.alert import alert_list, alert_room, gravest_first
from bot.views.blocks import Content
from bot.views.listings import PAGE, found_list, history_list, history_rows, low_list, return_rows, returns_list
from bot.views.more import unpack_more
from bot.views.notices import cannot, unknown_action
from core.errors import BadInput
from core.service import Service

_ROWS = 20
_ALERTS = 15
_MOST_ALERTS = 200
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Ask:
    """For a page of a list about `subject` from the `cursor` on ("": the first one); `now` is epoch s."""

    service: Service
    now: float
    subject: str = ""
    cursor: str = ""


async def history(ask: Ask) -> Content:
    """The SKU's changes, newest first."""
    page = await ask.service.history(ask.subject, ask.cursor, _ROWS)
    if left := history_rows(page.items, ask.now).left_out:
        page = await ask.service.history(ask.subject, ask.cursor, len(page.items) - left)
    return history_list(ask.subject, page.items, ask.now, page.cursor)


async def returns(ask: Ask) -> Content:
    """The SKU's returns, newest first."""
    page = await ask.service.returns(ask.subject, ask.cursor, _ROWS)
    if left := return_rows(page.items, ask.now).left_out:
        page = await ask.service.returns(ask.subject, ask.cursor, len(page.items) - left)
    return returns_list(ask.subject, page.items, ask.now, page.cursor)


async def found(ask: Ask) -> Content:
    """The SKUs that are like what was typed, best first."""
    start = _number(ask.cursor)
    skus = (await ask.service.find(ask.subject, start + PAGE + 1))[start:]
    levels = await ask.service.store.levels(skus) if skus else {}
    return found_list(ask.subject, [levels[sku] for sku in skus], start)


async def low(ask: Ask) -> Content:
    """What is low or gone, the worst first."""
    start = _number(ask.cursor)
    return low_list((await ask.service.scarce())[start:], ask.now, start)


async def alerts(ask: Ask) -> Content:
    """The alerts that are not resolved, the gravest that wait for somebody first."""
    start = _number(ask.cursor)
    found = gravest_first((await ask.service.alerts(limit=_MOST_ALERTS)).items)
    page = found[start : start + _ALERTS]
    shown = alert_room(page)
    onward = start + shown if start + shown < len(found) else 0
    return alert_list(page[:shown], str(onward or ""), len(found) if not start else 0)


PAGES: Mapping[str, Callable[[Ask], Awaitable[Content]]] = {
    "history": history,
    "returns": returns,
    "find": found,
    "low": low,
    "alerts": alerts,
}


async def more(click: Click) -> Reply | None:
    """The next page of the list that the button is below."""
    kind, subject, cursor = unpack_more(click.value)
    if kind not in PAGES:
        return Reply(unknown_action())
    try:
        return Reply(await PAGES[kind](Ask(click.service, click.now, subject, cursor)))
    except BadInput as wrong:
        return Reply(cannot(f"This list cannot go on: the {wrong.field} {wrong.reason}."))


def _number(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor) <= _MOST):
        raise BadInput("cursor", "is not one that a page gave")
    return int(cursor) if cursor else 0
