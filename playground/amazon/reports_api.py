"""Reports API 2021-06-30."""

from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from playground.amazon.gateway import Gateway, Json, invalid_input, not_found, read_body
from playground.amazon.reports import KINDS, Reports
from playground.amazon.seller import Seller
from playground.amazon.vault import Vault
from playground.bucket import Rate
from playground.times import utc

PATH = "/reports/2021-06-30"


class ReportsApi:
    """The operations on reports and their documents."""

    def __init__(self, reports: Reports, vault: Vault, seller: Seller) -> None:
        self._reports = reports
        self._vault = vault
        self._seller = seller

    def routes(self, gateway: Gateway) -> list[BaseRoute]:
        """All of them, at their own rates."""
        table = (
            ("POST", "/reports", Rate(0.0167, 15), self._create, HTTPStatus.ACCEPTED),
            ("GET", "/reports/{report_id}", Rate(2, 15), self._get, HTTPStatus.OK),
            ("GET", "/documents/{document_id}", Rate(0.0167, 15), self._document, HTTPStatus.OK),
        )
        return [
            Route(PATH + path, gateway.operation(rate, operate, status=status), methods=[method])
            for method, path, rate, operate, status in table
        ]

    async def _create(self, request: Request) -> Json:
        body = await read_body(request)
        kind = body.get("reportType")
        if kind not in KINDS or body.get("marketplaceIds") != [self._seller.settings.marketplace_id]:
            raise invalid_input("reportType or marketplaceIds is not valid")
        now = self._seller.clock()
        since, until = (_moment(body.get(name), now) for name in ("dataStartTime", "dataEndTime"))
        if until > now:
            raise invalid_input("dataEndTime is in the future")
        return {"reportId": self._reports.create(str(kind), since, until).id}

    async def _get(self, request: Request) -> Json:
        self._reports.settle()
        report = self._reports.all.get(request.path_params["report_id"])
        if report is None:
            raise not_found("There is no such report")
        shown: Json = {
            "reportId": report.id,
            "reportType": report.kind,
            "createdTime": utc(report.created_at),
            "processingStatus": report.status,
        }
        return shown | ({"reportDocumentId": report.document_id} if report.document_id else {})

    async def _document(self, request: Request) -> Json:
        document = self._vault.find(request.path_params["document_id"])
        if document is None:
            raise not_found("There is no such document")
        found: Json = {"reportDocumentId": document.id, "url": self._vault.address(document, str(request.base_url))}
        return found | ({"compressionAlgorithm": "GZIP"} if document.packed else {})


def _moment(value: object, otherwise: float) -> float:
    if value is None:
        return otherwise
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        raise invalid_input("a time is not valid") from None
