"""A fleet of couriers' apps in one process: thousands of sockets that cost little processor time.

It runs in a process of its own, so that its processor time is known apart:

    async with remote_fleet(host="127.0.0.1", port=8000) as fleet:
        await fleet.enlist(lab.people.enlisted(5_000), center_deg=CENTER_DEG)
        await fleet.dial(5_000)
        walk = await fleet.walk(rate_per_s=1_250.0, duration_s=10.0)
        told = await fleet.tell()

Several may be asked at the same time (`walk` while `cut`). With `is_bare` the sockets are those of
`loadtests.live.bare`, which know no protocol: a connection is of use as soon as it is open.
Other kinds of clients (stalled, trickling, watching) are subclasses of `peer.Peer`, in a class of
their own like `Fleet`, asked through `remote`.
"""

import asyncio
import resource
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from random import Random
from typing import Self

from loadtests.live.courier import BarePeer, Courier, CourierPeer
from loadtests.live.march import RADIUS_M, March
from loadtests.live.peer import now_s
from loadtests.live.remote import Remote, remote
from loadtests.live.renewals import Renewals
from loadtests.live.tallies import Counts, Heard, Marked, Return, Told, Walk, Whole

DIALS_AT_ONCE_MAX = 64
OPEN_S_MAX = 10.0  # from the first packet to an open websocket, as in our own client
RESUME_S_MAX = 30.0  # from there to the snapshot; the server has a deadline of its own
RETRY_S_MIN, RETRY_S_MAX = 0.2, 4.0  # doubling, spread by half
SLOT_S = 0.005  # how often the positions that are due are sent
GRACE_S = 0.02  # for the last ones that are due


