"""Questions that are asked at once are answered at once, and nobody waits for ever."""

import asyncio

import pytest

from service.api import batched
from service.api.batched import Batched
from service.domain.errors import UnavailableError


class Reader:
    """Answers with the key doubled, when it is let; None to odd keys."""

    def __init__(self):
        self.reads = []
        self.may_answer = asyncio.Event()
        self.error = None

    async def __call__(self, keys):
        self.reads.append(list(keys))
        await self.may_answer.wait()
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return {key: 2 * key for key in keys if key % 2 == 0}


@pytest.fixture
async def reader():
    return Reader()


@pytest.fixture
async def questions(reader):
    """Questions to the reader, being answered as long as the test runs."""
    questions = Batched(reader)
    running = asyncio.create_task(questions.run())
    yield questions
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def asked(questions, *keys):
    """Ask, and let the questions be taken up."""
    asking = [asyncio.create_task(questions.ask(key)) for key in keys]
    for _ in range(3):
        await asyncio.sleep(0)
    return asking


async def test_what_is_asked_while_one_round_trip_runs_goes_into_the_next(questions, reader):
    first = await asked(questions, 2)
    later = await asked(questions, 4, 5, 4, 6)
    reader.may_answer.set()
    assert await asyncio.gather(*first, *later) == [4, 8, None, 8, 12]
    assert reader.reads == [[2], [4, 5, 6]]


async def test_a_round_trip_has_a_limit(questions, reader, monkeypatch):
    monkeypatch.setattr(batched, "QUESTIONS_COUNT_MAX", 2)
    asking = await asked(questions, 2, 4, 6)
    reader.may_answer.set()
    await asyncio.gather(*asking)
    assert reader.reads == [[2, 4], [6]]


async def test_an_outage_is_told_to_those_who_asked_and_the_next_are_answered(questions, reader):
    reader.may_answer.set()
    reader.error = UnavailableError("away")
    with pytest.raises(UnavailableError):
        await questions.ask(2)
    assert await questions.ask(2) == 4


async def test_who_leaves_takes_the_answer_from_nobody(questions, reader):
    leaving, staying = await asked(questions, 2, 2)
    leaving.cancel()
    reader.may_answer.set()
    assert await staying == 4


async def test_a_fault_in_reading_leaves_nobody_waiting():
    async def fail(_):
        raise ZeroDivisionError

    questions = Batched(fail)
    running = asyncio.create_task(questions.run())
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await questions.ask(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_one_poisonous_question_fails_alone():
    async def read(keys):
        if 13 in keys:
            raise ValueError("poison")
        return {key: 2 * key for key in keys}

    questions = Batched(read)
    running = asyncio.create_task(questions.run())
    answers = await asyncio.gather(*await asked(questions, 2, 13, 4), return_exceptions=True)
    assert (answers[0], answers[2]) == (4, 8)
    assert isinstance(answers[1], UnavailableError)
    assert await questions.ask(6) == 12
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
