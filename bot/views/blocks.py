"""Block Kit's blocks as functions, and a message's size kept within what Slack takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]

SECTION_TEXT = 2_900
BUDGET = 9_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: its blocks, and the escaped text for notifications and for clients without blocks."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """The rows for which there is room, and how many were left out."""

    rows: tuple[str, ...]
    left_out: int


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of escaped mrkdwn, with a button beside it."""
    block: Block = {"type": "section", "text": _mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def context(*texts: str) -> Block:
    """A line in small print, up to ten parts."""
    return {"type": "context", "elements": [_mrkdwn(text) for text in texts[:10]]}


def search(label: str, hint: str, action_id: str, block_id: str) -> Block:
    """A line to type into that is sent when Enter is pressed."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "placeholder": _plain(hint),
        "max_length": 250,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    return {
        "type": "input",
        "block_id": block_id,
        "dispatch_action": True,
        "label": _plain(label),
        "element": element,
        "optional": True,
    }


def modal(title: str, blocks: Sequence[Block], note: str = "") -> Block:
    """A modal to read: a title of up to 24 characters, 100 blocks, a `note` (3,000) that comes back with clicks."""
    body: Block = {"type": "modal", "title": _plain(title), "close": _plain("Close"), "blocks": list(blocks)[:100]}
    return {**body, "private_metadata": note} if note else body


def header(text: str) -> Block:
    """A heading of our own words, up to 150 characters."""
    return {"type": "header", "text": _plain(text)}


def divider() -> Block:
    """A line between parts."""
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action_id: str, value: str, style: str = "") -> Block:
    """A button of up to 75 characters that sends `value` (up to 2,000) back."""
    block: Block = {"type": "button", "action_id": action_id, "text": _plain(label), "value": value}
    return {**block, "style": style} if style else block


def fit(rows: Iterable[str], budget: int = BUDGET) -> Fitted:
    """As many of the rows, from the first, as take up to `budget` bytes on the wire."""
    taken: list[str] = []
    waiting = list(rows)
    for row in waiting:
        budget -= weight(row) + 2
        if budget < 0:
            break
        taken.append(row)
    return Fitted(tuple(taken), len(waiting) - len(taken))


def paragraphs(rows: Sequence[str]) -> list[Block]:
    """The rows as sections, each as full as a section may be; a row has at most 2,900 characters."""
    texts = [""]
    for row in rows:
        if len(texts[-1]) + len(row) + 1 > SECTION_TEXT:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{row}" if texts[-1] else row
    return [section(text) for text in texts if text]


def weight(text: str) -> int:
    """The bytes that the text takes on the wire."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace"))


def size(blocks: Sequence[Block]) -> int:
    """The bytes that the blocks take on the wire."""
    return len(json.dumps(blocks, ensure_ascii=False).encode("utf-8", "replace"))


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
