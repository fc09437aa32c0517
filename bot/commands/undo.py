"""`/stock undo`: the caller's last change, taken back."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.undo import told
from bot.views.notices import repeated
from bot.views.undo import last_undone, not_undone, nothing_to_undo
from core.errors import BadInput, CannotUndo, Hindrance, NotFound

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
        raise BadInput("undo", "takes no words: it is your last change that is undone")
    if not await call.service.is_first(call.key):
        return Reply(repeated())
    try:
        return told(await call.service.undo_last(call.person.user_id), call.now)
    except NotFound:
        return Reply(nothing_to_undo())
    except CannotUndo as refused:
        return await _refused(call, refused)


async def _refused(call: Call, refused: CannotUndo) -> Reply:
    viewer = call.person.user_id
    if refused.why is not Hindrance.UNDONE:
        return Reply(not_undone(refused, viewer))
    last = await call.service.last_changes(viewer)
    others = [(each.key, each.deed) for each in last if not each.deed.undone_by]
    return Reply(last_undone(refused, viewer, others, call.now))
