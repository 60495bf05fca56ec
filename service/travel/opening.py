"""The source of travel times that the settings name, opened once for a process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from service.settings import Settings
from service.travel.graph import RoadGraph
from service.travel.guard import GuardedSource
from service.travel.osrm import Osrm
from service.travel.road_file import read_road_file
from service.travel.talk import RoutingServers
from service.travel.valhalla import Valhalla


@asynccontextmanager
async def open_source(settings: Settings) -> AsyncGenerator[GuardedSource | None]:
    """Open the source of travel times; None where straight lines are all that is wanted.

    Raises:
        OSError, msgspec.ValidationError: the road file cannot be read.
    """
    match settings.travel:
        case "straight":
            yield None
        case "graph":
            graph = await asyncio.to_thread(_open_graph, Path(settings.travel_graph))
            yield GuardedSource(graph, settings)
        case "osrm" | "valhalla":
            limits = httpx.Limits(max_connections=settings.travel_requests_count_max)
            async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
                servers = RoutingServers(client, settings)
                source = Osrm(servers) if settings.travel == "osrm" else Valhalla(servers)
                yield GuardedSource(source, settings)


def _open_graph(path: Path) -> RoadGraph:
    return RoadGraph(read_road_file(path))
