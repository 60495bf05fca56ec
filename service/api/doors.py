"""What a courier's connection needs first, for all that are opened at the same time at once."""

from collections import defaultdict
from collections.abc import Sequence

from service.api.batched import Batched
from service.domain.errors import NotFoundError, UnavailableError
from service.domain.facts import owner_of_courier
from service.domain.ids import CourierId, MarketId
from service.live.connections import number_at, open_connections
from service.runtime import Runtime
from service.store import couriers
from service.store.couriers import Door

_Place = tuple[
    MarketId, CourierId, str
]  # the last is the connection: each is given a number of its own


class Doors:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.reading = Batched[CourierId, Door](self._read)
        self.numbering = Batched[_Place, int](self._number)

    async def read(self, courier_id: CourierId) -> Door:
        """Return how the courier's stream, status and offer stand now.

        Raises:
            NotFoundError: there is no such courier.
            UnavailableError: Postgres is away.
        """
        door = await self.reading.ask(courier_id)
        if door is None:
            raise NotFoundError("there is no such courier")
        return door

    async def number(self, market_id: MarketId, courier_id: CourierId, *, socket_id: str) -> int:
        """Return the number of a new connection of the courier's, which the others have heard of.

        Of two that ask together each gets another: one of them is the newest.

        Without Redis nobody hears of it: older connections live on until they are seen to be dead,
        and nobody's positions are written anyway.
        """
        try:
            number = await self.numbering.ask((market_id, courier_id, socket_id))
        except UnavailableError:
            number = None
        return number_at(self._runtime.clock.now()) if number is None else number

    async def _read(self, courier_ids: Sequence[CourierId]) -> dict[CourierId, Door]:
        owners = [owner_of_courier(courier_id) for courier_id in courier_ids]
        async with self._runtime.pool.connection() as conn:
            doors = await couriers.read_doors(conn, courier_ids=courier_ids, owners=owners)
        return {door.courier_id: door for door in doors}

    async def _number(self, places: Sequence[_Place]) -> dict[_Place, int]:
        by_market: dict[MarketId, list[_Place]] = defaultdict(list)
        for place in places:
            by_market[place[0]].append(place)
        numbers: dict[_Place, int] = {}
        for market_id, those in by_market.items():
            courier_ids = [courier_id for _, courier_id, _ in those]
            found = await open_connections(
                self._runtime.redis, market_id, courier_ids, now=self._runtime.clock.now()
            )
            numbers |= dict(zip(those, found, strict=True))
        return numbers
