"""A fleet whose couriers do their jobs to the end: they arrive at each stop and complete it.

How far they are from it the market must not mind: its policy has a large `arrival_radius_m`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

import msgspec
from msgspec import Struct

from loadtests.live.courier import BarePeer, Courier, CourierPeer
from loadtests.live.fleet import Fleet, RemoteFleet
from loadtests.live.peer import now_s
from loadtests.live.remote import Remote, remote
from loadtests.live.tallies import Accepted

PAUSE_S_MAX = 2.0  # before a courier arrives: spread, so that they do not all arrive at once
_ROUTE = b'{"type":"assignment_changed"'
_OF_WORK = b'"ref":"work"'
_NOT_NEXT = "invalid_state_transition"

Step = Literal["arrive_at_stop", "complete_stop"]


class _Stop(Struct):
    stop_id: str


class _Assignment(Struct):
    stops: tuple[_Stop, ...]


class _Changed(Struct):
    assignment: _Assignment


class _Reply(Struct):
    type: str
    code: str = "?"
    retry_in_ms: int | None = None


_decode_route = msgspec.json.Decoder(_Changed).decode
_decode_reply = msgspec.json.Decoder(_Reply).decode


class Work(Struct, kw_only=True):
    """Of all couriers: the round trips of what was done, and what was refused for good."""

    done: list[Accepted] = []
    put_off_count: int = 0  # refusals after which the same was said again
    overtaken_count: int = 0  # refusals of a stop before which another had just come
    refusals: dict[str, int] = {}  # by code


class WorkingPeer(CourierPeer):
    """A connection that works on the first stop of its route, one step after the other."""

    work: Work  # of the fleet
    _step: Step = "arrive_at_stop"
    _stop_id: str | None = None  # that is being worked on
    _overtaken_id: str | None = None  # refused as not the next one; the route that says so is due
    _route_ids: tuple[str, ...] = ()
    _said_s = 0.0

    def opened(self) -> None:
        """Begin with nothing done."""
        super().opened()
        self._finished_ids = set[str]()  # routes may still have them for a moment

    def heard(self, text: bytes) -> None:
        """Take a message; the answers to what was said of stops go no further."""
        if _OF_WORK in text:
            self._replied(_decode_reply(text))
            return
        super().heard(text)
        if text.startswith(_ROUTE):
            self._route_ids = tuple(stop.stop_id for stop in _decode_route(text).assignment.stops)
            self._go_on()

    def _next_id(self) -> str | None:
        left = (stop_id for stop_id in self._route_ids if stop_id not in self._finished_ids)
        return next(left, None)

    def _go_on(self) -> None:
        """Begin with the first stop of the route, unless one is being worked on."""
        next_id = self._next_id()
        if self._overtaken_id not in (None, next_id):
            self._forgive()
        if self._stop_id is None and self._overtaken_id is None and next_id is not None:
            self._stop_id, self._step = next_id, "arrive_at_stop"
            share = int(next_id[-4:], 16) / 0xFFFF  # of random bits
            asyncio.get_running_loop().call_later(PAUSE_S_MAX * share, self._set_out)

    def _set_out(self) -> None:
        """Arrive at what is the first stop by now: a new job may have come before it."""
        self._stop_id = self._next_id()
        if self._stop_id is not None:
            self._begin()

    def _begin(self) -> None:
        self._said_s = now_s()
        self._say()

    def _say(self) -> None:
        if self.is_resumed and self._stop_id is not None:
            words = self._step.encode(), self._stop_id.encode()
            self.say(b'{"type":"%b","stop_id":"%b","ref":"work"}' % words)

    def _replied(self, reply: _Reply) -> None:
        if reply.type == "done":
            self.work.done.append(Accepted(self._said_s, now_s() - self._said_s))
            self._follow()
        elif reply.retry_in_ms is not None:
            self.work.put_off_count += 1
            self.call_spread(reply.retry_in_ms, self._say)
        else:
            self.work.refusals[reply.code] = self.work.refusals.get(reply.code, 0) + 1
            if reply.code == _NOT_NEXT:
                self._overtaken_id = self._stop_id
            self._stop_id = None
            self._go_on()

    def _forgive(self) -> None:
        """Count a refusal as what it was: the route had changed, and the courier heard of it late.

        Until then it counts as a refusal for good, which it is if no such route ever comes.
        """
        self._overtaken_id = None
        self.work.overtaken_count += 1
        self.work.refusals[_NOT_NEXT] -= 1
        if not self.work.refusals[_NOT_NEXT]:
            del self.work.refusals[_NOT_NEXT]

    def _follow(self) -> None:
        if self._step == "arrive_at_stop":
            self._step = "complete_stop"
            self._begin()
        else:
            assert self._stop_id is not None, "a stop is being worked on"
            self._finished_ids.add(self._stop_id)
            self._stop_id = None
            self._go_on()


class WorkingFleet(Fleet):
    """See `loadtests.live.fleet.Fleet`; offers are accepted."""

    def __init__(self, *, host: str, port: int, seed: int = 1) -> None:
        super().__init__(host=host, port=port, accepts=True, seed=seed)
        self._work = Work()

    async def tell_work(self) -> Work:
        """Return what was done since the start."""
        return self._work

    def _new_peer(self, courier: Courier) -> CourierPeer | BarePeer:
        peer = WorkingPeer(
            courier,
            host=f"{self._host}:{self._port}",
            counts=self._counts,
            heard=self._heard,
            renewals=self._renewals,
            accepts=self._accepts,
            gone=self._gone,
        )
        peer.work = self._work
        return peer


class RemoteWorkingFleet(RemoteFleet):
    """A working fleet in a process of its own; open it with `working_fleet`."""

    def __init__(self, line: Remote) -> None:
        super().__init__(line)
        self._work_line = line

    async def tell_work(self) -> Work:
        """Return what was done since the start."""
        return await self._work_line.ask(Work, "tell_work")


@asynccontextmanager
async def working_fleet(*, host: str, port: int, seed: int) -> AsyncGenerator[RemoteWorkingFleet]:
    """Run a working fleet in a process of its own for as long as the block runs."""
    async with remote(WorkingFleet, host=host, port=port, seed=seed) as line:
        yield RemoteWorkingFleet(line)
