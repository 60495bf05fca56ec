"""The line of a class: bounded in who is served, who waits and how long."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api import line as line_module
from service.api.line import Line, lines_of
from service.api.priority import Limits
from service.domain.errors import OverloadedError

PATIENT = Limits(served_count_max=1, waiting_count_max=2, wait_s_max=60.0)
HURRIED = Limits(served_count_max=1, waiting_count_max=2, wait_s_max=0.01)


async def queue_up(line, count):
    """Return the tasks of so many who wait in the line, in this order."""
    tasks = [asyncio.create_task(line.enter()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_who_finds_too_many_waiting_is_refused_at_once():
    line = Line(PATIENT)
    await line.enter()
    waiting = await queue_up(line, 2)
    with pytest.raises(OverloadedError):
        line.check()
    with pytest.raises(OverloadedError):
        await line.enter()
    for _ in range(3):
        line.leave()
    await asyncio.gather(*waiting)


async def test_who_waits_too_long_is_refused_and_its_place_is_not_lost():
    line = Line(HURRIED)
    await line.enter()
    with pytest.raises(OverloadedError):
        await line.enter()
    line.leave()
    await line.enter()


async def test_who_has_waited_longest_is_next():
    line = Line(PATIENT)
    await line.enter()
    first, second = await queue_up(line, 2)
    line.leave()
    await first
    assert not second.done()
    line.leave()
    await second


async def test_a_turn_that_comes_too_late_is_not_begun(monkeypatch):
    now_s = 1_000.0
    monkeypatch.setattr(line_module, "monotonic_s", lambda: now_s)
    line = Line(PATIENT)
    await line.enter()
    (waiting,) = await queue_up(line, 1)
    now_s += PATIENT.wait_s_max + 1.0  # the loop was held up
    line.leave()
    with pytest.raises(OverloadedError):
        await waiting
    await line.enter()  # the place is free again


async def test_who_goes_away_while_waiting_takes_no_place():
    line = Line(PATIENT)
    await line.enter()
    gone, staying = await queue_up(line, 2)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    line.leave()
    await staying


async def test_nobody_is_begun_while_a_line_that_goes_first_is_full(monkeypatch):
    monkeypatch.setattr(line_module, "monotonic_s", lambda: 1_000.0)  # and never still
    first, second, third = lines_of((PATIENT, PATIENT, PATIENT))
    await second.enter()  # the first is empty
    await first.enter()
    (decision,) = await queue_up(first, 1)
    (change,), (read,) = await queue_up(second, 1), await queue_up(third, 1)
    second.leave()
    first.leave()
    await decision
    await asyncio.sleep(0)
    assert not change.done()
    first.leave()
    await change
    await asyncio.sleep(0)
    assert not read.done()
    second.leave()
    await read


async def test_a_line_that_stands_still_holds_nobody_up(monkeypatch):
    now_s = 1_000.0
    monkeypatch.setattr(line_module, "monotonic_s", lambda: now_s)
    monkeypatch.setattr(line_module, "STILL_S", 0.001)
    first, second, third = lines_of((PATIENT, PATIENT, PATIENT))
    await first.enter()  # and it waits for a lock
    (change,), (read,) = await queue_up(second, 1), await queue_up(third, 1)
    await asyncio.sleep(0.01)
    assert not change.done()
    now_s += 0.01
    await change
    await asyncio.sleep(0.01)
    assert not read.done()  # the second line has just moved
    second.leave()
    await read
    first.leave()
    await first.enter()
    (change,) = await queue_up(second, 1)
    await asyncio.sleep(0.01)
    assert not change.done()
    first.leave()
    await change


async def test_those_behind_are_called_when_who_went_first_has_gone_away():
    first, second = lines_of((PATIENT, PATIENT))
    await first.enter()
    (decision,) = await queue_up(first, 1)
    (change,) = await queue_up(second, 1)
    decision.cancel()
    first.leave()
    await change


async def test_who_goes_away_just_when_the_turn_comes_gives_it_back():
    line = Line(PATIENT)
    await line.enter()
    for is_called_first in (False, True):
        (gone,) = await queue_up(line, 1)
        if is_called_first:
            line.leave()
        gone.cancel()
        if not is_called_first:
            line.leave()
        await asyncio.gather(gone, return_exceptions=True)
        await asyncio.wait_for(line.enter(), 1.0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.enter(), 0.01)


@given(
    served_count_max=st.integers(1, 4),
    waiting_count_max=st.integers(0, 4),
    askers_count=st.integers(1, 16),
)
def test_no_more_are_served_or_wait_than_the_limits_say(
    served_count_max, waiting_count_max, askers_count
):
    served_counts, served_count, refused_count = [], 0, 0

    async def ask(line):
        nonlocal served_count, refused_count
        try:
            async with line.place():
                served_count += 1
                served_counts.append(served_count)
                await asyncio.sleep(0)
                served_count -= 1
        except OverloadedError:
            refused_count += 1

    async def main():
        line = Line(
            Limits(
                served_count_max=served_count_max,
                waiting_count_max=waiting_count_max + 1,
                wait_s_max=60.0,
            )
        )
        await asyncio.gather(*(ask(line) for _ in range(askers_count)))

    asyncio.run(main())
    assert max(served_counts) <= served_count_max
    assert len(served_counts) + refused_count == askers_count
    assert refused_count <= max(0, askers_count - served_count_max - waiting_count_max - 1)
