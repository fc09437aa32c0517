"""The contract of a form: what it is given when it is submitted, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.call import Reply
from bot.envelope import Payload
from bot.people import Person
from bot.views.adjust import QUANTITY, adjusted
from bot.views.blocks import Block, Content
from bot.words import plain_text
from core.service import Service


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was submitted: `view` is the form as it came, `key` identifies the request."""

    service: Service
    person: Person
    view: Payload
    key: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of a form: errors beside its inputs, another view in its place, or something to say at `url`.

    With both, the view is for where it cannot be said.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    view: Block | None = None
    reply: Reply | None = None
    url: str = ""

    def answer(self) -> dict[str, Any]:
        """What Slack is answered: what could not be said elsewhere is shown in the form's place."""
        if self.errors:
            return {"response_action": "errors", "errors": dict(self.errors)}
        shown = self.view or (adjusted(self.reply.content) if self.reply else None)
        return {"response_action": "update", "view": shown} if shown else {}


def refused(view: Payload, reason: str) -> Taken:
    """The form stays, with the reason (mrkdwn) beside the quantity, or beside the first input of a form without one."""
    blocks = [block for block in view.get("blocks") or () if isinstance(block, dict)]
    inputs = [str(block.get("block_id")) for block in blocks if block.get("type") == "input"]
    if not inputs:
        return Taken(view=adjusted(Content(reason)))
    return Taken(errors={QUANTITY if QUANTITY in inputs else inputs[0]: plain_text(reason).replace("`", "")})


def chosen_value(view: Payload, name: str) -> str:
    """What was filled in or chosen in the input with that name; "" for nothing."""
    part: object = view
    for step in ("state", "values", name, name):
        part = part.get(step) if isinstance(part, dict) else None
    if not isinstance(part, dict):
        return ""
    chosen = part.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else part.get("value")
    return value if isinstance(value, str) else ""
