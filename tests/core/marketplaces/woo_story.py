"""Stories of a WooCommerce order, drawn by Hypothesis and lived through in the stand-in, and what it told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import orjson
from hypothesis import strategies as st

from core.marketplaces.woocommerce.api import Node
from playground.errors import RefusedError
from playground.ids import Ids
from playground.woocommerce.orders import Order
from playground.woocommerce.payloads import order_json, refund_json
from playground.woocommerce.settings import SiteSettings
from playground.woocommerce.site import Site
from tests.core.marketplaces.support import NOON, SECRET

START = 1_000
HOLDS = frozenset({"processing", "on-hold", "completed", "refunded"})
Event = Callable[["Story"], object]


@dataclass
class Story:
    """One order in a shop whose clock the story moves; `told` are the webhooks as (topic, body)."""

    now: float = NOON
    site: Site = field(init=False)
    order_id: int = 0
    told: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site = Site(SiteSettings("ck", "cs", SECRET), lambda: self.now, Ids(Random(1)))
        for sku in ("A", "B"):
            self.site.add_product(sku, START)

    @property
    def order(self) -> Order:
        """As it is now."""
        return self.site.orders[self.order_id]

    @property
    def held(self) -> int:
        """The units that are away from the shelf, or promised."""
        order = self.order
        held = 0
        for line in order.lines:
            lost = max(0, order.refunded(line.id) - line.restocked)
            sent = order.status == "trash" and order.completed_at is not None
            held += line.quantity - line.restocked if order.status in HOLDS or sent else 0
            held += lost if order.status in ("cancelled", "failed", "trash") and not sent else 0
        return held

    def happen(self, event: Event, seconds: int) -> None:
        """Let it happen, so many seconds after what was before it; what the shop does not allow does not happen."""
        self.now += seconds
        try:
            event(self)
        except RefusedError:
            return
        self.told += [(each.topic, each.body) for each in self.site.outbox.take_all() if each.topic.startswith("order")]

    def answer(self, *, settled: bool = True) -> tuple[Node, list[Node], float]:
        """What the REST API says of the order now, of its refunds, and of the time."""
        order = self.order
        body = order_json(order, self.site.products)
        refunds: list[Node] = [refund_json(order, each) for each in order.refunds]
        return orjson.loads(orjson.dumps(body)), refunds, self.now + (60 if settled else 0)


def _status(status: str) -> Event:
    return lambda story: story.order.status == "trash" or story.site.set_status(story.order_id, status)


def _refund(number: int, units: int, restock: bool) -> Event:
    def event(story: Story) -> object:
        line = story.order.lines[number % len(story.order.lines)]
        return story.site.refund(story.order_id, {line.id: units}, restock=restock)

    return event


def _edit(number: int, units: int) -> Event:
    def event(story: Story) -> object:
        if len(story.order.lines) == 1 or story.order.refunds:
            return None
        return story.site.edit(story.order_id, story.order.lines[number % len(story.order.lines)].id, units)

    return event


def _trash(story: Story) -> object:
    return story.site.trash(story.order_id) if story.order.status != "trash" else story.site.restore(story.order_id)


EVENTS = st.one_of(
    st.builds(_status, st.sampled_from(["pending", "processing", "on-hold", "completed", "cancelled", "failed"])),
    st.builds(_refund, st.integers(0, 2), st.integers(1, 3), st.booleans()),
    st.builds(_edit, st.integers(0, 2), st.integers(0, 4)),
    st.just(_trash),
)


@st.composite
def stories(draw: st.DrawFn, *, apart: int = 1) -> Story:
    """An order of 1 to 3 lines and up to 7 events, each at least so many seconds apart."""
    story = Story()
    items = draw(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5)), min_size=1, max_size=3))
    story.order_id = story.site.buy(items, draw(st.sampled_from(["pending", "processing", "on-hold"]))).id
    story.happen(lambda _: None, 0)
    for event in draw(st.lists(EVENTS, max_size=7)):
        story.happen(event, draw(st.integers(apart, 3)))
    return story
