"""A fleet whose couriers also ask something that is answered at once, to feel how busy the api is.

The question is a second `resume`, which the session refuses by itself: no store is touched, so what
is measured is the wait for the event loop and for the socket.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import cycle

from msgspec import Struct

from loadtests.live.courier import BarePeer, Courier, CourierPeer
from loadtests.live.fleet import SLOT_S, Fleet, RemoteFleet
from loadtests.live.peer import now_s
from loadtests.live.remote import Remote, remote

ANSWER_S_MAX = 10.0
_REFERENCE = b'"ref":"q'


class Asked(Struct, frozen=True, kw_only=True):
    took_s: list[float]
    unanswered_count: int  # within `ANSWER_S_MAX` after the last question


class AskingPeer(CourierPeer):
    """A connection that hands the answers to questions on."""

    questions: dict[int, float]  # when each was asked; of the fleet
    took_s: list[float]  # of the fleet

    def heard(self, text: bytes) -> None:
        """Take a message; the answer to a question is timed, and nothing more."""
        _, found, rest = text.partition(_REFERENCE)
        if not found:
            super().heard(text)
            return
        asked_s = self.questions.pop(int(rest.partition(b'"')[0]), None)
        if asked_s is not None:
            self.took_s.append(now_s() - asked_s)


class AskingFleet(Fleet):
    """See `loadtests.live.fleet.Fleet`."""

    def __init__(self, *, host: str, port: int, seed: int = 1) -> None:
        super().__init__(host=host, port=port, seed=seed)
        self._questions = dict[int, float]()
        self._took_s = list[float]()
        self._asked_count = 0

    async def inquire(self, *, rate_per_s: float, duration_s: float) -> dict[str, object]:
        """Let the couriers ask in turn, so many times a second among them."""
        self._took_s.clear()
        self._questions.clear()
        first, began_s = self._asked_count, now_s()
        turn = cycle(self._couriers)
        while (passed_s := now_s() - began_s) < duration_s:
            for _ in range(int(rate_per_s * passed_s) - (self._asked_count - first)):
                self._ask(next(turn))
            await asyncio.sleep(SLOT_S)
        until_s = now_s() + ANSWER_S_MAX
        while self._questions and now_s() < until_s:  # noqa: ASYNC110  # also ends by time
            await asyncio.sleep(SLOT_S)
        return {"took_s": list(self._took_s), "unanswered_count": len(self._questions)}

    def _ask(self, courier: Courier) -> None:
        self._asked_count += 1
        if courier.peer is not None and courier.is_resumed:
            self._questions[self._asked_count] = now_s()
            courier.peer.say(b'{"type":"resume","ref":"q%d"}' % self._asked_count)

    def _new_peer(self, courier: Courier) -> CourierPeer | BarePeer:
        peer = AskingPeer(
            courier,
            host=f"{self._host}:{self._port}",
            counts=self._counts,
            heard=self._heard,
            renewals=self._renewals,
            accepts=self._accepts,
            gone=self._gone,
        )
        peer.questions, peer.took_s = self._questions, self._took_s
        return peer


class RemoteAskingFleet(RemoteFleet):
    """An asking fleet in a process of its own; open it with `asking_fleet`."""

    def __init__(self, line: Remote) -> None:
        super().__init__(line)
        self._questions_line = line

    async def inquire(self, *, rate_per_s: float, duration_s: float) -> Asked:
        """Let the couriers ask in turn; return how long the answers took."""
        words = {"rate_per_s": rate_per_s, "duration_s": duration_s}
        return await self._questions_line.ask(Asked, "inquire", **words)


@asynccontextmanager
async def asking_fleet(*, host: str, port: int, seed: int) -> AsyncGenerator[RemoteAskingFleet]:
    """Run an asking fleet in a process of its own for as long as the block runs."""
    async with remote(AskingFleet, host=host, port=port, seed=seed) as line:
        yield RemoteAskingFleet(line)
