"""Every store that several instances may share commits each change exactly once, whichever of them is told."""

import asyncio
from random import Random

from core.changes import Outcome, Status
from tests.core.stores.places import START, Place
from tests.core.stores.samples import added, commit, counted, ordered, physical, try_commit

LATER = START + 60


async def test_two_instances_apply_every_message_once(shared_place: Place) -> None:
    pair = [await shared_place.instance("one"), await shared_place.instance("two")]
    await commit(pair[0], counted("A", 500, START), counted("B", 500, START))
    told = [ordered(str(number), {"A": 1, "B": 2}, LATER) for number in range(20)] * 3
    Random(7).shuffle(told)

    groups = [told[start : start + 5] for start in range(0, 60, 5)]
    found = await asyncio.gather(*(try_commit(pair[index % 2], *group) for index, group in enumerate(groups)))

    statuses = [result.status for results in found for result in results if isinstance(result, Outcome)]
    assert (statuses.count(Status.APPLIED), statuses.count(Status.DUPLICATE)) == (20, 40)
    assert await physical(pair[0], "A", "B") == [480, 460]


async def test_two_instances_never_take_more_than_there_is(shared_place: Place) -> None:
    pair = [await shared_place.instance("one"), await shared_place.instance("two")]
    await commit(pair[0], counted("A", 5, START))

    takes = [added("A", -1, LATER, f"take {number}") for number in range(8)]
    found = await asyncio.gather(*(try_commit(pair[index % 2], take) for index, take in enumerate(takes)))

    assert sum(isinstance(result, Outcome) for results in found for result in results) == 5
    assert await physical(pair[1], "A") == [0]


async def test_an_order_sees_the_count_that_another_instance_made(shared_place: Place) -> None:
    one, two = await shared_place.instance("one"), await shared_place.instance("two")
    await commit(one, ordered("early", {"A": 1}, START))
    await commit(two, counted("A", 50, LATER))

    await commit(one, ordered("late", {"A": 3}, LATER + 60))

    assert await physical(one, "A") == [47]
