"""The buttons of a return: Restock, Write off, and taking that back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.call import Reply
from bot.click import Click
from bot.views.notices import cannot, repeated
from bot.views.returns import already_judged, appealed, judged, not_to_judge, unpack_return
from core.errors import AlreadyHandled, BadInput, NotFound
from core.returns.case import Verdict


def judge(verdict: Verdict) -> Callable[[Click], Awaitable[Reply | None]]:
    """What the button for this decision does."""

    async def decide(click: Click) -> Reply | None:
        return_id, sku = unpack_return(click.value)
        if not await click.service.is_first(click.key):
            return Reply(repeated())
        try:
            found = await click.service.judge(return_id, sku, click.person.user_id, verdict)
        except AlreadyHandled as first:
            return Reply(already_judged(first, click.person.user_id))
        except NotFound:
            return Reply(not_to_judge())
        except BadInput as wrong:
            return Reply(cannot(f"The {wrong.field} {wrong.reason}."))
        return Reply(judged(found.case, found.after), public=True)

    return decide


async def appeal(click: Click) -> Reply | None:
    """Take back what was decided about the return; its message says so from then on."""
    return_id, sku = unpack_return(click.value)
    by = click.person.user_id
    try:
        found = await click.service.appeal(return_id, sku, by, operator=click.operator)
    except NotFound:
        return Reply(not_to_judge())
    return Reply(appealed(found.case, by, found.after), public=True, replace=not click.private)
