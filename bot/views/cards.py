"""Cards of several SKUs: in a modal, and in one message."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.views.blocks import Block, Content, context, divider, modal, section, size
from bot.views.text import code

TITLE = "Stock"
_MOST = 100
_MOST_IN_MESSAGE = 50
_BUDGET = 10_800
_MOST_BYTES = 11_900
_NOTE = 3_000


def window(cards: Sequence[Content], skus: Sequence[str] = (), left: Sequence[str] = ()) -> Block:
    """The cards below each other in a modal that remembers its SKUs; those that are `left` out are named."""
    blocks: list[Block] = []
    for card in cards:
        blocks += [divider(), *card.blocks] if blocks else list(card.blocks)
    tail = [_also(left)] if left else []
    note = json.dumps(list(skus), ensure_ascii=False) if skus else ""
    return modal(TITLE, [*blocks[: _MOST - len(tail)], *tail], note if len(note) <= _NOTE else "")


def skus_of(note: str) -> tuple[str, ...]:
    """The SKUs that a modal remembers; none where it remembers something else."""
    try:
        found = json.loads(note) if note else []
    except ValueError:
        return ()
    return tuple(found) if isinstance(found, list) and all(isinstance(each, str) for each in found) else ()


def thread_answer(skus: Sequence[str], cards: Sequence[Content]) -> Content:
    """The cards of the first SKUs, as many as one message holds; the other SKUs are named."""
    blocks: list[Block] = []
    texts: list[str] = []
    for card in cards:
        more = [divider(), *card.blocks] if blocks else list(card.blocks)
        if texts and (size([*blocks, *more]) > _BUDGET or len(blocks) + len(more) >= _MOST_IN_MESSAGE):
            break
        blocks += more
        texts.append(card.text)
    left = skus[len(texts) :]
    tail = [_also(left)] if left and size([*blocks, _also(left)]) <= _MOST_BYTES else []
    return Content("\n".join(texts)[:3_500], (*blocks, *tail))


def names_nothing(example: str) -> Content:
    """For a text in which no SKU was found."""
    text = f"No SKU that I know is named here. Name one as it is spelt, for example {code(example)}."
    return Content(text, (section(text), context("`/stock help` lists everything else.")))


def _also(left: Sequence[str]) -> Block:
    shown = ", ".join(code(sku, 40) for sku in left[:10])
    return context(f"Also named: {shown}{f' and {len(left) - 10} more' if len(left) > 10 else ''}")  # noqa: PLR2004
