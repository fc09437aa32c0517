"""Listings Items 2021-08-01: read, search and patch listings."""

from collections.abc import Callable, Sequence
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from playground.amazon.gateway import Gateway, Json, denied, invalid_input, not_found
from playground.amazon.listings import AMAZON_STOCK, OWN_STOCK, Listing
from playground.amazon.patches import MalformedError, apply_patches, find_issues, read_patches
from playground.amazon.seller import Seller
from playground.times import utc

PREFIX = "/listings/2021-08-01/items/"
PREVIEW = "VALIDATION_PREVIEW"
MOST_PAGED = 1_000
MOST_ON_A_PAGE = 20
MOST_IDENTIFIERS = 20


class ListingsApi:
    """The three operations on listings, each within its own token bucket."""

    def __init__(self, seller: Seller, gateway: Gateway) -> None:
        self._seller = seller
        self.get = gateway.within(seller.reads, self._get)
        self.patch = gateway.within(seller.patches, self._patch)
        self.search = gateway.within(seller.searches, self._search)

    async def answer(self, request: Request) -> Response:
        """Answer patchListingsItem, getListingsItem or searchListingsItems."""
        if request.method == "PATCH":
            return await self.patch(request)
        is_one = "/" in request.url.path.partition(PREFIX)[2]
        return await (self.get(request) if is_one else self.search(request))

    def _find(self, request: Request) -> Listing:
        self._check_seller(request)
        _, sku = _path_parts(request)
        if not sku or "/" in sku:
            raise denied("The resource does not exist.")
        listing = self._seller.listings.get(unquote(sku))
        marketplaces = _marketplaces(request)
        if listing is None or self._seller.settings.marketplace_id not in marketplaces:
            raise not_found(f"SKU '{unquote(sku)}' not found in marketplace {','.join(marketplaces)}")
        return listing

    def _check_seller(self, request: Request) -> None:
        if _path_parts(request)[0] != self._seller.settings.seller_id:
            raise denied("The seller has not authorized the application.")
        if not _marketplaces(request):
            raise invalid_input("Missing required parameter: marketplaceIds")
        self._seller.settle()

    async def _search(self, request: Request) -> Json:
        self._check_seller(request)
        query = request.query_params
        size, start = int(query.get("pageSize", "10")), int(query.get("pageToken", "0"))
        found = self._matching(request)
        if not 1 <= size <= MOST_ON_A_PAGE:
            raise invalid_input("Invalid pageSize")
        answer: Json = {"numberOfResults": len(found)}
        answer["items"] = [self._shown(listing, request) for listing in found[start : start + size]]
        if start + size < min(len(found), MOST_PAGED):
            answer["pagination"] = {"nextToken": str(start + size)}
        return answer

    def _matching(self, request: Request) -> list[Listing]:
        if self._seller.settings.marketplace_id not in _marketplaces(request):
            return []
        if "identifiers" not in request.query_params:
            return list(self._seller.listings.values())
        # Split as it was sent: a comma in an identifier cannot be told from one between two of them.
        wanted = request.query_params["identifiers"].split(",")
        if len(wanted) > MOST_IDENTIFIERS or request.query_params.get("identifiersType") != "SKU":
            raise invalid_input("Invalid identifiers")
        return [self._seller.listings[sku] for sku in wanted if sku in self._seller.listings]

    async def _get(self, request: Request) -> Json:
        return self._shown(self._find(request), request)

    def _shown(self, listing: Listing, request: Request) -> Json:
        wanted = request.query_params.get("includedData", "summaries").split(",")
        unknown = [name for name in wanted if name not in DATA_SETS]
        if unknown:
            raise invalid_input(f"Invalid includedData: {unknown[0]}")
        marketplace_id = self._seller.settings.marketplace_id
        answer: Json = {"sku": listing.sku}
        return answer | {name: DATA_SETS[name](listing, marketplace_id) for name in wanted}

    async def _patch(self, request: Request) -> Json:
        listing = self._find(request)
        try:
            patches = read_patches(_parse(await request.body()))
        except MalformedError as error:
            raise invalid_input(str(error)) from error
        issues = find_issues(patches)
        preview = request.query_params.get("mode") == PREVIEW
        submission_id = self._seller.ids.uuid().replace("-", "")
        status = "INVALID" if issues else "VALID"
        if not issues and not preview:
            patched = apply_patches(listing.entries, patches)
            submission_id = self._seller.submit(listing.sku, patched.entries, patched.quantity)
            status = "ACCEPTED"
        return {"sku": listing.sku, "status": status, "submissionId": submission_id, "issues": issues}


def _marketplaces(request: Request) -> list[str]:
    return [name for name in request.query_params.get("marketplaceIds", "").split(",") if name]


def _path_parts(request: Request) -> tuple[str, str]:
    """Return seller id and SKU from the path as it was sent: an unencoded slash is another resource."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    seller_id, _, sku = raw.decode("ascii").partition("?")[0].partition(PREFIX)[2].partition("/")
    return unquote(seller_id), sku


def _parse(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _summaries(listing: Listing, marketplace_id: str) -> Sequence[Json]:
    return [
        {
            "marketplaceId": marketplace_id,
            "asin": listing.asin,
            "productType": listing.product_type,
            "conditionType": "new_new",
            "status": ["BUYABLE"] if listing.live or listing.fba else [],
            "itemName": listing.title,
            "createdDate": utc(listing.created_at),
            "lastUpdatedDate": utc(listing.updated_at),
        }
    ]


def _attributes(listing: Listing, marketplace_id: str) -> Json:
    entries = [{**entry, "marketplace_id": marketplace_id} for entry in listing.entries]
    return {"fulfillment_availability": entries}


def _availability(listing: Listing, _marketplace_id: str) -> Sequence[Json]:
    own: Json = {"fulfillmentChannelCode": OWN_STOCK, "quantity": listing.live}
    return [own] if listing.fba is None else [own, {"fulfillmentChannelCode": AMAZON_STOCK, "quantity": listing.fba}]


def _product_types(listing: Listing, marketplace_id: str) -> Sequence[Json]:
    return [{"marketplaceId": marketplace_id, "productType": listing.product_type}]


DATA_SETS: dict[str, Callable[[Listing, str], object]] = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": lambda *_: [],
    "offers": lambda *_: [],
    "fulfillmentAvailability": _availability,
    "procurement": lambda *_: [],
    "relationships": lambda *_: [],
    "productTypes": _product_types,
}
