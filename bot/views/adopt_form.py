"""The form on which a person decides about SKUs that channels show with different numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.views.blocks import Block, Content, modal, section
from bot.views.sku import pack, unpack
from bot.views.text import clean, escape
from core.adopt import Choice, Conflict, is_quantity

FORM = "adopt_form"
LEAVE = "leave"
_TITLE = "First stock"
_MOST = 10
_LONGEST_VALUE, _LONGEST_NOTE = 2_000, 3_000


@dataclass(frozen=True, slots=True)
class AdoptNote:
    """What the button and the form remember: the offer, the conflicts as they were shown, and where to answer."""

    ticket: str
    channel: str
    conflicts: tuple[Conflict, ...]
    url: str = ""


def choose_value(ticket: str, channel: str, conflicts: Sequence[Conflict]) -> str:
    """The value of the button that opens the form; "" where there are too many conflicts for one, or none."""
    value = pack(_written(AdoptNote(ticket, channel, tuple(conflicts))))
    return value if 0 < len(conflicts) <= _MOST and len(value) <= _LONGEST_VALUE else ""


def read_value(value: str) -> AdoptNote | None:
    """What the button remembers; None where that is not of ours."""
    return read_note(unpack(value))


def read_note(text: str) -> AdoptNote | None:
    """What the form remembers; None where that is not of ours."""
    try:
        ticket, channel, rows, url = json.loads(text)
        conflicts = tuple(Conflict(str(sku), {str(k): int(v) for k, v in shown.items()}) for sku, shown in rows)
        return AdoptNote(str(ticket), str(channel), conflicts, str(url))
    except (ValueError, TypeError, AttributeError):
        return None


def choose_form(note: AdoptNote) -> Block:
    """The form: one menu for each conflict, which leaves the SKU unset unless a number is chosen."""
    text = (
        "Channels show these with different numbers. Choose what each is set to; all that "
        f"*{escape(note.channel, 40)}* shows without a conflict is set with them."
    )
    menus = [_menu(number, conflict) for number, conflict in enumerate(note.conflicts)]
    written = _written(note)
    remembered = written if len(written) <= _LONGEST_NOTE else _written(AdoptNote(*_offer(note)))
    form = modal(_TITLE, [section(text), *menus], remembered)
    return {**form, "callback_id": FORM, "submit": _plain("Set"), "close": _plain("Back")}


def chosen(note: AdoptNote, values: Mapping[str, object]) -> dict[str, Choice]:
    """What was chosen for each SKU, by the values of the form's menus."""
    choices: dict[str, Choice] = {}
    for number, conflict in enumerate(note.conflicts):
        value = str(values.get(menu_name(number)) or LEAVE)
        quantity = int(value) if value in {str(each) for each in conflict.shown.values()} else None
        choices[conflict.sku] = Choice(quantity, conflict.shown)
    return choices


def said(content: Content) -> Block:
    """What became of it, in the form's place."""
    return modal(_TITLE, content.blocks)


def menu_name(number: int) -> str:
    """The id of the menu for the conflict with that number."""
    return f"conflict_{number}"


def _menu(number: int, conflict: Conflict) -> Block:
    by_quantity: dict[int, list[str]] = {}
    for channel, quantity in sorted(conflict.shown.items()):
        by_quantity.setdefault(quantity, []).append(channel)
    options = [
        _option(f"{quantity:,}, as {clean(' and '.join(channels), 50)} shows", str(quantity))
        for quantity, channels in sorted(by_quantity.items())
        if is_quantity(quantity)
    ]
    leave = _option("Leave it unset", LEAVE)
    element: Block = {
        "type": "static_select",
        "action_id": menu_name(number),
        "options": [*options, leave],
        "initial_option": leave,
    }
    label = _plain(clean(conflict.sku, 200))
    return {"type": "input", "block_id": menu_name(number), "label": label, "element": element}


def _offer(note: AdoptNote) -> tuple[str, str, tuple[Conflict, ...]]:
    return note.ticket, note.channel, note.conflicts


def _written(note: AdoptNote) -> str:
    rows = [[each.sku, dict(each.shown)] for each in note.conflicts]
    return json.dumps([*_offer(note)[:2], rows, note.url], ensure_ascii=False, separators=(",", ":"))


def _option(text: str, value: str) -> Block:
    return {"text": _plain(text), "value": value}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
