"""The `Adjust stock` form: what is on hand, what to change, by how much and why."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from bot.views.blocks import Block, Content, context, modal, section
from bot.views.stock import sum_of
from bot.views.text import clean, code
from core.stock import NEVER, Stated, Stock

FORM = "stock_adjust_form"
WHAT, QUANTITY, REASON = "what", "quantity", "reason"
KINDS = {
    "set": ("Set what is on hand", "You have counted"),
    "add": ("Add units", "They came in"),
    "take": ("Take units", "They went out; refused when there are not that many"),
    "buffer": ("Set the buffer", "Units that no channel is told about"),
    "low_at": ("Set the low-stock threshold", "So many or fewer left to sell are low"),
}
_TITLE = "Adjust stock"
_LONGEST_REASON = 200
_LONGEST_NOTE = 3_000


@dataclass(frozen=True, slots=True)
class FormNote:
    """What the form remembers: its SKU, what was stated of it when it was shown, and where to answer."""

    sku: str
    stated: Stated = NEVER
    url: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What is filled in: a kind of change ("": none chosen), a quantity as typed, and a reason."""

    what: str = ""
    quantity: str = ""
    reason: str = ""


def adjust_form(stock: Stock, url: str, filled: Filled | None = None, warning: str = "") -> Block:
    """The form as it opens, or opens again with what was filled in and a warning in our own words."""
    given = filled or Filled()
    blocks = [
        *([section(f":warning: {warning}")] if warning else []),
        section(f"{code(stock.sku)}\n*{stock.broadcast:,} to sell* · {sum_of(stock)}"),
        *([] if stock.managed else [context("Nobody has set its stock yet; channels are told once you do.")]),
        _input(WHAT, "What do you want to do?", _kinds(given.what)),
        _input(QUANTITY, "How many?", _number(given.quantity)),
        _input(REASON, "Why? (shown in the history)", _reason(given.reason), optional=True),
    ]
    form = modal(_TITLE, blocks, write_note(FormNote(stock.sku, stock.stated, url)))
    return {**form, "callback_id": FORM, "submit": _plain("Save"), "close": _plain("Cancel")}


def adjusted(content: Content) -> Block:
    """What became of it, where it could not be told in the channel."""
    return modal(_TITLE, content.blocks)


def write_note(note: FormNote) -> str:
    """The note as text of at most 3,000 characters; without the address where that would be too long."""
    text = json.dumps(asdict(note), ensure_ascii=False)
    return text if len(text) <= _LONGEST_NOTE else json.dumps({**asdict(note), "url": ""}, ensure_ascii=False)


def read_note(text: str) -> FormNote | None:
    """What the form remembers; None where that is not of ours."""
    try:
        fields = json.loads(text)
        return FormNote(str(fields["sku"]), Stated(**fields["stated"]), str(fields["url"]))
    except (ValueError, TypeError, KeyError):
        return None


def _kinds(chosen: str) -> Block:
    options = {kind: _option(kind, *texts) for kind, texts in KINDS.items()}
    element: Block = {"type": "radio_buttons", "action_id": WHAT, "options": list(options.values())}
    return {**element, "initial_option": options[chosen]} if chosen in options else element


def _number(given: str) -> Block:
    limits = {"min_value": "0", "max_value": "1000000", "is_decimal_allowed": False}
    element: Block = {"type": "number_input", "action_id": QUANTITY, **limits}
    return {**element, "initial_value": given} if given else element


def _reason(given: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": REASON, "max_length": _LONGEST_REASON}
    return {**element, "initial_value": clean(given, _LONGEST_REASON)} if given else element


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {"type": "input", "block_id": name, "label": _plain(label), "element": element, "optional": optional}


def _option(value: str, text: str, description: str) -> Block:
    return {"text": _plain(text), "value": value, "description": _plain(description)}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
