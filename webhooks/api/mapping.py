"""`/api/sku-mapping`: which listing a SKU is on each channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.errors import BadInput
from core.linking import form_of, listing_id
from core.ports import Marketplace
from core.service import Service
from core.stock import Level, check_sku
from webhooks.api.call import Call


async def show(service: Service, call: Call) -> Mapping[str, Any]:
    """The SKU's listings; null where none is linked."""
    return _mapping(service, await service.level(call.sku(), fresh=True))


async def link(service: Service, call: Call) -> Mapping[str, Any]:
    """Link a SKU to its listings on some of the channels; an empty text forgets one."""
    fields, known = call.fields(), _fields(service)
    sku = check_sku(fields.get("sku"))
    links = {known[name].name: _id(value, name, known[name]) for name, value in fields.items() if name in known}
    if not links:
        raise BadInput("body", f"must have {' or '.join(known)}")
    return _mapping(service, await service.link(sku, links))


def _fields(service: Service) -> Mapping[str, Marketplace]:
    return {form_of(channel).field: channel for channel in service.marketplaces.values()}


def _id(value: object, name: str, channel: Marketplace) -> str:
    pattern = form_of(channel).pattern
    if not isinstance(value, str) or (value and not re.fullmatch(pattern, value)):
        raise BadInput(name, f"must be text of the form {pattern}")
    return listing_id(channel, value)


def _mapping(service: Service, level: Level) -> Mapping[str, Any]:
    linked = {name: level.links.get(channel.name) or None for name, channel in _fields(service).items()}
    return {"sku": level.sku, **linked}
