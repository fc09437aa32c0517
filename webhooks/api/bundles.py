"""`/api/bundles`: SKUs that are made of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.bundles import Bundle
from core.errors import BadInput, NotFound
from core.service import Service
from core.stock import Part
from webhooks.answers import moment
from webhooks.api.call import Call


async def show_all(service: Service, _: Call) -> Mapping[str, Any]:
    """Every bundle."""
    await service.bundles.book.refresh()
    found = [bundle for bundle in service.bundles.book.bundles.by_sku.values() if bundle.parts]
    levels = await service.store.levels([bundle.sku for bundle in found]) if found else {}
    return {"items": [_shown(bundle, levels[bundle.sku].stock.broadcast) for bundle in found]}


async def show(service: Service, call: Call) -> Mapping[str, Any]:
    """What a SKU is made of, and how many of it that allows."""
    await service.bundles.book.refresh()
    bundle = service.bundles.book.bundles.by_sku.get(call.sku())
    if bundle is None or not bundle.parts:
        raise NotFound("bundle", call.sku())
    return await _with_level(service, bundle)


async def change(service: Service, call: Call) -> Mapping[str, Any]:
    """Say what a SKU is made of; selling it takes its parts from then on."""
    parts = call.fields().get("parts")
    if not isinstance(parts, list):
        raise BadInput("parts", "must be a list of objects with sku and units")
    return await _with_level(service, await service.bundle(call.sku(), [_part(each) for each in parts], call.actor))


async def forget(service: Service, call: Call) -> Mapping[str, Any]:
    """Make a bundle an ordinary SKU again, with nothing on hand."""
    return await _with_level(service, await service.unbundle(call.sku(), call.actor))


async def _with_level(service: Service, bundle: Bundle) -> Mapping[str, Any]:
    return _shown(bundle, (await service.level(bundle.sku, fresh=True)).stock.broadcast)


def _part(row: object) -> Part:
    if not isinstance(row, dict):
        raise BadInput("parts", "must be a list of objects with sku and units")
    return Part(row.get("sku", ""), row.get("units", 0))


def _shown(bundle: Bundle, broadcast: int) -> Mapping[str, Any]:
    return {
        "sku": bundle.sku,
        "parts": [{"sku": part.sku, "units": part.units} for part in bundle.parts],
        "broadcast": broadcast,
        "founded": bundle.founded,
        "by": bundle.actor,
        "at": moment(bundle.at),
    }