class Fleet:
    """Couriers and their sockets, as they are in their own process; `RemoteFleet` is the way in.

    Args:
        host: of the server.
        port: of the server.
        is_bare: the server is one of `loadtests.live.bare`.
        accepts: offers are accepted, after a moment.
        seed: of starting places, headings and jitter.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        is_bare: bool = False,
        accepts: bool = False,
        seed: int = 1,
    ) -> None:
        self._host, self._port = host, port
        self._is_bare, self._accepts = is_bare, accepts
        self._seed = seed
        self._random = Random(seed)
        self._couriers: list[Courier] = []
        self._march = March(0, center_deg=(0.0, 0.0), radius_m=RADIUS_M, seed=seed)
        self._counts, self._heard = Counts(), Heard()
        self._renewals = Renewals(host=host, port=port, seed=seed)
        self._comes_back = False  # whether who is cut off dials again
        self._returning = asyncio.TaskGroup()
        self._return_tasks: set[asyncio.Task[None]] = set()
        self._lost_at_s: dict[int, float] = {}  # by row, of those who are not back

    async def __aenter__(self) -> Self:
        await self._renewals.__aenter__()
        await self._returning.__aenter__()
        return self

    async def __aexit__(self, *ending: object) -> None:
        self._comes_back = False
        for task in self._return_tasks:
            task.cancel()
        await self._returning.__aexit__(None, None, None)
        await self._renewals.__aexit__(None, None, None)
        for courier in self._couriers:
            if courier.peer is not None:
                courier.peer.cut()
        await asyncio.sleep(0)  # the transports tell their ends in the next round of the loop

    async def enlist(
        self,
        *,
        people: Sequence[tuple[str, str]],
        center_deg: tuple[float, float],
        radius_m: float,
    ) -> None:
        """Take couriers on: their ids and keys, and the circle in which they move."""
        self._couriers = [Courier(row, key, id_) for row, (id_, key) in enumerate(people)]
        self._march = March(len(people), center_deg=center_deg, radius_m=radius_m, seed=self._seed)

    async def dial(self, *, count: int, s_max: float) -> list[float]:
        """Connect and resume the first `count` couriers; return how long each took.

        Raises:
            TimeoutError: not all were there in time.
        """
        gate = asyncio.Semaphore(DIALS_AT_ONCE_MAX)
        waiting = [courier for courier in self._couriers[:count] if not courier.is_resumed]

        async def let_in(courier: Courier) -> float:
            async with gate:
                dialed_s = now_s()
                await self._until_resumed(courier)
                return now_s() - dialed_s

        async with asyncio.timeout(s_max), asyncio.TaskGroup() as group:
            tasks = [group.create_task(let_in(courier)) for courier in waiting]
        return [task.result() for task in tasks]

    async def walk(
        self, *, rate_per_s: float, duration_s: float, marked_rows: Sequence[int]
    ) -> Walk:
        """Let the couriers move and report in turn, so many reports a second among them.

        Who is not resumed misses the turn.
        """
        is_marked = frozenset(marked_rows)
        reports = self._march.reports(self._couriers, rate_per_s=rate_per_s)
        slots, marked = list[tuple[float, int]](), list[Marked]()
        began_s, turns_count, sent_count, behind_s_max = now_s(), 0, 0, 0.0
        turns_count_max = int(rate_per_s * duration_s)
        while turns_count < turns_count_max and (at_s := now_s()) - began_s < duration_s + GRACE_S:
            due_count = min(int(rate_per_s * (at_s - began_s)), turns_count_max) - turns_count
            turns_count += due_count
            for courier, frame, place in islice(reports, due_count):
                if courier.peer is None or not courier.is_resumed:
                    continue
                if courier.row in is_marked:
                    marked.append(Marked(courier.row, now_s(), *place))
                courier.peer.send_frame(frame)
                sent_count += 1
            slots.append((now_s(), sent_count))
            behind_s_max = max(behind_s_max, now_s() - at_s)
            await asyncio.sleep(max(0.0, SLOT_S - (now_s() - at_s)))
        return Walk(
            began_s=began_s,
            sent_count=sent_count,
            behind_s_max=behind_s_max,
            slots=slots,
            marked=marked,
        )

    async def cut(self, *, count: int, comes_back: bool, spread_s_max: float) -> float:
        """Reset the sockets of the last `count` couriers at once; return the instant.

        Who comes back dials after a random part of `spread_s_max`, and again and again with
        growing pauses until resumed.
        """
        self._comes_back = comes_back
        victims = [(c, c.peer) for c in self._couriers[-count:] if c.peer is not None]
        at_s = now_s()
        for courier, peer in victims:
            if comes_back:
                self._lost_at_s[courier.row] = at_s
            peer.cut()
        if comes_back:
            for courier, _ in victims:
                self._bring_back(courier, self._random.uniform(0.0, spread_s_max))
        return at_s

    async def whole(self) -> Whole:
        """Return how many are resumed now, and how many are still on their way back."""
        return Whole(
            resumed_count=sum(courier.is_resumed for courier in self._couriers),
            away_count=len(self._lost_at_s),
        )

    async def seqs(self) -> dict[str, int]:
        """Return the last number heard by each owner who has heard one."""
        return {c.owner: c.seq for c in self._couriers if c.seq is not None}

    async def tell(self) -> Told:
        """Return what was counted."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return Told(
            counts=self._counts,
            heard=self._heard,
            renewal_failures=self._renewals.failures,
            cpu_s=used.ru_utime + used.ru_stime,
        )

    # ------------------------------------------------------------------ inside
    async def _until_resumed(self, courier: Courier) -> None:
        """Dial until the courier is resumed."""
        pause_s = RETRY_S_MIN
        while not await self._is_let_in(courier):
            await asyncio.sleep(pause_s * self._random.uniform(0.5, 1.0))
            pause_s = min(RETRY_S_MAX, 2.0 * pause_s)

    async def _is_let_in(self, courier: Courier) -> bool:
        """Dial once; return whether the courier is resumed."""
        peer = self._new_peer(courier)
        self._counts.dialed_count += 1
        try:
            async with asyncio.timeout(OPEN_S_MAX):
                loop = asyncio.get_running_loop()
                await loop.create_connection(lambda: peer, self._host, self._port)
                await peer.answered
            async with asyncio.timeout(RESUME_S_MAX):
                return await peer.ready
        except (OSError, TimeoutError):
            peer.cut()
            return False

    def _new_peer(self, courier: Courier) -> CourierPeer | BarePeer:
        host = f"{self._host}:{self._port}"
        if self._is_bare:
            return BarePeer(courier, host=host, counts=self._counts, gone=self._gone)
        return CourierPeer(
            courier,
            host=host,
            counts=self._counts,
            heard=self._heard,
            renewals=self._renewals,
            accepts=self._accepts,
            gone=self._gone,
        )

    def _gone(self, courier: Courier) -> None:
        """See to a courier whose connection has ended."""
        if self._comes_back and courier.row not in self._lost_at_s:
            self._lost_at_s[courier.row] = now_s()
            self._bring_back(courier, self._random.uniform(0.0, RETRY_S_MIN))

    def _bring_back(self, courier: Courier, delay_s: float) -> None:
        async def come_back() -> None:
            await asyncio.sleep(delay_s)
            await self._until_resumed(courier)
            self._heard.returns.append(Return(self._lost_at_s.pop(courier.row), now_s()))

        task = self._returning.create_task(come_back())
        self._return_tasks.add(task)
        task.add_done_callback(self._return_tasks.discard)


