"""Every store lets one caller take each run of a job, and keeps small notes."""

import asyncio

from core.ports import Store
from tests.core.stores.places import START, Place

LEASE = 60.0


async def test_a_run_is_taken_once(store: Store) -> None:
    assert await store.claim_job("digest", START, "one", START, LEASE)
    assert not await store.claim_job("digest", START, "two", START, LEASE)
    assert not await store.claim_job("digest", START, "one", START + 1, LEASE)


async def test_runs_of_other_times_and_jobs_are_others(store: Store) -> None:
    assert await store.claim_job("digest", START, "one", START, LEASE)
    assert await store.claim_job("digest", START + 0.5, "one", START, LEASE)
    assert await store.claim_job("sweep", START, "one", START, LEASE)


async def test_of_many_callers_one_takes_the_run(store: Store) -> None:
    found = await asyncio.gather(*(store.claim_job("digest", START, f"o{n}", START, LEASE) for n in range(20)))

    assert found.count(True) == 1


async def test_a_run_is_taken_over_when_its_lease_ran_out(store: Store) -> None:
    await store.claim_job("digest", START, "one", START, LEASE)

    assert not await store.claim_job("digest", START, "two", START + LEASE - 1, LEASE)
    assert await store.claim_job("digest", START, "two", START + LEASE, LEASE)


async def test_a_finished_run_never_runs_again(store: Store) -> None:
    await store.claim_job("digest", START, "one", START, LEASE)
    await store.finish_job("digest", START, "one")
    await store.finish_job("digest", START, "one")

    assert not await store.claim_job("digest", START, "two", START + 10 * LEASE, LEASE)


async def test_who_lost_the_run_cannot_finish_it(store: Store) -> None:
    await store.claim_job("digest", START, "one", START, LEASE)
    await store.claim_job("digest", START, "two", START + LEASE, LEASE)

    await store.finish_job("digest", START, "one")

    assert await store.claim_job("digest", START, "three", START + 2 * LEASE, LEASE)


async def test_finishing_a_run_that_nobody_took_does_nothing(store: Store) -> None:
    await store.finish_job("digest", START, "one")

    assert await store.claim_job("digest", START, "one", START, LEASE)


async def test_a_note_is_kept_and_replaced(place: Place) -> None:
    store = await place.instance()
    assert await store.note("cursor") is None

    await store.save_note("cursor", b"one")
    await store.save_note("cursor", b"\x00two\xff")
    await store.save_note("other", b"")
    await store.close()

    again = await place.instance("two")
    assert await again.note("cursor") == b"\x00two\xff"
    assert await again.note("other") == b""
