"""Checking a whole array of blocks: each block by its type, then what only all of them together can break."""

import json
from collections import Counter
from collections.abc import Iterable

from playground.slack.blocks.data import characters
from playground.slack.blocks.layout import KINDS
from playground.slack.blocks.schema import (
    BlockError,
    Check,
    Errors,
    failed,
    items,
    kinds,
)
from playground.slack.blocks.surfaces import MAX_BLOCKS, Surface
from playground.slack.identifiers import elements_of
from playground.slack.records import Json

MAX_MESSAGE_CHARACTERS = 13_200
TOO_LONG = "msg_blocks_too_long"
_MAX_MARKDOWN = 12_000
_MAX_TABLE_TEXT = 10_000
_MAX_CHARTS = 2


def validate_blocks(blocks: Json, surface: Surface) -> list[BlockError]:
    """What Slack would refuse of these blocks on this surface, with pointers from the array; [] when nothing."""
    errors = list(items(_any_block_of(surface), MAX_BLOCKS[surface], 0)(blocks, ""))
    if errors or not blocks:
        return errors
    together = [*_same_block_ids(blocks), *_same_action_ids(blocks)]
    return [*together, *_too_much(blocks)] if surface is Surface.MESSAGE else together


def _any_block_of(surface: Surface) -> Check:
    return kinds({name: kind.check for name, kind in KINDS.items() if surface in kind.surfaces})


def _same_block_ids(blocks: list[Json]) -> Errors:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            where = f"/{index}/block_id"
            yield failed(where, f"`block_id` {block_id} already exists", type="unique")
        if block_id:
            seen.add(block_id)


def _same_action_ids(blocks: list[Json]) -> Errors:
    for index, block in enumerate(blocks):
        ids = Counter(element["action_id"] for _, element in elements_of([block]) if element.get("action_id"))
        for action_id, count in ids.items():
            if count > 1:
                yield failed(f"/{index}", f"`action_id` {action_id} already exists", type="unique")


def _too_much(blocks: list[Json]) -> Iterable[BlockError]:
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > _MAX_MARKDOWN:
        yield failed("", f"must be less than {_MAX_MARKDOWN + 1} markdown characters", got=markdown)
    tables = sum(characters(block) for block in blocks if block["type"] in ("table", "data_table"))
    if tables > _MAX_TABLE_TEXT:
        yield failed("", f"must be less than {_MAX_TABLE_TEXT + 1} table characters", got=tables)
    charts = sum(block["type"] == "data_visualization" for block in blocks)
    if charts > _MAX_CHARTS:
        yield failed("", f"no more than {_MAX_CHARTS} data_visualization blocks allowed", got=charts)
    size = len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
    if size > MAX_MESSAGE_CHARACTERS:
        yield BlockError("", TOO_LONG, f"{size} characters of blocks", {"got": size})
