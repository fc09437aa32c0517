"""One manual change through the service, and what is said about it."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.change import Announced, change_known, change_made
from core.changes import Status
from core.stock import Stock


async def change(
    call: Call, sku: str, verb: str, *, physical: int | None = None, delta: int = 0, buffer: int | None = None
) -> Reply:
    """Make the change once for this request; everybody in the channel is told who did what."""
    before = (await call.service.level(sku, fresh=True)).stock
    actor = call.person.user_id
    outcome = await call.service.adjust(sku, actor, physical=physical, delta=delta, buffer=buffer, request=call.key)
    after = outcome.after[sku]
    if outcome.status is not Status.APPLIED:
        return Reply(change_known(after))
    exact = _is_all(before, after, physical, delta)
    return Reply(change_made(Announced(actor, verb, before if exact else None, after, outcome.key)), public=True)


def _is_all(before: Stock, after: Stock, physical: int | None, delta: int) -> bool:
    expected = before.physical + delta if physical is None else physical
    return after.version == before.version + 1 and after.physical == expected
