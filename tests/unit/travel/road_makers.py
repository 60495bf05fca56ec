"""Small road files, and the plainest Dijkstra there is, as the twin of the one in use."""

import heapq
import json
import math
from pathlib import Path

import numpy as np
import pytest

from service.domain.geo import Point

PORTLAND = Path(__file__).parents[4] / "shared" / "data" / "portland-roads.geojson"

needs_portland = pytest.mark.skipif(
    not PORTLAND.exists(), reason="the roads of Portland are not here: shared/data"
)

LAT_DEG, LNG_DEG = 45.5, -122.65
STEP_DEG = 0.002  # 222 m north, 156 m east


def at(row, column):
    """Return the corner of a grid of streets."""
    return Point(LAT_DEG + row * STEP_DEG, LNG_DEG + column * STEP_DEG)


def line(*places, k=4, v=36, o=None):
    """Return a road along these places."""
    properties = {"k": k, "v": v} | ({} if o is None else {"o": o})
    coordinates = [[place.lng_deg, place.lat_deg] for place in places]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }


def write_roads(path, *lines):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(lines)}))
    return path


def plain_dijkstra(edges, root):
    """Return {node: (seconds, metres)} of the fastest ways from a node."""
    leaving = {}
    for tail, head, metres, seconds in zip(*(column.tolist() for column in edges), strict=True):
        leaving.setdefault(tail, []).append((head, metres, seconds))
    found, waiting = {}, [(0.0, 0.0, root)]
    while waiting:
        seconds, metres, node = heapq.heappop(waiting)
        if node in found:
            continue
        found[node] = seconds, metres
        for head, edge_m, edge_s in leaving.get(node, ()):
            heapq.heappush(waiting, (seconds + edge_s, metres + edge_m, head))
    return found


def twin_columns(edges, root, nodes_count):
    """Return (seconds, metres) of every node, infinite where there is no way."""
    found = plain_dijkstra(edges, root)
    both = [found.get(node, (math.inf, math.inf)) for node in range(nodes_count)]
    return np.array(both).T
