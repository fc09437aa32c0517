"""A marketplace is one row: a toy one, defined here and nowhere else, is a full channel of the app."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import orjson
import pytest

from app import create_app
from core.errors import BadSignature
from core.linking import ListingForm
from core.marketplaces.plug import Plug, World
from core.messages import Message
from core.orders.facts import LineFact, OrderFacts
from core.ports import Pushed, Want
from core.variables import Given, Secret, Variable
from parts import World as RealWorld
from plugs import PLUGS
from settings import VARIABLES, Settings, SettingsError
from tests.core.stand_ins import until

KEY = {"authorization": "Bearer letmein"}


@dataclass
class Bazaar:
    """A toy marketplace: a shared secret, orders of one line, and shelves that show what they are told."""

    secret: str
    shows: dict[str, int] = field(default_factory=dict)
    name: str = "bazaar"
    batch: int = 10
    at_once: int = 1
    can_push: bool = True
    listing_form: ListingForm = field(default_factory=lambda: ListingForm("stall", "[0-9]{1,9}", "a number", "stall-"))

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("x-bazaar-secret") != self.secret:
            raise BadSignature("the secret is wrong")

    def parse(self, headers: Mapping[str, str], body: bytes, now: float) -> Sequence[Message]:
        said = orjson.loads(body)
        line = LineFact("1", said["sku"], said["units"])
        return [OrderFacts(self.name, said["id"], "order", updated_at=1.0, lines=(line,))]

    async def push(self, wants: Sequence[Want]) -> Sequence[Pushed]:
        self.shows |= {want.listing or want.sku: want.quantity for want in wants}
        return [Pushed(want.sku, ok=True, listing=want.listing) for want in wants]

    async def fetch_order(self, order_id: str) -> OrderFacts | None:
        return None

    async def sku_of(self, listing: str) -> str:
        return ""

    async def close(self) -> None:
        """There is nothing to let go of."""


@dataclass(frozen=True)
class Town:
    """A running app that has the toy beside the real marketplaces."""

    bazaar: Bazaar
    client: httpx2.AsyncClient

    async def order(self, order_id: str, units: int, secret: str = "sesame") -> httpx2.Response:
        body = {"id": order_id, "sku": "MUG", "units": units}
        return await self.client.post("/webhook/bazaar", json=body, headers={"x-bazaar-secret": secret})


@asynccontextmanager
async def open_town(folder: Path) -> AsyncIterator[Town]:
    made: list[Bazaar] = []

    def make(given: Given, _: World) -> Bazaar:
        made.append(Bazaar(given.secret("BAZAAR_SECRET")))
        return made[-1]

    row = Variable("BAZAAR_SECRET", "", "What the bazaar sends along", Secret, secret=True)
    env = {
        "SYNCSTATE_DATA_DIR": str(folder),
        "SYNCSTATE_API_TOKENS": "me:admin:letmein",
        "SYNCSTATE_DIGEST_CRON": "off",
        "BAZAAR_SECRET": "sesame",
    }
    settings = Settings.from_env(env, (*PLUGS, Plug("bazaar", (row,), make)))
    app = create_app(settings, RealWorld())
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://sync.test", headers=KEY) as client,
    ):
        yield Town(made[0], client)


async def test_a_new_marketplace_has_its_door_is_told_levels_and_shows_among_the_channels(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.client.put("/api/inventory/MUG", json={"physical": 50, "buffer": 5})
        await until(lambda: town.bazaar.shows == {"MUG": 45})

        assert (await town.order("1", 3)).json()["inventoryAfter"] == {"MUG": 47}
        assert (await town.order("1", 3)).json()["status"] == "duplicate"
        assert (await town.order("2", 3, "guessed")).status_code == 401

        channels = (await town.client.get("/api/channels")).json()["channels"]
        assert "bazaar" in [channel["channel"] for channel in channels]
        described = (await town.client.get("/api/openapi.json")).json()
        assert "/webhook/bazaar" in described["paths"]


async def test_a_new_marketplace_can_be_linked_by_its_own_kind_of_id(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.client.put("/api/inventory/MUG", json={"physical": 50})
        wrong = await town.client.post("/api/sku-mapping", json={"sku": "MUG", "stall": "by the well"})
        assert (wrong.status_code, "[0-9]{1,9}" in wrong.json()["error"]["message"]) == (400, True)

        linked = await town.client.post("/api/sku-mapping", json={"sku": "MUG", "stall": "12"})

        assert linked.json()["stall"] == "stall-12"
        await until(lambda: town.bazaar.shows.get("stall-12") == 50)


def test_its_settings_are_read_and_needed_as_all_others_are() -> None:
    rows = (Variable("BAZAAR_SECRET", "", "A secret", Secret, secret=True), Variable("BAZAAR_URL", "", "An address"))
    plug = Plug(
        "bazaar", rows, lambda given, _: Bazaar(given.secret("BAZAAR_SECRET")), (("BAZAAR_URL", (rows[0].name,)),)
    )

    with pytest.raises(SettingsError, match=r"^BAZAAR_SECRET must be set because BAZAAR_URL is$"):
        Settings.from_env({"BAZAAR_URL": "x"}, [plug])

    settings = Settings.from_env({"BAZAAR_SECRET": "s3cret"}, [plug])
    assert settings.given.secret("BAZAAR_SECRET") == "s3cret"
    assert "s3cret" not in repr(settings)


def test_no_two_marketplaces_share_a_name_or_a_variable() -> None:
    names = [plug.name for plug in PLUGS]
    assert len(set(names)) == len(names)
    assert len({row.name for row in VARIABLES}) == len(VARIABLES)
