"""`/api/inventory`: what is on hand, and setting it; `/api/buffer`: the part that is held back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import BadInput
from core.service import Service
from core.stock import MAX_BUFFER, MAX_QUANTITY, Level
from webhooks.answers import moment
from webhooks.api.call import Call, listing, whole
from webhooks.api.ledger import show_return

NEWEST_RETURNS = 5


async def show(service: Service, call: Call) -> Mapping[str, Any]:
    """One SKU's row with its newest returns; an unknown one has zeros and `"known": false`."""
    return await _with_returns(service, await service.level(call.sku(), fresh=call.fresh()))


async def show_all(service: Service, call: Call) -> Mapping[str, Any]:
    """Every SKU's row, page by page."""
    cursor, limit = call.paging("inventory")
    return listing("inventory", await service.list_levels(cursor, limit), show_level)


async def change(service: Service, call: Call) -> Mapping[str, Any]:
    """Set what is on hand, held back, or called low; once for its Idempotency-Key. The row after it."""
    sku, fields = call.sku(), call.fields()
    physical = whole(fields, "physical", MAX_QUANTITY)
    buffer = whole(fields, "buffer", MAX_BUFFER)
    low_at = whole(fields, "low_at", MAX_QUANTITY)
    if physical is None and buffer is None and low_at is None:
        raise BadInput("body", "must have physical, buffer or low_at")
    await service.adjust(sku, call.actor, physical=physical, buffer=buffer, low_at=low_at, key=call.key("stock"))
    return await _with_returns(service, await service.level(sku, fresh=True))


async def show_buffer(service: Service, call: Call) -> Mapping[str, Any]:
    """How much of a SKU is held back."""
    return _buffer(await service.level(call.sku(), fresh=call.fresh()))


async def change_buffer(service: Service, call: Call) -> Mapping[str, Any]:
    """Set how much of a SKU is held back; once for its Idempotency-Key."""
    sku, fields = call.sku(), call.fields()
    if "bufferQty" not in fields:
        raise BadInput("bufferQty", "is missing")
    await service.adjust(sku, call.actor, buffer=whole(fields, "bufferQty", MAX_BUFFER), key=call.key("buffer"))
    return _buffer(await service.level(sku, fresh=True))


def show_level(level: Level) -> Mapping[str, Any]:
    """A level as JSON."""
    stock = level.stock
    return {
        "sku": stock.sku,
        "known": stock.managed,
        "physical": stock.physical,
        "buffer": stock.buffer,
        "broadcast": stock.broadcast,
        "version": stock.version,
        "low_at": stock.low_at,
        "updatedAt": moment(level.updated_at),
        "lastBroadcast": {
            channel: {
                "quantity": told.quantity,
                "version": told.version,
                "at": moment(told.at),
                "status": told.status,
            }
            for channel, told in level.told.items()
        },
    }


async def _with_returns(service: Service, level: Level) -> Mapping[str, Any]:
    newest = await service.returns(level.sku, limit=NEWEST_RETURNS)
    return {**show_level(level), "returns": [show_return(row) for row in newest.items]}


def _buffer(level: Level) -> Mapping[str, Any]:
    stock = level.stock
    return {
        "sku": stock.sku,
        "bufferQty": stock.buffer,
        "physical": stock.physical,
        "buffer": stock.buffer,
        "broadcast": stock.broadcast,
    }
