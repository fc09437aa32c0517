"""No path but export and full reconcile ever reads a whole table."""

from dataclasses import replace

from core.alerts import resolved
from core.stock import Push, Told
from tests.core.stores.engines import Engine
from tests.core.stores.meter import Meter
from tests.core.stores.places import CHANNELS, START, Clock, dynamo_store, fresh_prefix
from tests.core.stores.samples import added, commit, counted, low, ordered, returned

LATER = START + 60


async def test_nothing_is_ever_scanned(ministack: Engine) -> None:
    meter, client = Meter(), ministack.connect()
    meter.watch(client)
    store = dynamo_store(client, Clock(), fresh_prefix())
    await store.open()

    await commit(store, counted("A", 50, START), ordered("1", {"A": 1, "B": 1}, LATER), returned("A", 1, LATER, "r1"))
    await commit(store, added("A", -1, LATER, "take"))
    await store.claim(["A", "B"], CHANNELS)
    await store.settle("A", 4, {"amazon": Told(None, 4, LATER, Push.OWED)}, {})
    await store.link("A", {"amazon": "B0"})
    await store.flag_alert("A", "stock_low")
    for question in (
        store.ping(),
        store.levels(["A", "B"]),
        store.glance("A"),
        store.list_levels("", 10),
        store.moved_since(int(START // 86_400)),
        store.owed("amazon", "", 10),
        store.history("A", "", 10),
        store.returns("A", "", 10),
        store.unfinished(LATER, 10),
        store.save_alert(low("a1")),
        store.alert("a1"),
        store.open_alert("stock#A"),
        store.list_alerts("", "", 10),
        store.list_alerts("warning", "", 10),
        store.untold_alerts(10),
        store.save_alert(resolved(replace(low("a1"), revision=1), "", LATER)),
        store.claim_job("digest", START, "one", START, 60),
        store.finish_job("digest", START, "one"),
        store.save_note("n", b"1"),
        store.note("n"),
    ):
        await question
    await store.close()

    assert set(meter.calls) == {
        "BatchGetItem",
        "BatchWriteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateItem",
    }


async def test_a_page_of_levels_reads_no_more_of_the_index_than_it_shows(ministack: Engine) -> None:
    meter, client = Meter(), ministack.connect()
    meter.watch(client)
    store = dynamo_store(client, Clock(), fresh_prefix())
    await store.open()
    await commit(store, *(counted(f"A{number}", 1, START) for number in range(40)))
    meter.reset()

    assert len((await store.list_levels("", 2)).items) == 2

    assert meter.calls == ["Query", "BatchGetItem"]
    await store.close()
