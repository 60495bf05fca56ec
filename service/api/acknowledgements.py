"""Couriers' acknowledgements of offers: those that come at the same time share a transaction."""

from collections import defaultdict
from collections.abc import Sequence

from service.actions.acknowledge_offers import Acknowledgement, acknowledge_offers
from service.api.batched import Batched
from service.api.callers import CourierCaller
from service.domain.errors import LockContentionError, NotFoundError, UnavailableError
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.wire.courier_stream import Ack

_Said = tuple[MarketId, Acknowledgement]


class Acknowledgements:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._noting = Batched[_Said, bool](self._note)

    async def note(self, courier: CourierCaller, message: Ack) -> None:
        """Start the time to answer; a repeated acknowledgement changes nothing.

        Raises:
            NotFoundError: there is no such offer, or it is another courier's.
            UnavailableError: it could not be written.
        """
        said = Acknowledgement(offer_id=message.offer_id, by=courier.id, is_shown=message.shown)
        if not await self._noting.ask((courier.market_id, said)):
            raise NotFoundError("there is no such offer")

    async def run(self) -> None:
        """Write what was said, again and again; never returns."""
        await self._noting.run()

    async def _note(self, said: Sequence[_Said]) -> dict[_Said, bool]:
        by_market: dict[MarketId, list[Acknowledgement]] = defaultdict(list)
        for market_id, one in said:
            by_market[market_id].append(one)
        noted: dict[_Said, bool] = {}
        for market_id, ones in by_market.items():
            try:
                known = await acknowledge_offers(self._runtime, ones, market_id=market_id)
            except LockContentionError as error:
                raise UnavailableError("the offers are being changed") from error
            noted |= {(market_id, one): True for one in known}
        return noted
