"""OSRM as a source: its table service, one server (`osrm-routed`) for each profile.

After the HTTP API of OSRM 5: places are "longitude,latitude", null is no way, seconds and metres.
"""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.geo import Point
from service.travel.source import Profile, SourceError, Table, table_of
from service.travel.talk import Cells, RoutingServers, array_of

_PROFILE_NAME = {Profile.FOOT: "foot", Profile.BIKE: "bike", Profile.CAR: "driving"}


class _Answer(Struct, frozen=True):
    code: str
    durations: Cells = []
    distances: Cells = []


class Osrm:
    """The table service of OSRM."""

    name = "osrm"

    def __init__(self, servers: RoutingServers) -> None:
        self._servers = servers

    async def table(
        self, profile: Profile, origins: Sequence[Point], destinations: Sequence[Point]
    ) -> Table:
        """Return the fastest ways; see `Source.table`.

        Raises:
            SourceError: there is no answer, or none that makes sense.
        """
        path = _path_of(profile, origins, destinations)
        answer = await self._servers.ask(profile, path, _Answer)
        if answer.code != "Ok":
            raise SourceError(f"OSRM says {answer.code}")
        return table_of(
            array_of(answer.durations),
            array_of(answer.distances),
            origins_count=len(origins),
            destinations_count=len(destinations),
        )


def _path_of(profile: Profile, origins: Sequence[Point], destinations: Sequence[Point]) -> str:
    places = ";".join(
        f"{place.lng_deg:.6f},{place.lat_deg:.6f}" for place in (*origins, *destinations)
    )
    from_rows = ";".join(map(str, range(len(origins))))
    to_rows = ";".join(map(str, range(len(origins), len(origins) + len(destinations))))
    return (
        f"/table/v1/{_PROFILE_NAME[profile]}/{places}"
        f"?sources={from_rows}&destinations={to_rows}&annotations=duration,distance"
    )
