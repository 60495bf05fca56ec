"""The batch pickup-and-delivery problem on which general solvers and ours are compared.

Couriers start anywhere and end anywhere, carry at most four units, and travel by one table of
whole seconds. What counts is the sum of their travel, and a price for each job not served.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]

SERVICE_S = 60  # at every stop
OPEN_COST = 20_000  # of a job that is not served, seconds
CAPACITY = 4
SPEED_MPS = 5.5
DETOUR_FACTOR = 1.3
COURIERS_COUNT = {20: 20, 50: 30, 200: 100, 1_000: 400}
RADIUS_M = {20: 4_000.0, 50: 6_000.0, 200: 9_000.0, 1_000: 18_000.0}


class Batch(NamedTuple):
    """J jobs and C couriers; nodes are J pickups, J drop-offs, then C couriers."""

    point_m: NDArray[np.float64]  # (2 J + C, 2) east, north
    table_s: I64  # (2 J + C, 2 J + C) travel, rounded up
    ready_s: I64  # (J,) earliest pickup
    due_s: I64  # (J,) latest end of service at the drop-off
    size: I64  # (J,) units carried
    couriers_count: int


def batch_of(jobs_count: int, *, seed: int) -> Batch:
    """Return the batch of a seed: pickups around hot spots, drop-offs 1 to 5 km away."""
    rng = np.random.default_rng(seed)
    couriers_count, radius_m = COURIERS_COUNT[jobs_count], RADIUS_M[jobs_count]
    spots_count = max(6, int(radius_m / 400.0))
    spot = _ring(rng, 0.85 * radius_m * rng.random(spots_count) ** 0.8)
    share: NDArray[np.float64] = np.power(np.arange(spots_count) + 2.0, -0.7)
    spread_m = rng.uniform(0.04, 0.096, spots_count) * radius_m
    courier = _clustered(rng, (couriers_count, radius_m, 0.15), spot, spread_m, share)
    pickup = _clustered(rng, (jobs_count, radius_m, 0.08), spot, 0.6 * spread_m, share)
    ride_m = rng.gamma(3.0, 900.0, jobs_count)
    ready_s = rng.uniform(0.0, 600.0, jobs_count)
    patience_s = 1_800.0 + ride_m / 5.0 * DETOUR_FACTOR + rng.uniform(0.0, 1_800.0, jobs_count)
    point = np.concatenate((pickup, pickup + _ring(rng, ride_m), courier))
    apart_m = np.hypot(*(point[:, None] - point[None]).transpose(2, 0, 1))
    return Batch(
        point_m=point,
        table_s=np.ceil(apart_m * (DETOUR_FACTOR / SPEED_MPS)).astype(np.int64),
        ready_s=ready_s.astype(np.int64),
        due_s=(ready_s + patience_s).astype(np.int64),
        size=rng.choice([1, 1, 1, 2], jobs_count).astype(np.int64),
        couriers_count=couriers_count,
    )


def _ring(rng: np.random.Generator, far_m: NDArray[np.float64]) -> NDArray[np.float64]:
    angle = rng.random(len(far_m)) * 2.0 * math.pi
    return np.stack((far_m * np.cos(angle), far_m * np.sin(angle)), axis=1)


def _clustered(
    rng: np.random.Generator,
    crowd: tuple[int, float, float],
    spot: NDArray[np.float64],
    spread_m: NDArray[np.float64],
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return points of a crowd, its size, the city's radius and the share that is anywhere."""
    count, radius_m, anywhere_share = crowd
    own = rng.choice(len(spot), size=count, p=share / share.sum())
    point = spot[own] + rng.normal(size=(count, 2)) * spread_m[own][:, None]
    anywhere = _ring(rng, radius_m * np.sqrt(rng.random(count)))
    return np.where((rng.random(count) < anywhere_share)[:, None], anywhere, point)


def cost_of(batch: Batch, routes: list[list[int]]) -> int:
    """Return what a plan costs, every promise checked; routes of all couriers, as nodes.

    Raises:
        AssertionError: a plan that breaks a promise.
    """
    assert len(routes) == batch.couriers_count, "one route per courier"
    served = [node for route in routes for node in route]
    assert len(served) == len(set(served)), "a stop is made twice"
    jobs_count = len(batch.ready_s)
    open_count = jobs_count - sum(node < jobs_count for node in served)
    return OPEN_COST * open_count + sum(
        _travel_s(batch, courier, route) for courier, route in enumerate(routes)
    )


def _travel_s(batch: Batch, courier: int, route: list[int]) -> int:
    jobs_count = len(batch.ready_s)
    here, now_s, total_s, on_board = 2 * jobs_count + courier, 0, 0, set[int]()
    for node in route:
        way_s = int(batch.table_s[here, node])
        here, now_s, total_s = node, now_s + way_s, total_s + way_s
        if node < jobs_count:
            now_s = max(now_s, int(batch.ready_s[node])) + SERVICE_S
            on_board.add(node)
            assert sum(int(batch.size[j]) for j in on_board) <= CAPACITY, "too much on board"
        else:
            now_s += SERVICE_S
            on_board.remove(node - jobs_count)
            assert now_s <= batch.due_s[node - jobs_count], "too late"
    assert not on_board, "a parcel stays on board"
    return total_s
