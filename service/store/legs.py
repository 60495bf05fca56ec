"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.vocabulary import Vehicle
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("legs")


class FinishedLeg(Struct, frozen=True, kw_only=True):
    """A ride between two stops; the vehicle is the one that its courier has now."""

    vehicle: Vehicle
    start_lat_deg: float
    start_lng_deg: float
    end_lat_deg: float
    end_lng_deg: float
    departed_at: datetime
    arrived_at: datetime

    @property
    def start(self) -> Point:
        return Point(self.start_lat_deg, self.start_lng_deg)

    @property
    def end(self) -> Point:
        return Point(self.end_lat_deg, self.end_lng_deg)


async def list_finished_legs(
    conn: Connection, *, market_id: MarketId, since: datetime, limit_count: int
) -> list[FinishedLeg]:
    rows = await conn.fetch(_SQL["list_finished_legs"], market_id, since, limit_count)
    return to_structs(rows, FinishedLeg)
