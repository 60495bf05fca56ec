"""Couriers' acknowledgements of offers: those that come together share a transaction."""

import asyncio

from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.api.callers import CourierCaller
from service.api.market_batches import MarketBatches
from service.domain.errors import LockContentionError, UnavailableError
from service.runtime import Runtime
from service.wire.courier_stream import Ack

# While somebody holds the offer. An acceptance takes milliseconds; who holds it longer is stuck.
PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)


class Acknowledgements:
    def __init__(self, runtime: Runtime) -> None:
        self._batches = MarketBatches(runtime, acknowledge_offers, name="acknowledgements")
        self.run = self._batches.run

    async def note(self, courier: CourierCaller, message: Ack) -> None:
        """Start the time to answer; a repeated acknowledgement changes nothing.

        An offer that somebody holds is tried again, with those that have come meanwhile.

        Raises:
            NotFoundError: there is no such offer, or it is another courier's.
            UnavailableError: it could not be written.
        """
        said = Acknowledgement(offer_id=message.offer_id, by=courier.id, is_shown=message.shown)
        refusal = await self._batches.ask(courier.market_id, said)
        for pause_s in PAUSES_S:
            if not isinstance(refusal, LockContentionError):
                break
            await asyncio.sleep(pause_s)
            refusal = await self._batches.ask(courier.market_id, said)
        if isinstance(refusal, LockContentionError):
            raise UnavailableError("the offer is being changed") from refusal
        if refusal is not None:
            raise refusal
