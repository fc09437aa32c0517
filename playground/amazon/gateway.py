"""What every operation of the Selling Partner API has: a token that is checked, a rate, and answers in one shape."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response

from playground.amazon.seller import Seller
from playground.bucket import Bucket, Rate
from playground.faults import Fault

Json: TypeAlias = dict[str, object]
Operate: TypeAlias = Callable[[Request], Awaitable[Json]]


class ApiError(Exception):
    """An answer in the SP-API error shape."""

    def __init__(self, status: HTTPStatus, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"errors": [{"code": code, "message": message, "details": details}]}


def denied(details: str) -> ApiError:
    """403, with why."""
    return ApiError(HTTPStatus.FORBIDDEN, "Unauthorized", "Access to requested resource is denied.", details)


def invalid_input(message: str) -> ApiError:
    """400, with what is wrong."""
    return ApiError(HTTPStatus.BAD_REQUEST, "InvalidInput", message)


def not_found(message: str) -> ApiError:
    """404."""
    return ApiError(HTTPStatus.NOT_FOUND, "NOT_FOUND", message)


async def read_body(request: Request) -> Json:
    """The JSON object of a request; InvalidInput for anything else."""
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise invalid_input("Request has missing or invalid parameters and cannot be parsed.")
    return body


class Gateway:
    """The way in to the operations of `seller`, each within its own token bucket."""

    def __init__(self, seller: Seller) -> None:
        self._seller = seller

    def operation(
        self, rate: Rate, operate: Operate, *, status: HTTPStatus = HTTPStatus.OK, grantless: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for one operation; `grantless`: it takes a token of the application, not of the seller."""
        return self.within(Bucket(rate, self._seller.clock), operate, status=status, grantless=grantless)

    def within(
        self, bucket: Bucket, operate: Operate, *, status: HTTPStatus = HTTPStatus.OK, grantless: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """The same for a bucket that others look at."""

        async def answer(request: Request) -> Response:
            try:
                self._admit(request, bucket, grantless=grantless)
                body = await operate(request)
            except ApiError as error:
                return self._respond(error.body, error.status, bucket)
            return self._respond(body, status, bucket)

        return answer

    def _admit(self, request: Request, bucket: Bucket, *, grantless: bool) -> None:
        denial = self._seller.login.refuses(request.headers.get("x-amz-access-token", ""), grantless=grantless)
        if denial is not None:
            raise denied(denial)
        if self._seller.faults.strikes(Fault.THROTTLED) or not bucket.take(1):
            text = "You exceeded your quota for the requested resource."
            raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "QuotaExceeded", text)

    def _respond(self, body: Mapping[str, object], status: HTTPStatus, bucket: Bucket) -> Response:
        headers = {
            "x-amzn-RequestId": self._seller.ids.uuid(),
            "x-amzn-RateLimit-Limit": str(float(bucket.rate.restored)),
        }
        return Response(orjson.dumps(body), status, headers=headers, media_type="application/json")
