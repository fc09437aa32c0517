"""Stock lists as files: CSV, and the JSON of the older stores; every line is taken or refused with its reason."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.errors import BadInput
from core.stock import MAX_BUFFER, MAX_QUANTITY, Level, check_sku, check_whole

COLUMNS = ("sku", "physical", "buffer", "low_at")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One SKU's stock as a file gives it, on `line`; a field that the file leaves out is None."""

    line: int
    sku: str
    physical: int | None = None
    buffer: int | None = None
    low_at: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, and why."""

    line: int
    sku: str
    reason: str


def text_of(content: bytes) -> str:
    """The text of a file; BadInput where it is not UTF-8, as what a spreadsheet saves at first is not."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("file", "is not UTF-8 text; save it as CSV UTF-8, or convert it with iconv") from None


def read(text: str) -> Iterator[Row | Refusal]:
    """The rows of a CSV with a header (sku, physical, buffer, low_at), or of JSON `{"SKU": {"physical": n, ...}}`.

    What `aws dynamodb scan` prints is such JSON too: `{"Items": [{"sku": {"S": ...}, "physical": {"N": ...}}]}`.
    BadInput when it is none of these. A SKU that comes twice is refused the second time.
    """
    text = text.removeprefix("\ufeff")
    rows = _json_rows(text) if text.lstrip().startswith("{") else _csv_rows(text)
    seen: dict[str, int] = {}
    for line, fields in rows:
        taken = _take(line, fields)
        if isinstance(taken, Row):
            if taken.sku in seen:
                taken = Refusal(line, taken.sku, f"the SKU is already on line {seen[taken.sku]}")
            else:
                seen[taken.sku] = line
        yield taken


def write(levels: Iterable[Level]) -> Iterator[str]:
    """The lines of a CSV that `read` takes back; texts that a spreadsheet would run are kept from it."""
    yield ",".join(COLUMNS) + "\r\n"
    for level in levels:
        stock = level.stock
        line = io.StringIO()
        csv.writer(line).writerow([_inert(stock.sku), stock.physical, stock.buffer, stock.low_at])
        yield line.getvalue()


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [name.strip().lower() for name in reader.fieldnames or []]
    if "sku" not in names or not {"physical", "buffer", "low_at"} & set(names):
        raise BadInput("file", f"needs a first line that names its columns: {', '.join(COLUMNS)}")
    reader.fieldnames = names
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise BadInput("file", f"line {reader.line_num + 1} is not CSV: {error}") from error


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("file", f"is not JSON: {error}") from error
    scanned = data.get("Items")
    named = map(_scanned, scanned) if isinstance(scanned, list) else data.items()
    for line, (sku, fields) in enumerate(named, start=1):
        known = fields if isinstance(fields, dict) else {}
        yield line, {"physical": None, **{name: known.get(name) for name in COLUMNS[1:]}, "sku": sku}


def _scanned(item: object) -> tuple[object, Mapping[str, object]]:
    """The SKU and fields of an item in DynamoDB's JSON."""
    typed = item if isinstance(item, dict) else {}
    plain = {name: next(iter(value.values()), None) for name, value in typed.items() if isinstance(value, dict)}
    return plain.get("sku"), plain


def _take(line: int, fields: Mapping[str, object]) -> Row | Refusal:
    given = fields.get("sku")
    sku = _live(given.strip()) if isinstance(given, str) else ""
    try:
        row = Row(
            line=line,
            sku=check_sku(sku),
            physical=_number(fields, "physical", MAX_QUANTITY),
            buffer=_number(fields, "buffer", MAX_BUFFER),
            low_at=_number(fields, "low_at", MAX_QUANTITY),
        )
    except BadInput as error:
        return Refusal(line, sku, str(error))
    if row.physical is None and row.buffer is None and row.low_at is None:
        return Refusal(line, sku, "it says no physical, buffer or low_at")
    return row


def _number(fields: Mapping[str, object], name: str, most: int) -> int | None:
    value = fields.get(name)
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        value = int(text) if _WHOLE.fullmatch(text) else text
    return None if value is None else check_whole(value, name, 0, most)


def _inert(sku: str) -> str:
    return f"'{sku}" if sku.startswith((*_FORMULA, "'")) else sku


def _live(sku: str) -> str:
    return sku[1:] if sku.startswith("'") and sku[1:].startswith((*_FORMULA, "'")) else sku
