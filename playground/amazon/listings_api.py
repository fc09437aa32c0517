"""Listings Items 2021-08-01: read and patch one listing."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from playground.amazon.listings import AMAZON_STOCK, OWN_STOCK, Listing
from playground.amazon.patches import MalformedError, apply_patches, find_issues, read_patches
from playground.amazon.seller import Seller
from playground.bucket import Bucket
from playground.faults import Fault
from playground.times import utc

Json: TypeAlias = dict[str, object]

PREFIX = "/listings/2021-08-01/items/"
PREVIEW = "VALIDATION_PREVIEW"


class ApiError(Exception):
    """An answer in the SP-API error shape."""

    def __init__(self, status: HTTPStatus, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"errors": [{"code": code, "message": message, "details": details}]}


class ListingsApi:
    """The two operations, each within its own token bucket."""

    def __init__(self, seller: Seller) -> None:
        self._seller = seller

    async def answer(self, request: Request) -> Response:
        """Answer GET (getListingsItem) or PATCH (patchListingsItem)."""
        operate = self._patch if request.method == "PATCH" else self._get
        bucket = self._seller.patches if request.method == "PATCH" else self._seller.reads
        try:
            self._admit(request, bucket)
            listing = self._find(request)
            answer = await operate(listing, request)
        except ApiError as error:
            return self._respond(error.body, error.status, bucket)
        return self._respond(answer, HTTPStatus.OK, bucket)

    def _admit(self, request: Request, bucket: Bucket) -> None:
        denial = self._seller.login.refuses(request.headers.get("x-amz-access-token", ""))
        if denial is not None:
            raise _denied(denial)
        if self._seller.faults.strikes(Fault.THROTTLED) or not bucket.take(1):
            text = "You exceeded your quota for the requested resource."
            raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "QuotaExceeded", text)

    def _find(self, request: Request) -> Listing:
        seller_id, sku = _path_parts(request)
        settings = self._seller.settings
        if seller_id != settings.seller_id:
            raise _denied("The seller has not authorized the application.")
        marketplaces = [name for name in request.query_params.get("marketplaceIds", "").split(",") if name]
        if not marketplaces:
            raise _invalid_input("Missing required parameter: marketplaceIds")
        self._seller.settle()
        listing = self._seller.listings.get(sku)
        if listing is None or settings.marketplace_id not in marketplaces:
            text = f"SKU '{sku}' not found in marketplace {','.join(marketplaces)}"
            raise ApiError(HTTPStatus.NOT_FOUND, "NOT_FOUND", text)
        return listing

    async def _get(self, listing: Listing, request: Request) -> Json:
        wanted = request.query_params.get("includedData", "summaries").split(",")
        unknown = [name for name in wanted if name not in DATA_SETS]
        if unknown:
            raise _invalid_input(f"Invalid includedData: {unknown[0]}")
        marketplace_id = self._seller.settings.marketplace_id
        answer: Json = {"sku": listing.sku}
        return answer | {name: DATA_SETS[name](listing, marketplace_id) for name in wanted}

    async def _patch(self, listing: Listing, request: Request) -> Json:
        try:
            patches = read_patches(_parse(await request.body()))
        except MalformedError as error:
            raise _invalid_input(str(error)) from error
        issues = find_issues(patches)
        preview = request.query_params.get("mode") == PREVIEW
        submission_id = self._seller.ids.uuid().replace("-", "")
        status = "INVALID" if issues else "VALID"
        if not issues and not preview:
            patched = apply_patches(listing.entries, patches)
            submission_id = self._seller.submit(listing.sku, patched.entries, patched.quantity)
            status = "ACCEPTED"
        return {"sku": listing.sku, "status": status, "submissionId": submission_id, "issues": issues}

    def _respond(self, body: Mapping[str, object], status: HTTPStatus, bucket: Bucket) -> Response:
        headers = {
            "x-amzn-RequestId": self._seller.ids.uuid(),
            "x-amzn-RateLimit-Limit": str(float(bucket.rate.restored)),
        }
        return Response(orjson.dumps(body), status, headers=headers, media_type="application/json")


def _path_parts(request: Request) -> tuple[str, str]:
    """Return seller id and SKU from the path as it was sent: an unencoded slash is another resource."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    seller_id, _, sku = raw.decode("ascii").partition("?")[0].partition(PREFIX)[2].partition("/")
    if not sku or "/" in sku:
        raise _denied("The resource does not exist.")
    return unquote(seller_id), unquote(sku)


def _parse(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _denied(details: str) -> ApiError:
    return ApiError(HTTPStatus.FORBIDDEN, "Unauthorized", "Access to requested resource is denied.", details)


def _invalid_input(message: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, "InvalidInput", message)


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
