"""The fan-out of every market that has a socket here, started with its first one."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from service.api.market_fanout import MarketFanout
from service.api.sockets import Socket
from service.clock import monotonic_s
from service.domain.allow_list import is_allowed
from service.domain.ids import MarketId
from service.live.batches import in_batches
from service.metrics import SOCKETS_COUNT
from service.runtime import Runtime
from service.store import credentials
from service.tasks import keep_running
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import Drain

SESSIONS_CHECK_S = 1.0
DRAIN_CHECK_S = 0.01
LEAVE_S_MAX = 1.0  # after the last was to leave
CLOSE_S_MAX = 1.0  # for close frames to be written


class Fanout:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._markets: dict[MarketId, MarketFanout] = {}
        # One entry per market, and a caller's market is one of the few that ops have created.
        self._unstarted: asyncio.Queue[MarketFanout] = asyncio.Queue()
        self._checked_s = monotonic_s()  # when credentials were, to the last of them
        self.is_draining = False

    def __iter__(self) -> Iterator[Socket]:
        return (socket for market in self._markets.values() for socket in market)

    def __len__(self) -> int:
        return sum(len(market) for market in self._markets.values())

    @property
    def opened_count(self) -> int:
        """How many sockets were ever opened here."""
        return sum(market.opened_count for market in self._markets.values())

    def market(self, market_id: MarketId) -> MarketFanout:
        """Return the fan-out of this market."""
        if market_id not in self._markets:
            self._markets[market_id] = MarketFanout(self._runtime, market_id)
            self._unstarted.put_nowait(self._markets[market_id])
        return self._markets[market_id]

    async def measure(self) -> None:
        """Set the metric to how many sockets are open."""
        for market_id, market in self._markets.items():
            SOCKETS_COUNT.labels(market=market_id).set(len(market))

    async def run(self) -> None:
        """Keep the loops of all markets running; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                market = await self._unstarted.get()
                for work in (
                    market.listen,
                    market.check_streams,
                    market.viewing.show,
                    market.sightings.tell,
                ):
                    name = f"api:{work.__name__}:{market.market_id}"
                    group.create_task(keep_running(name, work))

    async def end_sessions(self) -> None:
        """Close sockets whose session is over, or whose credential opens this market no more.

        Or not from where the socket is.

        It never returns.
        """
        check_s = self._runtime.settings.credentials_check_s
        while True:
            await asyncio.sleep(SESSIONS_CHECK_S)
            now_s = monotonic_s()
            for socket in self:
                if socket.expires_s <= now_s:
                    socket.close(CloseCode.UNAUTHENTICATED)
            if now_s - self._checked_s >= check_s:
                await self._end_without_credential()
                self._checked_s = now_s  # one that failed is made again by whoever goes on

    async def _end_without_credential(self) -> None:
        let_in: dict[tuple[str, MarketId], list[Socket]] = defaultdict(list)
        for market_id, market in self._markets.items():
            for socket in market:
                let_in[socket.credential_id, market_id].append(socket)
        for pairs in in_batches(list(let_in)):
            ids = [credential_id for credential_id, _ in pairs]
            async with self._runtime.pool.connection() as conn:
                ended = await credentials.list_ended(
                    conn, credential_ids=ids, market_ids=[market_id for _, market_id in pairs]
                )
                restricted = await credentials.list_restricted(conn, credential_ids=ids)
            for one in ended:
                for socket in let_in[one.id, one.market_id]:
                    socket.close(CloseCode.UNAUTHENTICATED)
            allowed_from = {key.id: key.allowed_from for key in restricted}
            for socket in (socket for pair in pairs for socket in let_in[pair]):
                if not is_allowed(allowed_from.get(socket.credential_id, ()), socket.address):
                    socket.close(CloseCode.UNAUTHENTICATED)

    async def drain(self, *, at_once: asyncio.Event) -> None:
        """Send everybody away, to come back elsewhere at different times, and wait until they left.

        Until then each is served as before. Who is still here at the end, or when `at_once` is
        set, is closed.
        """
        self.is_draining = True
        drain_s = self._runtime.settings.drain_s
        for socket in self:
            reconnect_in_ms = random.randrange(int(drain_s * 1_000) + 1)
            socket.send(msgspec.json.encode(Drain(reconnect_in_ms=reconnect_in_ms)))
        await self._wait_empty(drain_s + LEAVE_S_MAX, at_once)
        for socket in self:
            socket.close(CloseCode.DRAINING)
        await self._wait_empty(CLOSE_S_MAX, asyncio.Event())

    async def _wait_empty(self, timeout_s: float, at_once: asyncio.Event) -> None:
        for _ in range(int(timeout_s / DRAIN_CHECK_S)):
            if len(self) == 0 or at_once.is_set():
                return
            await asyncio.sleep(DRAIN_CHECK_S)
