"""Tasks that are sent home when the run is over."""

import asyncio

import pytest

from service.simulation.run.crew import open_crew, stopped_within


async def test_whoever_is_still_at_work_is_sent_home() -> None:
    async with open_crew() as crew:
        endless = crew.start(asyncio.Event().wait())
    assert endless.cancelled()


async def test_work_that_ended_is_not_waited_for() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    async with open_crew() as crew:
        await crew.start(work())
    assert done == [1]


async def test_work_that_fails_ends_the_run() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    async def run() -> None:
        async with open_crew() as crew:
            crew.start(work())
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as group:
        await run()
    assert group.value.subgroup(ZeroDivisionError) is not None


async def test_waiting_for_the_stop_has_a_limit() -> None:
    stop = asyncio.Event()
    assert not await stopped_within(stop, 0.01)
    stop.set()
    assert await stopped_within(stop, None)