class RemoteFleet:
    """A fleet in a process of its own; open it with `remote_fleet`."""

    def __init__(self, line: Remote) -> None:
        self._line = line

    @property
    def pid(self) -> int:
        return self._line.pid

    async def enlist(
        self,
        people: Sequence[tuple[str, str]],
        *,
        center_deg: tuple[float, float],
        radius_m: float = RADIUS_M,
    ) -> None:
        """Take couriers on: their ids and keys, and the circle in which they move."""
        words = {"people": people, "center_deg": center_deg, "radius_m": radius_m}
        await self._line.do("enlist", **words)

    async def dial(self, count: int, *, s_max: float = 300.0) -> list[float]:
        """Connect and resume the first couriers; return how long each took, in seconds.

        Raises:
            RemoteFailedError: not all were there in time.
        """
        return await self._line.ask(list[float], "dial", count=count, s_max=s_max)

    async def walk(
        self, *, rate_per_s: float, duration_s: float, marked_rows: Sequence[int] = ()
    ) -> Walk:
        """Let the couriers move and report in turn, so many reports a second among them.

        Who is not resumed misses the turn. Of the marked rows every single report is told.
        """
        words = {"rate_per_s": rate_per_s, "duration_s": duration_s, "marked_rows": marked_rows}
        return await self._line.ask(Walk, "walk", **words)

    async def cut(self, count: int, *, spread_s_max: float | None) -> float:
        """Reset the sockets of the last couriers at once; return the instant, monotonic.

        They come back spread over so many seconds, and not at all if that is None.
        """
        words = {"comes_back": spread_s_max is not None, "spread_s_max": spread_s_max or 0.0}
        return await self._line.ask(float, "cut", count=count, **words)

    async def whole(self) -> Whole:
        """Return how many are resumed now, and how many are still on their way back."""
        return await self._line.ask(Whole, "whole")

    async def seqs(self) -> dict[str, int]:
        """Return the last number heard by each owner (`courier:<id>`) who has heard one."""
        return await self._line.ask(dict[str, int], "seqs")

    async def tell(self) -> Told:
        """Return what was counted since the start."""
        return await self._line.ask(Told, "tell")


@asynccontextmanager
async def remote_fleet(
    *, host: str, port: int, is_bare: bool = False, accepts: bool = False, seed: int = 1
) -> AsyncGenerator[RemoteFleet]:
    """Run a fleet in a process of its own for as long as the block runs; see `Fleet`."""
    words = {"host": host, "port": port, "is_bare": is_bare, "accepts": accepts, "seed": seed}
    async with remote(Fleet, **words) as line:
        yield RemoteFleet(line)
