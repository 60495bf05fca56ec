"""Questions that many connections ask at the same time, answered by one round trip.

While one round trip is under way the next questions gather; nobody waits for a timer. A thousand
sockets that come back at once cost a handful of queries.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import structlog

from service.domain.errors import UnavailableError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

log = structlog.get_logger()

ASK_S_MAX = 4.0  # behind a server that is frozen, the round trip before takes as long as it may
QUESTIONS_COUNT_MAX = 256  # of one round trip; no socket asks more than one question at a time


class Batched(Generic[K, V]):
    """`read` answers many keys at once; a key that it leaves out has the answer None."""

    def __init__(self, read: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._read = read
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._news = asyncio.Event()

    async def ask(self, key: K) -> V | None:
        """Return the answer, read after this call began.

        Raises:
            UnavailableError: it could not be read, or not so soon.
        """
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            self._news.set()
        try:
            async with asyncio.timeout(ASK_S_MAX):
                return await asyncio.shield(answer)  # others may wait for the same
        except TimeoutError:
            raise UnavailableError("the question was not answered in time") from None

    async def run(self) -> None:
        """Answer what is asked, again and again; never returns."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                keys = list(self._waiting)[:QUESTIONS_COUNT_MAX]
                await self._answer({key: self._waiting.pop(key) for key in keys})

    async def _answer(self, asked: Mapping[K, asyncio.Future[V | None]]) -> None:
        try:
            found = await self._read(list(asked))
        except UnavailableError as error:
            _fail(asked.values(), error)
        except Exception as error:  # noqa: BLE001  # one of them may be poison: the others must live
            if len(asked) > 1:
                await self._answer_halves(list(asked.items()))
            else:
                log.warning("question_failed", error=repr(error))
                _fail(asked.values(), UnavailableError("the question cannot be answered"))
        except BaseException:
            _fail(asked.values(), UnavailableError("the question was lost"))
            raise
        else:
            for key, answer in asked.items():
                answer.set_result(found.get(key))

    async def _answer_halves(self, asked: Sequence[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            for part in (asked[: len(asked) // 2], asked[len(asked) // 2 :]):
                await self._answer(dict(part))
        finally:  # if this was cancelled, some have no answer yet
            _fail((answer for _, answer in asked), UnavailableError("the question was lost"))


def _fail(answers: Iterable[asyncio.Future[V | None]], error: UnavailableError) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(error)
            answer.exception()  # looked at: who asked may be gone, and that is no fault
