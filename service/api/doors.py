"""What a courier's connection needs first, for all that are opened at the same time at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from service.api.batched import Batched
from service.domain.errors import NotFoundError, UnavailableError
from service.domain.facts import owner_of_courier
from service.domain.ids import CourierId, MarketId
from service.live.connections import draw_numbers, number_at, replace_older
from service.runtime import Runtime
from service.store import couriers
from service.store.couriers import Door

_Place = tuple[
    MarketId, CourierId, str
]  # the last is the connection: each is given a number of its own
_Numbered = tuple[MarketId, CourierId, int]
T = TypeVar("T", _Place, _Numbered)


class Doors:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.reading = Batched[CourierId, Door](self._read)
        self.drawing = Batched[_Place, int](self._draw)
        self.replacing = Batched[_Numbered, int](self._replace)

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

    async def draw_number(
        self, market_id: MarketId, courier_id: CourierId, *, socket_id: str
    ) -> int:
        """Return the number of a connection that is opened now: the newest has the highest.

        Without Redis it is numbered by the clock.
        """
        now = self._runtime.clock.now()
        try:
            number = await self.drawing.ask((market_id, courier_id, socket_id))
        except UnavailableError:
            number = None
        return number_at(now) if number is None else number

    async def replace_older(self, market_id: MarketId, courier_id: CourierId, number: int) -> int:
        """Tell who holds older connections of the courier; return the number of the newest.

        Without Redis nobody hears of it: older connections live on until they are seen to be dead,
        and nobody's positions are written anyway.
        """
        try:
            newest = await self.replacing.ask((market_id, courier_id, number))
        except UnavailableError:
            newest = None
        return number if newest is None else newest

    async def _read(self, courier_ids: Sequence[CourierId]) -> dict[CourierId, Door]:
        owners = [owner_of_courier(courier_id) for courier_id in courier_ids]
        async with self._runtime.pool.connection() as conn:
            doors = await couriers.read_doors(conn, courier_ids=courier_ids, owners=owners)
        return {door.courier_id: door for door in doors}

    async def _draw(self, places: Sequence[_Place]) -> dict[_Place, int]:
        redis, now = self._runtime.redis, self._runtime.clock.now()
        numbers: dict[_Place, int] = {}
        for market_id, those in _by_market(places).items():
            courier_ids = [courier_id for _, courier_id, _ in those]
            drawn = await draw_numbers(redis, market_id, courier_ids, now=now)
            numbers |= dict(zip(those, drawn, strict=True))
        return numbers

    async def _replace(self, numbered: Sequence[_Numbered]) -> dict[_Numbered, int]:
        newest: dict[_Numbered, int] = {}
        for market_id, those in _by_market(numbered).items():
            numbers = [(courier_id, number) for _, courier_id, number in those]
            found = await replace_older(self._runtime.redis, market_id, numbers)
            newest |= dict(zip(those, found, strict=True))
        return newest


def _by_market(asked: Sequence[T]) -> dict[MarketId, list[T]]:
    by_market: dict[MarketId, list[T]] = defaultdict(list)
    for question in asked:
        by_market[question[0]].append(question)
    return by_market
