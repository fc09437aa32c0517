"""`/stock undo`: the caller's last change, taken back."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.undo import told
from bot.views.notices import repeated
from bot.views.returns import appealed
from bot.views.undo import last_undone, not_undone, nothing_to_undo
from core.errors import BadInput, CannotUndo, Hindrance
from core.returns.case import Case
from core.stock_desk import Undoable

SLASH = "/stock"
NAME = "undo"
BARE = False
CHANGES = True
USAGE = "/stock undo"
EXAMPLE = "/stock undo"
HELP = "Take back your last change of the last 10 minutes."


async def run(call: Call) -> Reply:
    """Take it back, once for this request; what was taken back before is not guessed around."""
    if call.words:
        raise BadInput("command", "takes no words: it is your last change that is undone")
    if not await call.service.is_first(call.key):
        return Reply(repeated())
    last = await call.service.last_changes(call.person.user_id)
    if not last:
        return Reply(nothing_to_undo())
    try:
        return await _undo(call, last[0])
    except CannotUndo as refused:
        if refused.why is not Hindrance.UNDONE:
            return Reply(not_undone(refused, call.person.user_id))
        others = [each for each in last if not each.undone_by]
        offers = [(each.key, each.what, each.at) for each in others]
        return Reply(last_undone(refused, call.person.user_id, offers, call.now))


async def _undo(call: Call, last: Undoable) -> Reply:
    by = call.person.user_id
    if isinstance(last.what, Case):
        found = await call.service.appeal(last.key, last.sku, by, operator=call.operator)
        return Reply(appealed(found.case, by, found.after), public=True)
    return told(await call.service.undo(last.key, last.sku, by, operator=call.operator), call.now)
