"""Buttons, as a table: what each does when it is clicked."""

from __future__ import annotations

from collections.abc import Mapping

from bot import adoptions, alert_actions, lookup
from bot.call import Reply
from bot.click import Action, Click
from bot.forms import open_adjust
from bot.pages import Ask, history, more, returns
from bot.standings import arranged
from bot.undo import undo
from bot.verdicts import appeal, judge
from bot.views.adopt import CANCEL, CHOOSE, SET, SET_AS_SHOWN, SET_LOWEST
from bot.views.alert import ACKNOWLEDGE, SNOOZE
from bot.views.cards import names_nothing, thread_answer
from bot.views.home import SEARCH
from bot.views.more import MORE
from bot.views.returns import RESTOCK, UNDO_RETURN, WRITE_OFF
from bot.views.sku import unpack
from bot.views.stock import ADJUST, HISTORY, NEAREST, REFRESH, RETURNS, SHOW, stock_card, suggestion
from bot.views.storm import SHOW_ALL
from bot.views.undo import UNDO
from core.adopt import Conflicts
from core.errors import BadInput
from core.returns.case import Verdict

_LAST = 5
_HISTORY = "Look at the SKU's history before you try again."
_ADOPT = "`/channels adopt NAME` shows what is left to set."
_RETURNS = "Look at the SKU's returns before you try again."


async def refresh(click: Click) -> Reply | None:
    """Show the SKU as it is now, in place of the card."""
    sku = unpack(click.value)
    level = await click.service.level(sku, fresh=True)
    entries = await click.service.history(sku, limit=_LAST)
    parts = await click.service.parts(level)
    card = stock_card(level, entries.items, click.now, arranged=arranged(click.service, level), parts=parts)
    return Reply(card, replace=True)


async def show(click: Click) -> Reply | None:
    """The card of the SKU that the button names."""
    return Reply(await lookup.show(click.service, click.commands, click.person, unpack(click.value)))


async def show_history(click: Click) -> Reply | None:
    """The SKU's last changes."""
    return Reply(await history(Ask(click.service, click.now, unpack(click.value))))


async def show_returns(click: Click) -> Reply | None:
    """The SKU's last returns."""
    return Reply(await returns(Ask(click.service, click.now, unpack(click.value))))


async def find(click: Click) -> Reply | None:
    """What was typed into the search of the Home tab: its card, or those of all the SKUs that it names."""
    words = lookup.words(click.value)
    skus = await lookup.named(click.service, click.value)
    if len(words) > 1 and skus:
        return Reply(thread_answer(skus, await lookup.cards(click.service, skus[: lookup.MOST])))
    asked = skus[0] if skus else " ".join(words)
    try:
        return Reply(await lookup.show(click.service, click.commands, click.person, asked)) if words else None
    except BadInput:
        return Reply(names_nothing("TSHIRT-M"))


ACTIONS: Mapping[str, Action] = {
    ACKNOWLEDGE: Action(alert_actions.acknowledge, changes=True),
    SNOOZE: Action(alert_actions.snooze, changes=True),
    SHOW_ALL: Action(alert_actions.show_all),
    REFRESH: Action(refresh),
    HISTORY: Action(show_history),
    RETURNS: Action(show_returns),
    SEARCH: Action(find),
    MORE: Action(more),
    SHOW: Action(show),
    **{suggestion(number): Action(show) for number in range(NEAREST)},
    ADJUST: Action(open_adjust, changes=True),
    UNDO: Action(undo, changes=True, look_at=_HISTORY),
    RESTOCK: Action(judge(Verdict.RESTOCKED), changes=True, look_at=_RETURNS),
    WRITE_OFF: Action(judge(Verdict.WRITTEN_OFF), changes=True, look_at=_RETURNS),
    SET: Action(adoptions.take_up(Conflicts.SKIP), changes=True, look_at=_ADOPT),
    SET_AS_SHOWN: Action(adoptions.take_up(Conflicts.THIS), changes=True, look_at=_ADOPT),
    SET_LOWEST: Action(adoptions.take_up(Conflicts.LOWEST), changes=True, look_at=_ADOPT),
    CHOOSE: Action(adoptions.open_choice, changes=True, look_at=_ADOPT),
    CANCEL: Action(adoptions.cancel, changes=True, look_at=_ADOPT),
    UNDO_RETURN: Action(appeal, changes=True, look_at=_RETURNS),
}
