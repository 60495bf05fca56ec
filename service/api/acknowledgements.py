"""Couriers' acknowledgements of offers: those that come together share a transaction."""

import asyncio
from collections.abc import Sequence

from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.api.batched import Batched
from service.api.callers import CourierCaller
from service.domain.errors import DomainError, LockContentionError, UnavailableError
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.tasks import keep_running
from service.wire.courier_stream import Ack

# While somebody holds the offer. An acceptance takes milliseconds; who holds it longer is stuck.
PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)


class _Market:
    """Those of one market, so that no other market waits for its rows."""

    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self.id = market_id
        self.refusals = Batched[Acknowledgement, DomainError](self._note)

    async def _note(self, said: Sequence[Acknowledgement]) -> dict[Acknowledgement, DomainError]:
        try:
            return await acknowledge_offers(self._runtime, said, market_id=self.id)
        except LockContentionError as error:
            raise UnavailableError("the offers are being changed") from error


class Acknowledgements:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._markets: dict[MarketId, _Market] = {}
        # One entry per market, and a courier's market is one of the few that ops have created.
        self._unstarted: asyncio.Queue[_Market] = asyncio.Queue()

    async def note(self, courier: CourierCaller, message: Ack) -> None:
        """Start the time to answer; a repeated acknowledgement changes nothing.

        An offer that somebody holds is tried again, with those that have come meanwhile.

        Raises:
            NotFoundError: there is no such offer, or it is another courier's.
            UnavailableError: it could not be written.
        """
        said = Acknowledgement(offer_id=message.offer_id, by=courier.id, is_shown=message.shown)
        refusals = self._market(courier.market_id).refusals
        refusal = await refusals.ask(said)
        for pause_s in PAUSES_S:
            if not isinstance(refusal, LockContentionError):
                break
            await asyncio.sleep(pause_s)
            refusal = await refusals.ask(said)
        if isinstance(refusal, LockContentionError):
            raise UnavailableError("the offer is being changed") from refusal
        if refusal is not None:
            raise refusal

    async def run(self) -> None:
        """Write what was said, each market by itself, again and again; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                market = await self._unstarted.get()
                name = f"api:acknowledgements:{market.id}"
                group.create_task(keep_running(name, market.refusals.run))

    def _market(self, market_id: MarketId) -> _Market:
        if market_id not in self._markets:
            self._markets[market_id] = _Market(self._runtime, market_id)
            self._unstarted.put_nowait(self._markets[market_id])
        return self._markets[market_id]
