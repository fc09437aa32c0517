"""Items of the Inventory table as stock and levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.channels import Arrears
from core.stock import LOW_AT, Level, Push, Stated, Stock, Told, read_tried, write_tried
from core.stores.dynamodb.context import shard
from core.stores.dynamodb.expressions import Expression
from core.stores.dynamodb.forms import FORM, FORM_NAME, fit
from core.stores.dynamodb.values import Item, Value, iso, number, number_of, text, text_of, texts, time_of, whole_of

DAY = 86_400
SOLD_DAYS = 30
OWN, CLAIM, LINK, MADE, TERM = "own_", "claim_", "link_", "made_", "term_"
_SOLD = "s_"  # thirty of them must fit into 1 KB with all the rest


def sold_name(day: int) -> str:
    """The attribute with the units sold on that day."""
    return f"{_SOLD}{day}"


def lay_out(expression: Expression, sku: str) -> None:
    """Give a row that may be new what every row has."""
    expression.set(text(shard(sku)), "shelf")
    expression.keep(number(FORM), FORM_NAME)
    expression.keep({"M": {}}, "lastBroadcast")


def stock_of(sku: str, item: Item | None) -> Stock:
    """The stock of the row (None: there is no row)."""
    if item is None:
        return Stock(sku)
    fit(item)
    return Stock(
        sku=sku,
        physical=whole_of(item, "physical"),
        buffer=whole_of(item, "buffer"),
        version=whole_of(item, "version"),
        low_at=whole_of(item, "lowAt", LOW_AT),
        counted_at=number_of(item, "countedAt") if "countedAt" in item else None,
        stated=Stated(*map(int, text_of(item, "stated").split())),
    )


def stated_value(stated: Stated) -> Value:
    """What somebody stated of each number, as the row keeps it."""
    return text(f"{stated.physical} {stated.buffer} {stated.low_at}")


def level_of(sku: str, item: Item | None, instance: str, now: float) -> Level:
    """The level of the row, as this instance sees it now."""
    if item is None:
        return Level(Stock(sku))
    oldest = int(now // DAY) - SOLD_DAYS
    return Level(
        stock=stock_of(sku, item),
        updated_at=time_of(item, "updatedAt"),
        told={channel: _told(value["M"]) for channel, value in _broadcasts(item).items()},
        own={channel: int(value["N"]) for channel, value in _named(item, OWN) if value["N"] != "0"},
        made={channel: float(value["N"]) for channel, value in _named(item, MADE)},
        terms={name: str(value["S"]) for name, value in _named(item, TERM)},
        links={channel: str(value["S"]) for channel, value in _named(item, LINK)},
        sold={day: units for day, units in _sold(item) if day > oldest},
        claimed=frozenset(ch for ch, _ in _named(item, CLAIM) if is_others(item, ch, instance, now)),
        ours=frozenset(ch for ch, _ in _named(item, CLAIM) if is_mine(item, ch, instance, now)),
        alert=text_of(item, "alertKind"),
    )


def outdated_days(item: Item, now: float) -> tuple[int, ...]:
    """The days whose sales the row need not keep any more."""
    oldest = int(now // DAY) - SOLD_DAYS
    return tuple(day for day, _ in _sold(item) if day <= oldest)


def claim_value(instance: str, until: float) -> Value:
    """A claim on telling a channel, held by the instance until then (epoch s)."""
    return text(f"{instance}|{until:.0f}")


def is_others(item: Item, channel: str, instance: str, now: float) -> bool:
    """Whether another instance is telling the channel at this moment."""
    holder, until = _claim(item, channel)
    return bool(holder) and holder != instance and until > now


def is_mine(item: Item, channel: str, instance: str, now: float) -> bool:
    """Whether this instance is telling the channel at this moment."""
    holder, until = _claim(item, channel)
    return holder == instance and until > now


def told_value(told: Told) -> Value:
    """What a channel was told, as `lastBroadcast` keeps it."""
    fields: dict[str, Value] = {
        "version": number(told.version),
        "at": text(iso(told.at)),
        "status": text(told.status.value),
        **texts({"error": told.error}),
    }
    if told.quantity is not None:
        fields["quantity"] = number(told.quantity)
    if told.owed_since:
        fields["owedSince"] = text(iso(told.owed_since))
    return {"M": fields | _doubts(told)}


def _doubts(told: Told) -> dict[str, Value]:
    fields: dict[str, Value] = texts({"tried": write_tried(told.tried)})
    if told.blind:
        fields["blind"] = {"BOOL": True}
    if told.ahead:
        fields["ahead"] = number(told.ahead)
    if told.low is not None:
        fields |= {"low": number(told.low), "lowSince": number(told.low_since)}
    return fields


def says(item: Item, told: Mapping[str, Told]) -> bool:
    """Whether the row has exactly this of each of the channels."""
    stored = _broadcasts(item)
    return all(stored.get(channel) == told_value(said) for channel, said in told.items())


def owed_to(item: Item) -> frozenset[str]:
    """The channels that are owed something."""
    return frozenset(channel for channel, value in _broadcasts(item).items() if _told(value["M"]).is_owed)


def arrears_of(item: Item) -> dict[str, Arrears]:
    """What each channel is owed of this row."""
    found: dict[str, Arrears] = {}
    for channel, value in _broadcasts(item).items():
        told = _told(value["M"])
        if told.status is Push.OWED:
            found[channel] = Arrears(1, 0, told.owed_since, told.error)
        elif told.status is Push.REFUSED:
            found[channel] = Arrears(refused=1)
    return found


def own_units(item: Item, channel: str) -> int:
    """The units of the channel's own orders since it was last told."""
    return whole_of(item, OWN + channel)


def _broadcasts(item: Item) -> Mapping[str, Value]:
    found: Mapping[str, Value] = item.get("lastBroadcast", {"M": {}})["M"]
    return found


def _told(fields: Item) -> Told:
    return Told(
        quantity=whole_of(fields, "quantity") if "quantity" in fields else None,
        version=whole_of(fields, "version"),
        at=time_of(fields, "at"),
        status=Push(text_of(fields, "status")),
        error=text_of(fields, "error"),
        owed_since=time_of(fields, "owedSince"),
        blind="blind" in fields,
        ahead=whole_of(fields, "ahead"),
        low=whole_of(fields, "low") if "low" in fields else None,
        low_since=number_of(fields, "lowSince"),
        tried=read_tried(text_of(fields, "tried")),
    )


def _claim(item: Item, channel: str) -> tuple[str, float]:
    holder, _, until = text_of(item, CLAIM + channel).rpartition("|")
    return holder, float(until or 0)


def _sold(item: Item) -> Iterator[tuple[int, int]]:
    return ((int(day), int(value["N"])) for day, value in _named(item, _SOLD))


def _named(item: Item, prefix: str) -> Iterator[tuple[str, Value]]:
    return ((name.removeprefix(prefix), value) for name, value in item.items() if name.startswith(prefix))
