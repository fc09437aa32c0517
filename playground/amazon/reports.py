"""Reports: made some time after they are asked for, as tab-separated text of the seller's returns and listings."""

import gzip
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from playground.amazon.orders import FulfilledBy
from playground.amazon.seller import Seller
from playground.amazon.vault import Vault
from playground.times import utc

FBA_RETURNS = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
MFN_RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"


@dataclass(slots=True)
class Report:
    """A report that was asked for, of the time between, ready at `ends`."""

    id: str
    kind: str
    created_at: float
    since: float
    until: float
    ends: float
    status: str = "IN_QUEUE"
    document_id: str = ""


class Reports:
    """The reports of one seller; `working` is the seconds that each takes, `ends_as` how those with rows end."""

    def __init__(self, seller: Seller, vault: Vault) -> None:
        self._seller = seller
        self._vault = vault
        self.working = 0.0
        self.ends_as = "DONE"
        self.all: dict[str, Report] = {}

    def create(self, kind: str, since: float, until: float) -> Report:
        """Begin with a report."""
        now = self._seller.clock()
        report = Report(self._seller.ids.digits(11), kind, now, since, until, now + self.working)
        self.all[report.id] = report
        return report

    def settle(self) -> None:
        """Finish every report that is due; one without rows is cancelled."""
        for report in self.all.values():
            if report.status == "IN_QUEUE" and self._seller.clock() >= report.ends:
                rows = KINDS[report.kind](self._seller, report)
                report.status = self.ends_as if rows else "CANCELLED"
                if rows and report.status == "DONE":
                    report.document_id = self._store(report.kind, rows)

    def _store(self, kind: str, rows: Sequence[Sequence[str]]) -> str:
        text = "\r\n".join("\t".join(row) for row in (COLUMNS[kind], *rows)) + "\r\n"
        if kind == MFN_RETURNS:
            return self._vault.put("text/plain; charset=Cp1252", text.encode("cp1252", "replace")).id
        packed = gzip.compress(text.encode())
        return self._vault.put("text/plain;charset=UTF-8", packed, packed=True).id


COLUMNS = {
    FBA_RETURNS: (
        "return-date",
        "order-id",
        "sku",
        "asin",
        "fnsku",
        "product-name",
        "quantity",
        "fulfillment-center-id",
        "detailed-disposition",
        "reason",
        "status",
        "license-plate-number",
        "customer-comments",
    ),
    MFN_RETURNS: (
        "Order ID",
        "Order date",
        "Return request date",
        "Return request status",
        "Amazon RMA ID",
        "ASIN",
        "Merchant SKU",
        "Item Name",
        "Return quantity",
        "Return Reason",
        "Return delivery date",
    ),
    LISTINGS: ("item-name", "listing-id", "seller-sku", "price", "quantity", "asin1", "fulfillment-channel", "status"),
}


def _fba_rows(seller: Seller, report: Report) -> list[Sequence[str]]:
    found = (each for each in seller.returned if each.fulfilled_by is FulfilledBy.AFN)
    return [
        (
            utc(each.at),
            each.order_id,
            each.sku,
            "B000000000",
            "X000000000",
            f"“{each.sku}”",
            str(each.quantity),
            "PHX7",
            each.disposition,
            each.reason,
            "Unit returned to inventory",
            each.plate,
            "",
        )
        for each in found
        if report.since <= each.at <= report.until
    ]


def _mfn_rows(seller: Seller, report: Report) -> list[Sequence[str]]:
    found = (each for each in seller.returned if each.fulfilled_by is FulfilledBy.MFN)
    return [
        (
            each.order_id,
            utc(each.at),
            utc(each.at),
            each.status,
            each.rma,
            "B000000000",
            each.sku,
            f"Größe {each.sku}",
            str(each.quantity),
            each.reason,
            utc(each.at) if each.delivered else "",
        )
        for each in found
        if report.since <= each.at <= report.until
    ]


def _listing_rows(seller: Seller, _report: Report) -> list[Sequence[str]]:
    seller.settle()
    return list(_listing_lines(seller))


def _listing_lines(seller: Seller) -> Iterable[Sequence[str]]:
    for listing in seller.listings.values():
        own = listing.fba is None
        channel, quantity = ("DEFAULT", str(listing.live)) if own else ("AMAZON_NA", "")
        yield (listing.title, "0710X", listing.sku, "9.99", quantity, listing.asin, channel, "Active")


KINDS: dict[str, Callable[[Seller, Report], list[Sequence[str]]]] = {
    FBA_RETURNS: _fba_rows,
    MFN_RETURNS: _mfn_rows,
    LISTINGS: _listing_rows,
}
