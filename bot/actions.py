"""Buttons, as a table: what each does when it is clicked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot import alert_actions, lookup
from bot.call import Reply
from bot.click import Click
from bot.views.alert import ACKNOWLEDGE, SNOOZE
from bot.views.cards import names_nothing, thread_answer
from bot.views.home import SEARCH
from bot.views.listings import history_list, returns_list
from bot.views.stock import HISTORY, REFRESH, RETURNS, stock_card, unpack
from bot.views.storm import SHOW_ALL
from core.errors import BadInput

_LAST = 5


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does; `changes` needs a person who may change stock."""

    run: Callable[[Click], Awaitable[Reply | None]]
    changes: bool = False


async def refresh(click: Click) -> Reply | None:
    """Show the SKU as it is now, in place of the card."""
    sku = unpack(click.value)
    level = await click.service.level(sku, fresh=True)
    entries = await click.service.history(sku, limit=_LAST)
    return Reply(stock_card(level, entries.items, click.now), replace=True)


async def show_history(click: Click) -> Reply | None:
    """The SKU's last changes."""
    sku = unpack(click.value)
    page = await click.service.history(sku)
    return Reply(history_list(sku, page.items, click.now, more=bool(page.cursor)))


async def show_returns(click: Click) -> Reply | None:
    """The SKU's last returns."""
    sku = unpack(click.value)
    page = await click.service.returns(sku)
    return Reply(returns_list(sku, page.items, click.now, more=bool(page.cursor)))


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
}
