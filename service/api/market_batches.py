"""Requests of one kind that come together share a transaction; each market by itself.

They stand in no line: a transaction takes all that wait. But who has waited too long is told so.
"""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from service.api.batched import Batched
from service.clock import monotonic_s
from service.domain.errors import DomainError, LockContentionError, OverloadedError
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.tasks import keep_running

K = TypeVar("K", bound=Hashable)

WAIT_S_MAX = 2.0  # before its transaction begins


class CarryOut(Protocol[K]):
    async def __call__(
        self, runtime: Runtime, requests: Sequence[K], /, *, market_id: MarketId
    ) -> Mapping[K, DomainError]:
        """Carry out the requests in one transaction; return those that were not, and why."""
        ...


class _Market(Generic[K]):
    """Those of one market, so that no other market waits for its rows."""

    def __init__(self, runtime: Runtime, carry_out: CarryOut[K], market_id: MarketId) -> None:
        self._runtime, self._carry_out = runtime, carry_out
        self.id = market_id
        self._asked_s: dict[K, float] = {}  # of those who wait
        self._refusals = Batched[K, DomainError](self._carry_out_all)
        self.run = self._refusals.run

    async def ask(self, request: K) -> DomainError | None:
        self._asked_s.setdefault(request, monotonic_s())
        return await self._refusals.ask(request)

    async def _carry_out_all(self, requests: Sequence[K]) -> Mapping[K, DomainError]:
        since_s = monotonic_s() - WAIT_S_MAX
        late = [one for one in requests if self._asked_s.pop(one, since_s) < since_s]
        refused: dict[K, DomainError] = {
            one: OverloadedError("it was not begun in time") for one in late
        }
        in_time = [one for one in requests if one not in refused]
        if not in_time:
            return refused
        try:
            refused.update(await self._carry_out(self._runtime, in_time, market_id=self.id))
        except LockContentionError as error:
            refused.update(dict.fromkeys(in_time, error))
        return refused


class MarketBatches(Generic[K]):
    """While one transaction of a market is under way, its next one gathers."""

    def __init__(self, runtime: Runtime, carry_out: CarryOut[K], *, name: str) -> None:
        self._runtime, self._carry_out, self._name = runtime, carry_out, name
        self._markets: dict[MarketId, _Market[K]] = {}
        # One entry per market, and a courier's market is one of the few that ops have created.
        self._unstarted: asyncio.Queue[_Market[K]] = asyncio.Queue()

    async def ask(self, market_id: MarketId, request: K) -> DomainError | None:
        """Return why the request was not carried out; None if it was.

        Raises:
            UnavailableError: it is not known whether it was.
        """
        return await self._market(market_id).ask(request)

    async def run(self) -> None:
        """Carry out what is asked, each market by itself, again and again; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                market = await self._unstarted.get()
                name = f"api:{self._name}:{market.id}"
                group.create_task(keep_running(name, market.run))

    def _market(self, market_id: MarketId) -> _Market[K]:
        if market_id not in self._markets:
            market = _Market(self._runtime, self._carry_out, market_id)
            self._markets[market_id] = market
            self._unstarted.put_nowait(market)
        return self._markets[market_id]
