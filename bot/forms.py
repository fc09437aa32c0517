"""Forms, as a table: what each does when it is submitted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot import adoptions
from bot.call import Reply
from bot.change import Asked, Kind, make, wish
from bot.click import Click
from bot.envelope import Payload
from bot.submission import Submission, Taken, chosen_value, refused
from bot.views.adjust import FORM, QUANTITY, REASON, WHAT, Filled, adjust_form, read_note
from bot.views.adopt_form import FORM as ADOPT
from bot.views.blocks import Content
from bot.views.sku import unpack
from bot.words import whole_number
from core.errors import BadInput
from core.stock import MAX_QUANTITY, Stated, Stock

_GONE = "This form is no longer in use. Close it and open a new one."
_SINCE = "Somebody has set this number while the form was open. Look at it, then save again."


async def open_adjust(click: Click) -> Reply | None:
    """Open the form for the SKU, with its level as it is now."""
    level = await click.service.level(unpack(click.value), fresh=True)
    return Reply(Content("Adjust stock"), form=adjust_form(level.stock, click.response_url))


async def adjust(submission: Submission) -> Taken:
    """Make the change once for this form, however often it is sent; what is wrong is said beside its input."""
    note = read_note(str(submission.view.get("private_metadata") or ""))
    filled = _filled(submission.view)
    if note is None or filled.what not in list(Kind):
        return refused(submission.view, _GONE)
    kind = Kind(filled.what)
    try:
        units = whole_number(filled.quantity.strip(), 1 if kind in (Kind.ADD, Kind.TAKE) else 0, MAX_QUANTITY)
    except BadInput as wrong:
        return Taken(errors={QUANTITY: f"The {wrong.field} {wrong.reason}."})
    now = (await submission.service.level(note.sku, fresh=True)).stock
    if _is_set_since(kind, note.stated, now):
        return Taken(view=adjust_form(now, note.url, filled, _SINCE))
    asked = Asked(submission.person.user_id, submission.key, _key(submission.view), filled.reason)
    return Taken(reply=await make(submission.service, now, wish(kind, units), asked), url=note.url)


def _is_set_since(kind: Kind, stated: Stated, now: Stock) -> bool:
    match kind:
        case Kind.SET:
            return now.stated.physical != stated.physical
        case Kind.BUFFER:
            return now.stated.buffer != stated.buffer
        case Kind.LOW_AT:
            return now.stated.low_at != stated.low_at
        case Kind.ADD | Kind.TAKE:
            return False


def _key(view: Payload) -> str:
    """One form is one change, however often it is sent before it closes."""
    view_id = view.get("id")
    return f"slack#view#{view_id}" if isinstance(view_id, str) and view_id else ""


def _filled(view: Payload) -> Filled:
    reason = chosen_value(view, REASON).strip()
    return Filled(chosen_value(view, WHAT), chosen_value(view, QUANTITY), reason[:200])


FORMS: Mapping[str, Callable[[Submission], Awaitable[Taken]]] = {FORM: adjust, ADOPT: adoptions.choose}
