"""Requests of one kind that come together share a transaction; each market by itself."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from service.api.batched import Batched
from service.domain.errors import DomainError, LockContentionError
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.tasks import keep_running

K = TypeVar("K", bound=Hashable)


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
        self.refusals = Batched[K, DomainError](self._carry_out_all)

    async def _carry_out_all(self, requests: Sequence[K]) -> Mapping[K, DomainError]:
        try:
            return await self._carry_out(self._runtime, requests, market_id=self.id)
        except LockContentionError as error:
            return dict.fromkeys(requests, error)


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
        return await self._market(market_id).refusals.ask(request)

    async def run(self) -> None:
        """Carry out what is asked, each market by itself, again and again; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                market = await self._unstarted.get()
                name = f"api:{self._name}:{market.id}"
                group.create_task(keep_running(name, market.refusals.run))

    def _market(self, market_id: MarketId) -> _Market[K]:
        if market_id not in self._markets:
            market = _Market(self._runtime, self._carry_out, market_id)
            self._markets[market_id] = market
            self._unstarted.put_nowait(market)
        return self._markets[market_id]
