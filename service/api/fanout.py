"""The fan-out of every market that has a socket here, started with its first one."""

import asyncio
import random
from collections.abc import Iterator

import msgspec

from service.api.market_fanout import MarketFanout
from service.api.sockets import Socket
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.tasks import keep_running
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import Drain

CLOSE_INTERVAL_S_MAX = 0.01  # between two sockets when there are few: nobody waits for nothing


class Fanout:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._markets: dict[MarketId, MarketFanout] = {}
        # One entry per market, and a caller's market is one of the few that ops have created.
        self._unstarted: asyncio.Queue[MarketFanout] = asyncio.Queue()
        self.is_draining = False

    def __iter__(self) -> Iterator[Socket]:
        return (socket for market in self._markets.values() for socket in market)

    def __len__(self) -> int:
        return sum(len(market) for market in self._markets.values())

    def market(self, market_id: MarketId) -> MarketFanout:
        """Return the fan-out of this market."""
        if market_id not in self._markets:
            self._markets[market_id] = MarketFanout(self._runtime, market_id)
            self._unstarted.put_nowait(self._markets[market_id])
        return self._markets[market_id]

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

    async def drain(self) -> None:
        """Send everybody away, one after the other, to come back elsewhere at different times."""
        self.is_draining = True
        leaving = list(self)
        drain_s = self._runtime.settings.drain_s
        for socket in leaving:
            reconnect_in_ms = random.randrange(int(drain_s * 1_000) + 1)
            socket.send(msgspec.json.encode(Drain(reconnect_in_ms=reconnect_in_ms)))
            socket.close(CloseCode.DRAINING)
            await asyncio.sleep(min(CLOSE_INTERVAL_S_MAX, drain_s / len(leaving)))
