"""Every store shows its levels: one, all of them page by page, and those that moved."""

from core.ports import Store
from tests.core.stores.places import START, Place
from tests.core.stores.samples import commit, counted, ordered, returned

LATER = START + 60
DAY = 86_400


async def test_a_level_tells_when_it_changed_and_what_was_sold(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 50, START))
    place.clock.turn(60)
    await commit(store, ordered("1", {"A": 3}, LATER), ordered("2", {"A": 4}, LATER, "amazon"))
    tomorrow = place.clock.turn(DAY)
    await commit(store, ordered("3", {"A": 5}, tomorrow), returned("A", 1, tomorrow, "r1"))

    level = (await store.levels(["A"]))["A"]

    today = int(START // DAY)
    assert level.updated_at == tomorrow
    assert level.sold == {today: 7, today + 1: 5}
    assert level.own == {"shopify": 8, "amazon": 4}


async def test_what_was_sold_over_a_month_ago_is_forgotten(place: Place) -> None:
    store = await place.instance()
    await commit(store, counted("A", 50, START), ordered("1", {"A": 3}, LATER))
    later = place.clock.turn(32 * DAY)
    await commit(store, ordered("2", {"A": 4}, later))

    level = (await store.levels(["A"]))["A"]

    days = {day: units for day, units in level.sold.items() if day > int(later // DAY) - 30}
    assert days == {int(later // DAY): 4}


async def test_a_glance_shows_the_same_level(store: Store) -> None:
    await commit(store, counted("A", 50, START), ordered("1", {"A": 3}, LATER))
    await store.link("A", {"amazon": "B0"})

    assert await store.glance("A") == (await store.levels(["A"]))["A"]
    assert (await store.glance("NEW")) == (await store.levels(["NEW"]))["NEW"]


async def test_links_are_remembered_and_forgotten_one_by_one(store: Store) -> None:
    await store.link("A", {"amazon": "B0", "shopify": "gid://shopify/InventoryItem/1"})
    await commit(store, counted("A", 50, START))
    await store.link("A", {"amazon": ""})

    level = (await store.levels(["A"]))["A"]
    assert level.links == {"shopify": "gid://shopify/InventoryItem/1"}
    assert (level.stock.physical, level.stock.version) == (50, 1)


async def test_a_link_is_put_only_in_the_place_of_the_one_that_was_seen(store: Store) -> None:
    assert await store.link("A", {"amazon": "B0"}, {"amazon": ""})
    assert not await store.link("A", {"amazon": "B9"}, {"amazon": ""})
    assert not await store.link("A", {"amazon": "B9"}, {"amazon": "B1"})
    assert (await store.levels(["A"]))["A"].links == {"amazon": "B0"}

    assert await store.link("A", {"amazon": "B9"}, {"amazon": "B0"})
    assert (await store.levels(["A"]))["A"].links == {"amazon": "B9"}


async def test_a_link_does_not_make_a_sku_managed(store: Store) -> None:
    await store.link("A", {"amazon": "B0"})

    level = (await store.levels(["A"]))["A"]
    assert (level.stock.managed, level.stock.physical, level.stock.version) == (False, 0, 0)


async def test_the_open_alert_is_noted_on_the_level(store: Store) -> None:
    await commit(store, counted("A", 0, START))

    await store.flag_alert("A", "out_of_stock")
    noted = await store.glance("A")
    await store.flag_alert("A", "")

    assert noted.alert == "out_of_stock"
    assert noted.stock.version == 1
    assert (await store.glance("A")).alert == ""


async def test_a_flag_on_an_unknown_sku_makes_no_row(store: Store) -> None:
    await store.flag_alert("NEW", "out_of_stock")

    assert (await store.list_levels("", 10)).items == ()


async def test_all_levels_come_page_by_page_each_once(store: Store) -> None:
    skus = [f"SKU {number}" for number in range(30)]
    await commit(store, *(counted(sku, number, START) for number, sku in enumerate(skus)))

    seen: list[str] = []
    sizes: list[int] = []
    cursor = ""
    for turn in range(10):
        page = await store.list_levels(cursor, 7)
        seen += [level.sku for level in page.items]
        sizes.append(len(page.items))
        if turn == 1:
            await commit(store, ordered("1", {"SKU 3": 1}, LATER))
        cursor = page.cursor
        if not cursor:
            break

    assert sorted(seen) == sorted(skus)
    assert max(sizes) == 7
    assert seen == [level.sku for level in (await store.list_levels("", 100)).items]
    first = await store.list_skus("", 20)
    assert [*first.items, *(await store.list_skus(first.cursor, 20)).items] == seen


async def test_skus_that_moved_since_a_day_are_named(place: Place) -> None:
    store = await place.instance()
    await commit(store, *(counted(f"A{number}", 9, START) for number in range(12)))
    tomorrow = place.clock.turn(DAY)
    await commit(store, ordered("1", {"A3": 1, "A7": 1}, tomorrow))

    today = int(START // DAY)
    assert sorted(await store.moved_since(today)) == sorted(f"A{number}" for number in range(12))
    assert sorted(await store.moved_since(today + 1)) == ["A3", "A7"]
    assert await store.moved_since(today + 2) == []


async def test_a_store_that_is_open_answers(store: Store) -> None:
    await store.ping()
