"""Valhalla as a source: its matrix service, one server for every profile.

After the matrix API of Valhalla 3: times in seconds, distances in the unit asked for, null is no
way; the answer is a row of cells for each origin.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from service.domain.geo import Point
from service.travel.source import Profile, Table, table_of
from service.travel.talk import RoutingServers, array_of

_COSTING = {Profile.FOOT: "pedestrian", Profile.BIKE: "bicycle", Profile.CAR: "auto"}
_METRES_PER_KM = 1_000.0


class _Location(Struct, frozen=True):
    lat: float
    lon: float


class _Question(Struct, frozen=True, kw_only=True):
    sources: list[_Location]
    targets: list[_Location]
    costing: str
    units: Literal["kilometers"] = "kilometers"
    verbose: bool = True  # the form of the answer that every release knows


class _Cell(Struct, frozen=True):
    time: float | None
    distance: float | None


class _Answer(Struct, frozen=True):
    sources_to_targets: list[list[_Cell]]


class Valhalla:
    """The matrix service of Valhalla."""

    name = "valhalla"

    def __init__(self, servers: RoutingServers) -> None:
        self._servers = servers

    async def table(
        self, profile: Profile, origins: Sequence[Point], destinations: Sequence[Point]
    ) -> Table:
        """Return the fastest ways; see `Source.table`.

        Raises:
            SourceError: there is no answer, or none that makes sense.
        """
        question = _Question(
            sources=[_Location(place.lat_deg, place.lng_deg) for place in origins],
            targets=[_Location(place.lat_deg, place.lng_deg) for place in destinations],
            costing=_COSTING[profile],
        )
        answer = await self._servers.ask(profile, "/sources_to_targets", _Answer, body=question)
        rows = answer.sources_to_targets
        return table_of(
            array_of([[cell.time for cell in row] for row in rows]),
            array_of([[cell.distance for cell in row] for row in rows]) * _METRES_PER_KM,
            origins_count=len(origins),
            destinations_count=len(destinations),
        )
