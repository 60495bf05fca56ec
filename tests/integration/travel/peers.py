"""Routing servers of other people, as far as they are spoken to: HTTP by hand, on a real socket."""

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from service.domain.geo import Point, distance_m
from service.settings import Settings


def settings_for(travel, url="http://unused", **changes):
    values = {"database_url": "unused", "redis_url": "unused", "travel": travel, "travel_url": url}
    return Settings(**(values | changes))


class Peer:
    """A routing server, whose answers a test may spoil, and what it was asked."""

    def __init__(self, answer):
        self.answer = answer  # of (target, body): bytes
        self.status = 200
        self.asked = []
        self.spoil = lambda answer: answer
        self.gate = asyncio.Event()
        self.gate.set()

    async def serve(self, reader, writer):
        try:
            while head := await reader.readline():
                target = head.decode().split()[1]
                length_bytes = 0
                while (line := await reader.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length_bytes = int(line.split(b":")[1])
                body = await reader.readexactly(length_bytes)
                self.asked.append(target)
                await self.gate.wait()
                answer = self.spoil(self.answer(target, body))
                writer.write(
                    f"HTTP/1.1 {self.status} Told\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
                )
                writer.write(answer)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def listening(answer):
    """Serve on a port of this machine; yield the peer and its URL."""
    peer = Peer(answer)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield peer, f"http://{host}:{port}"
        peer.gate.set()


def seconds_between(origin, destination):
    """Ways take longer than the line, and not equally long there and back."""
    uphill_s = 5.0 if destination.lat_deg > origin.lat_deg else 0.0
    return distance_m(origin, destination) / 5.0 + uphill_s


def metres_between(origin, destination):
    return 1.5 * distance_m(origin, destination)


def answer_as_osrm(target, _body):
    """Answer `/table/v1/{profile}/{lng},{lat};...` as osrm-routed does."""
    parts = urlsplit(target)
    assert parts.path.startswith("/table/v1/")
    query = parse_qs(parts.query, strict_parsing=True)
    assert query["annotations"] == ["duration,distance"]
    places = [
        Point(*reversed([float(degree) for degree in place.split(",")]))
        for place in parts.path.split("/")[4].split(";")
    ]
    origins, destinations = (
        [places[int(row)] for row in query[side][0].split(";")]
        for side in ("sources", "destinations")
    )
    return json.dumps(
        {
            "code": "Ok",
            "durations": table_by(seconds_between, origins, destinations),
            "distances": table_by(metres_between, origins, destinations),
            "sources": [],
        }
    ).encode()


def answer_as_valhalla(target, body):
    """Answer `/sources_to_targets` as valhalla_service does."""
    assert target == "/sources_to_targets"
    question = json.loads(body)
    origins, destinations = (
        [Point(place["lat"], place["lon"]) for place in question[side]]
        for side in ("sources", "targets")
    )
    rows = [
        [
            {
                "from_index": a,
                "to_index": b,
                "time": seconds_between(origin, destination),
                "distance": metres_between(origin, destination) / 1_000.0,
            }
            for b, destination in enumerate(destinations)
        ]
        for a, origin in enumerate(origins)
    ]
    return json.dumps({"sources_to_targets": rows, "units": question["units"]}).encode()


def table_by(measure, origins, destinations):
    return [[measure(origin, destination) for destination in destinations] for origin in origins]
