"""Returns reports: asked for on schedule, each row once, nothing put on the shelf by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from core.marketplaces.amazon.return_rows import FBA, MFN, Reader
from core.marketplaces.amazon.returns_desk import ReturnsDesk
from core.messages import Ignored, Message, Refused
from core.returns.change import ReturnChange
from playground.amazon.orders import FulfilledBy
from playground.amazon.seller import Returned
from playground.faults import Fault
from tests.core.marketplaces.support import NOON, SellerWorld, open_seller

HOURS = 3_600.0
MIND = Returned("A", 1, "902-1", NOON - HOURS, FulfilledBy.MFN, rma="RMA1")
THEIRS = Returned("A", 1, "902-2", NOON - HOURS, FulfilledBy.AFN, "CUSTOMER_DAMAGED", plate="LPN1")


@dataclass
class Books:
    """What a desk remembers and what it told."""

    notes: dict[str, bytes] = field(default_factory=dict)
    told: list[Message] = field(default_factory=list)

    async def note(self, name: str) -> bytes | None:
        return self.notes.get(name)

    async def save_note(self, name: str, value: bytes) -> None:
        self.notes[name] = value

    async def receive(self, channel: str, messages: Sequence[Message]) -> None:
        assert channel == "amazon"
        self.told += messages

    def desk(self, world: SellerWorld) -> ReturnsDesk:
        return ReturnsDesk(world.amazon.reports, self.note, self.save_note, self.receive, world.time.clock)

    def returns(self) -> list[ReturnChange]:
        return [each for each in self.told if isinstance(each, ReturnChange)]


async def test_returns_are_asked_for_and_read_once_the_reports_are_made() -> None:
    async with open_seller() as world:
        world.seller.returned += [MIND, THEIRS]
        world.office.reports.working = 400.0
        books = Books()
        for _ in range(3):
            await books.desk(world).step()
            world.time.at += 300
        found = {each.order_id: each for each in books.returns()}
        assert (found["902-1"].fulfilled_by, found["902-1"].disposition) == ("MFN", "NOT_INSPECTED")
        assert (found["902-2"].fulfilled_by, found["902-2"].disposition) == ("AFN", "CUSTOMER_DAMAGED")
        assert not any(each.ruling.restock for each in books.returns())
        assert len(world.sent("POST", "/reports")) == 2


async def test_they_are_asked_for_again_after_six_hours_and_say_the_same_by_the_same_keys() -> None:
    async with open_seller() as world:
        world.seller.returned += [MIND, THEIRS]
        books = Books()
        for _ in range(2):
            await books.desk(world).step()
            await books.desk(world).step()
            world.time.at += 6 * HOURS
        keys = [each.key for each in books.returns()]
        assert len(keys) == 4
        assert len(set(keys)) == 2


async def test_another_instance_goes_on_where_one_stopped() -> None:
    async with open_seller() as world:
        world.seller.returned.append(MIND)
        books = Books()
        await books.desk(world).step()
        await Books(notes=books.notes, told=books.told).desk(world).step()
        assert len(books.returns()) == 1
        assert len(world.sent("POST", "/reports")) == 2


async def test_the_first_time_looks_two_days_back_and_never_more_than_the_ledger_remembers() -> None:
    async with open_seller() as world:
        world.seller.returned.append(Returned("A", 1, "902-0", NOON - 72 * HOURS, FulfilledBy.MFN, rma="OLD"))
        books = Books()
        for _ in range(140):
            await books.desk(world).step()
            await books.desk(world).step()
            world.time.at += 6 * HOURS
        assert not books.returns()
        assert {call.status for call in world.sent("POST", "/reports")} == {202}
        spans = [report.until - report.since for report in world.office.reports.all.values()]
        assert (min(spans), max(spans)) == (48 * HOURS, 28 * 24 * HOURS)


async def test_a_report_that_cannot_be_made_harms_no_other_and_is_asked_for_later() -> None:
    async with open_seller() as world:
        world.seller.returned += [MIND, THEIRS]
        world.office.reports.ends_as = "FATAL"
        books = Books()
        await books.desk(world).step()
        await books.desk(world).step()
        world.office.reports.ends_as = "DONE"
        assert not books.told
        world.time.at += 6 * HOURS
        await books.desk(world).step()
        await books.desk(world).step()
        assert len(books.returns()) == 2


async def test_while_amazon_is_down_nothing_is_lost() -> None:
    async with open_seller() as world:
        world.seller.returned.append(MIND)
        books = Books()
        await books.desk(world).step()
        world.seller.faults.switch_on(Fault.OFFLINE)
        await books.desk(world).step()
        world.seller.faults.switch_off(Fault.OFFLINE)
        await books.desk(world).step()
        assert len(books.returns()) == 1


FBA_ROW = {
    "return-date": "2026-11-20T10:00:00+00:00",
    "order-id": "902-2",
    "sku": "A",
    "fnsku": "X1",
    "quantity": "1",
    "detailed-disposition": "SELLABLE",
    "reason": "UNWANTED_ITEM",
    "status": "Unit returned to inventory",
    "license-plate-number": "LPN1",
}
MFN_ROW = {
    "order-id": "902-1",
    "return-request-date": "20-Nov-2026",
    "return-request-status": "Approved",
    "amazon-rma-id": "RMA1",
    "merchant-sku": "A",
    "return-quantity": "2",
    "return-reason": "CR-DEFECTIVE",
    "return-delivery-date": "",
}


def key_of(kind: str, row: dict[str, str]) -> str:
    (change,) = Reader(kind).read([row], NOON)
    assert isinstance(change, ReturnChange)
    return change.key


@pytest.mark.parametrize("later", [{"status": "Reimbursed"}, {"customer-comments": "x"}, {"product-name": "new"}])
def test_an_fba_row_stays_the_same_return_whatever_else_is_written_to_it(later: dict[str, str]) -> None:
    assert key_of(FBA, FBA_ROW) == key_of(FBA, FBA_ROW | later)


@pytest.mark.parametrize("later", [{"return-delivery-date": "25-Nov-2026"}, {"return-request-status": "Closed"}])
def test_an_mfn_row_stays_the_same_return_from_the_request_on(later: dict[str, str]) -> None:
    assert key_of(MFN, MFN_ROW) == key_of(MFN, MFN_ROW | later)


@pytest.mark.parametrize("other", [{"license-plate-number": "LPN2"}, {"order-id": "902-3"}, {"sku": "B"}])
def test_another_units_row_is_another_return(other: dict[str, str]) -> None:
    assert key_of(FBA, FBA_ROW) != key_of(FBA, FBA_ROW | other)


def test_rows_that_are_alike_are_as_many_returns_each_time() -> None:
    row = FBA_ROW | {"license-plate-number": ""}
    first, again = (Reader(FBA).read([row, row], NOON) for _ in range(2))
    assert first == again
    assert len({each.key for each in first if isinstance(each, ReturnChange)}) == 2


def test_a_region_that_names_the_order_otherwise_is_understood() -> None:
    row = {name: text for name, text in FBA_ROW.items() if name != "order-id"} | {"amazon-order-id": "902-2"}
    assert key_of(FBA, FBA_ROW) == key_of(FBA, row)


def test_an_unknown_disposition_is_left_to_people() -> None:
    (change,) = Reader(FBA).read([FBA_ROW | {"detailed-disposition": "MYSTERY"}], NOON)
    assert isinstance(change, ReturnChange)
    assert change.ruling.alert == "manual_review"


@pytest.mark.parametrize(("delivered", "word"), [("", "ANNOUNCED"), ("25-Nov-2026", "NOT_INSPECTED")])
def test_a_sellers_own_return_is_reviewed_by_people(delivered: str, word: str) -> None:
    (change,) = Reader(MFN).read([MFN_ROW | {"return-delivery-date": delivered}], NOON)
    assert isinstance(change, ReturnChange)
    assert (change.disposition, change.quantity, change.ruling.alert) == (word, 2, "manual_review")


def test_a_return_that_was_not_granted_is_none() -> None:
    (message,) = Reader(MFN).read([MFN_ROW | {"return-request-status": "Denied"}], NOON)
    assert isinstance(message, Ignored)


@pytest.mark.parametrize("spoilt", [{"quantity": ""}, {"quantity": "x"}, {"quantity": "0"}, {"sku": ""}])
def test_a_row_that_can_never_be_applied_is_refused_once(spoilt: dict[str, str]) -> None:
    first, again = (Reader(FBA).read([FBA_ROW | spoilt], NOON) for _ in range(2))
    assert first == again
    assert isinstance(first[0], Refused)
