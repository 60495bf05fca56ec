"""The loop itself: virtual time, frozen hosts, an order from the seed."""

import asyncio
import contextvars
import random

import pytest

from tests.simulation.loop import HOST, StalledError, VirtualLoop, nap
from tests.simulation.trace import Trace


def run(main, *, seed=0):
    """Run `main(loop, say)` on a loop of this seed; return what was said, with its time."""
    trace = Trace()
    loop = VirtualLoop(rng=random.Random(seed), trace=trace)
    said = []
    loop.run_until_complete(main(loop, lambda what: said.append((round(loop.time(), 3), what))))
    return said, trace.hash


async def three_who_wait(loop, say):
    async def wait(number):
        await asyncio.sleep(3_600.0)
        say(number)

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(wait(number))


def test_an_hour_passes_at_once():
    said, _ = run(three_who_wait)
    assert {at for at, _ in said} == {3_600.0}


def test_the_seed_says_who_is_first():
    orders = {
        tuple(number for _, number in run(three_who_wait, seed=seed)[0]) for seed in range(30)
    }
    assert len(orders) > 3
    assert run(three_who_wait, seed=5) == run(three_who_wait, seed=5)


def test_who_is_frozen_does_nothing_until_it_is_thawed():
    async def main(loop, say):
        async def work():
            for number in range(3):
                await asyncio.sleep(1.0)
                say(number)

        context = contextvars.copy_context()
        context.run(HOST.set, "api-0")
        task = loop.create_task(work(), context=context)
        await asyncio.sleep(1.5)
        loop.freeze("api-0")
        await asyncio.sleep(10.0)
        loop.thaw("api-0")
        await task

    assert run(main)[0] == [(1.0, 0), (11.5, 1), (12.5, 2)]


@pytest.mark.parametrize("seed", range(5))
def test_a_nap_is_a_sleep_step_by_step(seed):
    """Also for who is woken early, and for who is frozen meanwhile."""

    def resting_by(rest):
        async def main(loop, say):
            async def work(number):
                for _ in range(3):
                    await rest(1.0)
                    say(number)

            context = contextvars.copy_context()
            context.run(HOST.set, "api-0")
            tasks = [loop.create_task(work(n), context=context) for n in range(3)]
            await rest(0.5)
            loop.freeze("api-0")
            await rest(5.0)
            loop.thaw("api-0")
            await rest(0.5)
            tasks[1].cancel()
            await asyncio.wait(tasks)

        return main

    assert run(resting_by(nap), seed=seed) == run(resting_by(asyncio.sleep), seed=seed)


def test_a_timeout_is_virtual():
    async def main(_, say):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5.0):
                await asyncio.sleep(60.0)
        say("late")

    assert run(main)[0] == [(5.0, "late")]


def test_a_world_in_which_nothing_can_happen_any_more_stops():
    async def main(loop, _):
        await loop.create_future()

    with pytest.raises(StalledError):
        run(main)


def test_many_who_are_woken_at_once_come_in_one_order():
    """A set has an order of its own in each process; the trace must not show it."""

    async def main(loop, say):
        async def wait(event, number):
            await event.wait()
            say(number)

        events = [asyncio.Event() for _ in range(20)]
        tasks = [loop.create_task(wait(event, n)) for n, event in enumerate(events)]
        await asyncio.sleep(1.0)
        for event in set(events):
            event.set()
        await asyncio.gather(*tasks)

    assert len({run(main, seed=1)[1] for _ in range(5)}) == 1
