"""Tours in hand: the cheapest place against every place tried, and what stays true of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ground import BASE_COST, OFFER_COST, survey
from matching.params import Params
from matching.placing import cheapest_place
from matching.search import FIXED, Task, desk_for, lay_out, search
from matching.tours import (
    JOBS,
    PRINT,
    ROOM,
    STOPS,
    copy_routes,
    put_in,
    refresh,
    take_out,
    tours_of,
)
from matching.walk import settle
from tests.unit.matching import twins_routes
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of

EXACT = settings(max_examples=60, deadline=None, derandomize=True)
LIMIT = 1e9


def ground_of(snapshot, **params):
    ground = survey(snapshot, Params(**params))
    settle(ground)
    return ground


def random_tours(seed, *, lateness_s_max=0.0, jobs_count=6):
    """Return tours with jobs put in at random feasible places, and one job that is left open."""
    snapshot = random_snapshot(seed, couriers_count=3, jobs_count=jobs_count)
    rng = np.random.default_rng(seed)
    is_unmixed = rng.random(jobs_count) < 0.3
    snapshot = snapshot._replace(
        courier_jobs_room=np.full(3, 4),
        job_is_unmixed=is_unmixed,
        pickup_access_s=rng.choice((0.0, 45.0), jobs_count),
        dropoff_access_s=rng.choice((0.0, 45.0), jobs_count),
    )
    if seed % 3 == 0:  # two restaurants: most pickups share their point with others
        snapshot.pickup_deg[:] = snapshot.pickup_deg[rng.integers(2, size=jobs_count)]
    ground = ground_of(snapshot, lateness_s_max=lateness_s_max)
    tours = tours_of(ground, jobs_max=4)
    for job in range(jobs_count - 1):
        courier = int(rng.integers(3))
        stops_count = int(tours.tally[courier, STOPS])
        if tours.tally[courier, JOBS] >= tours.tally[courier, ROOM]:
            continue
        a, b = sorted(rng.integers(stops_count + 1, size=2).tolist())
        put_in(ground, tours, courier, job, (a, b))
        places = twins_routes.places_of(tours, courier)
        if not np.isfinite(twins_routes.cost_of(ground, courier, places)):
            take_out(ground, tours, job)
            refresh(ground, tours, courier)
    return ground, tours, jobs_count - 1


@EXACT
@given(seed=st.integers(0, 2**32 - 1), lateness_s_max=st.sampled_from((0.0, 600.0)))
def test_the_cheapest_place_is_the_cheapest_of_all(seed, lateness_s_max) -> None:
    ground, tours, job = random_tours(seed, lateness_s_max=lateness_s_max)
    for courier in range(3):
        spot = cheapest_place(ground, tours, courier, job, LIMIT)
        expected = twins_routes.cheapest_cost(ground, tours, courier, job)
        assert min(expected, LIMIT) == pytest.approx(spot.cost, abs=1e-5)
        if spot.pickup_after >= 0:
            before = tours.cost[courier]
            put_in(ground, tours, courier, job, (spot.pickup_after, spot.dropoff_after))
            assert tours.cost[courier] - before == pytest.approx(spot.cost, abs=1e-5)
            take_out(ground, tours, job)
            refresh(ground, tours, courier)


@EXACT
@given(seed=st.integers(0, 2**32 - 1))
def test_one_job_in_a_committed_route_is_placed_as_by_the_exact_search(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=2, jobs_count=1)
    ground = ground_of(snapshot)
    tours = tours_of(ground, jobs_max=4)
    desk = desk_for(8)
    for courier in range(2):
        stops_count = int(np.diff(snapshot.route_start)[courier])
        lay_out(ground, desk, Task(courier, stops_count, 1), np.zeros(1, np.int64))
        for i in range(stops_count):
            desk.marks[i, FIXED] = i
        best = search(ground, desk, Task(courier, stops_count, 1), stops_count, 1)
        row = ground.fleet[courier]
        expected = best - row[BASE_COST] + row[OFFER_COST]
        spot = cheapest_place(ground, tours, courier, 0, LIMIT)
        if tours.tally[courier, ROOM] > 0:
            assert spot.cost == pytest.approx(min(expected, LIMIT), abs=1e-6)
        else:
            assert spot.pickup_after == -1


@EXACT
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 2.0))
def test_nothing_is_found_that_costs_as_much_as_the_limit(seed, share) -> None:
    ground, tours, job = random_tours(seed)
    for courier in range(3):
        cheapest = cheapest_place(ground, tours, courier, job, LIMIT)
        limit = cheapest.cost * share
        found = cheapest_place(ground, tours, courier, job, limit)
        if cheapest.pickup_after < 0 or cheapest.cost > limit + 1e-6:
            assert found.pickup_after == -1
            assert found.cost == pytest.approx(limit)
        elif cheapest.cost < limit - 1e-6:
            assert tuple(found) == pytest.approx(tuple(cheapest))


@EXACT
@given(seed=st.integers(0, 2**32 - 1))
def test_copied_routes_are_those_of_the_source_with_their_owners(seed) -> None:
    ground, tours, _ = random_tours(seed)
    other = tours_of(ground, jobs_max=4)
    every = np.arange(3)
    copy_routes(ground, tours, other, every)
    assert np.array_equal(tours.owner, other.owner)
    committed = tours_of(ground, jobs_max=4)
    copy_routes(ground, committed, other, every[:1])
    for courier, source in ((0, committed), (1, tours), (2, tours)):
        assert twins_routes.places_of(other, courier) == twins_routes.places_of(source, courier)
    assert np.array_equal(other.owner, np.where(tours.owner == 0, -1, tours.owner))


def test_a_courier_that_carries_too_much_gets_nothing() -> None:
    stops = (Stop(at=(500.0, 0.0)), Stop(at=(600.0, 0.0)), Stop(at=(700.0, 0.0)))
    courier = Courier(capacity=(10_000.0, 60.0, 1.0), stops=stops)
    ground = ground_of(snapshot_of([courier], [Job()]))
    tours = tours_of(ground, jobs_max=4)
    assert tours.tally[0, ROOM] == 0
    assert cheapest_place(ground, tours, 0, 0, LIMIT).pickup_after == -1


def test_the_fingerprint_of_a_route_follows_its_places() -> None:
    ground = ground_of(snapshot_of([Courier(), Courier()], [Job()]))
    tours = tours_of(ground, jobs_max=4)
    seen = [tuple(tours.tally[:, PRINT])]
    put_in(ground, tours, 0, 0, (0, 0))
    seen.append(tuple(tours.tally[:, PRINT]))
    take_out(ground, tours, 0)
    refresh(ground, tours, 0)
    seen.append(tuple(tours.tally[:, PRINT]))
    assert seen[0] == seen[2]
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] == seen[1][1] != seen[0][0]
