"""Couriers' acceptances of offers: those that come together share a transaction."""

from service.actions.accept_offer import accept_offer
from service.actions.accept_offers import Acceptance, accept_offers
from service.api.callers import CourierCaller
from service.api.line import Line
from service.api.market_batches import MarketBatches
from service.domain.errors import LockContentionError
from service.domain.ids import OfferId
from service.runtime import Runtime


class Acceptances:
    def __init__(self, runtime: Runtime, line: Line) -> None:
        self._runtime = runtime
        self._line = line
        self._batches = MarketBatches(runtime, accept_offers, name="acceptances")
        self.run = self._batches.run

    async def accept(self, courier: CourierCaller, offer_id: OfferId) -> None:
        """Accept the offer; where others are at it, by itself, when it is its turn.

        Raises:
            UnavailableError: it is not known whether it was accepted.
            DomainError: any other, as `accept_offer` says; nothing changed.
        """
        asked = Acceptance(offer_id=offer_id, by=courier.id)
        refusal = await self._batches.ask(courier.market_id, asked)
        if isinstance(refusal, LockContentionError):
            async with self._line.place():
                await accept_offer(
                    self._runtime, offer_id=offer_id, by=courier.id, market_id=courier.market_id
                )
        elif refusal is not None:
            raise refusal
