"""`/api/sku-mapping`: which listing a SKU is on each channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.errors import BadInput
from core.linking import ASIN, SHOPIFY_ID, listing_id
from core.service import Service
from core.stock import Level, check_sku
from webhooks.api.call import Call

FIELDS = {"asin": ("amazon", ASIN), "shopify": ("shopify", SHOPIFY_ID)}


async def show(service: Service, call: Call) -> Mapping[str, Any]:
    """The SKU's listings; null where none is linked."""
    return _mapping(await service.level(call.sku(), fresh=True))


async def link(service: Service, call: Call) -> Mapping[str, Any]:
    """Link a SKU to its ASIN, its Shopify inventory item, or both; an empty text forgets one."""
    fields = call.fields()
    sku = check_sku(fields.get("sku"))
    links = {channel: _id(fields[name], name, form) for name, (channel, form) in FIELDS.items() if name in fields}
    if not links:
        raise BadInput("body", f"must have {' or '.join(FIELDS)}")
    return _mapping(await service.link(sku, links))


def _id(value: object, name: str, form: str) -> str:
    if not isinstance(value, str) or (value and not re.fullmatch(form, value)):
        raise BadInput(name, f"must be text of the form {form}")
    return listing_id(FIELDS[name][0], value)


def _mapping(level: Level) -> Mapping[str, Any]:
    return {"sku": level.sku} | {name: level.links.get(channel) or None for name, (channel, _) in FIELDS.items()}
