"""Which tables to ask for, so that few requests tell most of what is wanted."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Wanted = NDArray[np.uint8]
"""(K, K) how much each way is wanted, from row to column: 0 not at all."""


class Request(NamedTuple):
    """The ways from each of some cells to each of others, by their rows."""

    origins: NDArray[np.intp]
    destinations: NDArray[np.intp]


def plan_requests(
    wanted: Wanted, *, cells_count_max: int, requests_count_max: int
) -> list[Request]:
    """Return tables that hold what is wanted, the most wanted first, as far as so many do.

    Greedy: the row that wants most gives the destinations, then those rows join that want most of
    the same ones. A request has at most `cells_count_max` (>= 2) cells, both sides together.
    """
    left = wanted.astype(np.int64)
    requests: list[Request] = []
    while len(requests) < requests_count_max:
        wants = left.sum(axis=1)
        first = int(wants.argmax())
        if wants[first] == 0:
            break
        destinations = _most(left[first], cells_count_max // 2)
        origins = _most(left[:, destinations].sum(axis=1), cells_count_max - len(destinations))
        left[origins[:, np.newaxis], destinations] = 0
        requests.append(Request(origins, destinations))
    return requests


def _most(weights: NDArray[np.int64], count_max: int) -> NDArray[np.intp]:
    """Return the rows of the largest weights above 0, the largest first, at most so many."""
    rows = np.argsort(-weights, kind="stable")[:count_max]
    return rows[weights[rows] > 0]
