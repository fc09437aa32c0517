"""Setting one listing's quantity; source: Listings Items 2021-08-01, patchListingsItem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

import httpx2
import orjson

from core.errors import ChannelError
from core.marketplaces.amazon.access import AmazonAccess
from core.marketplaces.amazon.api import SellingPartner, read_errors
from core.marketplaces.amazon.names import CHANNEL, OWN_STOCK
from core.marketplaces.amazon.operations import PATCH_LISTING
from core.marketplaces.bodies import table
from core.ports import Pushed, Want

PRODUCT_TYPE = "PRODUCT"


async def patch(api: SellingPartner, access: AmazonAccess, want: Want) -> Pushed:
    """Set the quantity; ACCEPTED means that Amazon took it, not yet that it shows it. ChannelError."""
    path = f"{items_path(access)}/{segment(want.sku)}?{marketplaces(access)}"
    body = {"productType": PRODUCT_TYPE, "patches": patches(want)}
    return _read_answer(want, await api.call(PATCH_LISTING, "PATCH", path, body))


def items_path(access: AmazonAccess) -> str:
    """The path of the seller's listings."""
    return f"/listings/2021-08-01/items/{quote(access.seller_id, safe='')}"


def marketplaces(access: AmazonAccess) -> str:
    """The one marketplace as a query."""
    return f"marketplaceIds={quote(access.marketplace_id, safe='')}"


def segment(sku: str) -> str:
    """The SKU as one segment of a path; dots alone would be taken for a way up."""
    return quote(sku, safe="").replace(".", "%2E") if not sku.strip(".") else quote(sku, safe="")


def patches(want: Want) -> list[Mapping[str, object]]:
    """What sets the quantity and nothing else of the listing."""
    entry = {"fulfillment_channel_code": OWN_STOCK, "quantity": want.quantity}
    # Merge, for replace would drop the lead time and the restock date.
    return [{"op": "merge", "path": "/attributes/fulfillment_availability", "value": [entry]}]


def refused(want: Want, reason: str) -> Pushed:
    """Amazon will not take it until a person acts."""
    return Pushed(want.sku, ok=False, error=reason, listing=want.listing, final=True)


def _read_answer(want: Want, answer: httpx2.Response) -> Pushed:
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return replace(refused(want, "no listing with this SKU"), unlisted=True)
    try:
        said = table(orjson.loads(answer.content))
    except orjson.JSONDecodeError:
        raise ChannelError(CHANNEL, "its answer is not JSON") from None
    if not answer.is_success:
        return refused(want, read_errors(said, "errors"))
    if said.get("status") == "INVALID":
        return refused(want, read_errors(said, "issues"))
    if said.get("status") not in ("ACCEPTED", "VALID"):
        raise ChannelError(CHANNEL, "it did not say whether the quantity was accepted")
    return Pushed(want.sku, ok=True, listing=want.listing)
