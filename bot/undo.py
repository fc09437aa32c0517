"""Taking a change back: the Undo button, and what is said about it."""

from __future__ import annotations

from bot.call import Reply
from bot.click import Click
from bot.views.notices import unknown_action
from bot.views.undo import change_undone, unpack_undo
from core.stock_desk import Undone


async def undo(click: Click) -> Reply | None:
    """Take back the change that the button names; its message says so from then on, to everybody who sees it."""
    key, sku = unpack_undo(click.value)
    if not key or not sku:
        return Reply(unknown_action())
    undone = await click.service.undo(key, sku, click.person.user_id, operator=click.operator)
    return told(undone, click.now, replace=not click.private)


def told(undone: Undone, now: float, *, replace: bool = False) -> Reply:
    """Tell everybody what was taken back."""
    return Reply(change_undone(undone.deed, undone.after, now), public=True, replace=replace)
