"""Reports that Amazon makes when asked; source: Reports API 2021-06-30."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote

from core.errors import ChannelError
from core.marketplaces.amazon.api import SellingPartner
from core.marketplaces.amazon.documents import Documents
from core.marketplaces.amazon.names import CHANNEL
from core.marketplaces.amazon.operations import CREATE_REPORT, GET_REPORT, GET_REPORT_DOCUMENT

_PATH = "/reports/2021-06-30"
_FIRST_LOOK, _LONGEST_LOOK = 5.0, 60.0
_GIVEN_UP = 2 * 3_600.0
_PAGE = 500


class Made(StrEnum):
    """How far a report is; EMPTY: there was nothing to report."""

    NOT_YET = "not yet"
    DONE = "done"
    EMPTY = "empty"
    FAILED = "failed"


_STATES = {"IN_QUEUE": Made.NOT_YET, "IN_PROGRESS": Made.NOT_YET, "DONE": Made.DONE, "CANCELLED": Made.EMPTY}


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of one seller in `marketplace_id`; `clock` gives epoch seconds, `sleep` waits."""

    api: SellingPartner
    documents: Documents
    marketplace_id: str
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    async def ask(self, kind: str, since: float | None = None, until: float | None = None) -> str:
        """Have a report made, of the time between (epoch s) where that matters; its id. ChannelError."""
        body: dict[str, object] = {"reportType": kind, "marketplaceIds": [self.marketplace_id]}
        if since is not None:
            body["dataStartTime"] = iso(since)
        if until is not None:
            body["dataEndTime"] = iso(until)
        report_id = (await self.api.read(CREATE_REPORT, "POST", f"{_PATH}/reports", body)).get("reportId")
        if not isinstance(report_id, str) or not report_id:
            raise ChannelError(CHANNEL, "createReport gave no report")
        return report_id

    async def look(self, report_id: str) -> tuple[Made, str]:
        """How far the report is, and the id of its document once it is done. ChannelError."""
        said = await self.api.read(GET_REPORT, "GET", f"{_PATH}/reports/{quote(report_id, safe='')}")
        status, document = said.get("processingStatus"), said.get("reportDocumentId")
        state = _STATES.get(status, Made.FAILED) if isinstance(status, str) else Made.FAILED
        return state, document if isinstance(document, str) else ""

    async def rows(self, document_id: str) -> AsyncIterator[Sequence[Mapping[str, str]]]:
        """The rows of a tab-separated report, 500 at a time, by the names of its columns (see `column`)."""
        document = await self.api.read(GET_REPORT_DOCUMENT, "GET", f"{_PATH}/documents/{quote(document_id, safe='')}")
        names: Sequence[str] = ()
        page: list[Mapping[str, str]] = []
        async for line in self.documents.lines(document):
            fields = line.split("\t")
            if not names:
                names = [column(name) for name in fields]
            elif line.strip():
                page.append(dict(zip(names, (field.strip() for field in fields), strict=False)))
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page

    async def made(self, kind: str) -> AsyncIterator[Sequence[Mapping[str, str]]]:
        """The rows of a report that is asked for now, once it is there: some minutes. ChannelError."""
        report_id, wait, until = await self.ask(kind), _FIRST_LOOK, self.clock() + _GIVEN_UP
        state, document_id = Made.NOT_YET, ""
        while state is Made.NOT_YET:
            if self.clock() > until:
                raise ChannelError(CHANNEL, f"the report {kind} is not made after {_GIVEN_UP / 3600:.0f} hours")
            await self.sleep(wait)
            wait = min(_LONGEST_LOOK, wait * 1.5)
            state, document_id = await self.look(report_id)
        if state is Made.FAILED:
            raise ChannelError(CHANNEL, f"the report {kind} could not be made")
        if state is Made.DONE:
            async for page in self.rows(document_id):
                yield page


def column(name: str) -> str:
    """A column's name in one spelling: `Merchant SKU` and `merchant-sku` are the same."""
    return "-".join(name.strip().strip('"').lower().replace("_", " ").replace("-", " ").split())


def iso(at: float) -> str:
    """A moment (epoch s) as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
