from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.cells import cell_of, center_of
from service.dispatch.arrays import arrange
from service.dispatch.places import (
    NOWHERE,
    TRAVEL_RESOLUTION,
    URGENT,
    USEFUL,
    nearness_of,
    places_of,
    wanted_of,
)
from service.domain.geo import Point, distance_m
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen, make_stop
from tests.unit.domain.makers import GRABEN, NASCHMARKT

NEAR_M = 5_000.0


def snapshot_of(jobs=(), couriers=()):
    return arrange(make_gathered(jobs, couriers), Policy()).snapshot


def job_at(number, north_m):
    return make_open_job(number, pickup_lat_deg=GRABEN.lat_deg + north_m / 111_195.0)


def surveyed(snapshot, *, cells_count_max=100, near_m=NEAR_M):
    places = places_of(snapshot, cells_count_max=cells_count_max, near_m=near_m)
    everybody = np.ones(len(snapshot.courier_deg), np.bool_)
    is_near = nearness_of(places, near_m=near_m)
    return places, wanted_of(places, snapshot, of_profile=everybody, is_near=is_near)


def test_places_in_one_cell_are_one_node():
    places = places_of(
        snapshot_of([make_open_job(1), make_open_job(2)], [make_seen()]),
        cells_count_max=100,
        near_m=NEAR_M,
    )
    assert places.pickup_node.tolist() == [0, 0]
    assert places.dropoff_node.tolist() == [1, 1]
    assert places.courier_node.tolist() == [0]
    assert places.cells == tuple(
        cell_of(place.lat_deg, place.lng_deg, resolution=TRAVEL_RESOLUTION)
        for place in (GRABEN, NASCHMARKT)
    )


@given(st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(-0.1, 0.1)), max_size=8))
def test_near_is_what_the_great_circle_says(offsets):
    couriers = [
        make_seen(number, north_m=north_deg * 111_195.0, east_deg=east_deg)
        for number, (north_deg, east_deg) in enumerate(offsets, 1)
    ]
    places, _ = surveyed(snapshot_of([make_open_job()], couriers), near_m=20_000.0)
    is_near = nearness_of(places, near_m=4_000.0)
    centers = [Point(*center_of(cell)) for cell in places.cells]
    expected = [[distance_m(a, b) <= 4_000.0 for b in centers] for a in centers]
    assert is_near.tolist() == expected


def test_a_courier_far_from_every_pickup_is_no_node():
    snapshot = snapshot_of([make_open_job()], [make_seen(1), make_seen(2, north_m=6_000.0)])
    places, _ = surveyed(snapshot)
    assert places.courier_node.tolist() == [0, NOWHERE]


def test_the_nearest_couriers_come_first_when_there_is_little_room():
    couriers = [make_seen(1, north_m=3_000.0), make_seen(2, north_m=500.0)]
    places, _ = surveyed(snapshot_of([make_open_job()], couriers), cells_count_max=4)
    assert (places.courier_node >= 0).tolist() == [True, True]
    places, _ = surveyed(snapshot_of([make_open_job()], couriers), cells_count_max=3)
    assert places.courier_node.tolist() == [NOWHERE, NOWHERE]  # half of the room has no job


def test_jobs_leave_room_for_couriers_and_take_what_they_leave():
    jobs = [job_at(number, 400.0 * number) for number in range(1, 6)]
    places, _ = surveyed(snapshot_of(jobs, [make_seen()]), cells_count_max=8)
    assert places.courier_node[0] != NOWHERE
    assert (places.pickup_node >= 0).tolist() == [True, True, True, True, True]
    places, _ = surveyed(snapshot_of(jobs, [make_seen()]), cells_count_max=6)
    assert (places.pickup_node >= 0).sum() < 5
    assert places.courier_node[0] != NOWHERE


def test_the_ways_of_a_candidate_are_wanted_most():
    snapshot = snapshot_of([make_open_job()], [make_seen(north_m=1_000.0)])
    places, wanted = surveyed(snapshot)
    courier, pickup, dropoff = (
        nodes[0] for nodes in (places.courier_node, places.pickup_node, places.dropoff_node)
    )
    assert wanted[courier, pickup] == wanted[pickup, dropoff] == URGENT
    assert wanted[dropoff, pickup] == USEFUL
    assert wanted[courier, dropoff] == wanted[pickup, courier] == 0


def test_the_way_to_a_far_drop_off_is_wanted_all_the_same():
    far = make_open_job(dropoff_lat_deg=GRABEN.lat_deg + 0.2)
    places, wanted = surveyed(snapshot_of([far], [make_seen(north_m=1_000.0)]))
    assert wanted[places.pickup_node[0], places.dropoff_node[0]] == URGENT
    assert wanted[places.dropoff_node[0], places.pickup_node[0]] == 0


def test_a_committed_route_is_wanted_in_its_order():
    route = (
        make_stop(7, StopKind.PICKUP, lat_deg=GRABEN.lat_deg + 0.01),
        make_stop(7, StopKind.DROPOFF, lat_deg=GRABEN.lat_deg + 0.02),
    )
    snapshot = snapshot_of([make_open_job()], [make_seen(north_m=500.0, route=route)])
    places, wanted = surveyed(snapshot)
    nodes = [places.courier_node[0], *places.stop_node]
    assert [wanted[step] for step in pairwise(nodes)] == [URGENT, URGENT]
    assert wanted[nodes[1], places.pickup_node[0]] == USEFUL
    assert wanted[nodes[2], nodes[1]] == 0


def test_couriers_of_another_profile_want_nothing_here():
    snapshot = snapshot_of([make_open_job()], [make_seen(north_m=1_000.0)])
    places = places_of(snapshot, cells_count_max=100, near_m=NEAR_M)
    is_near = nearness_of(places, near_m=NEAR_M)
    wanted = wanted_of(places, snapshot, of_profile=np.zeros(1, np.bool_), is_near=is_near)
    assert not wanted[places.courier_node[0]].any()


def test_no_jobs_and_no_couriers_are_no_places():
    places, wanted = surveyed(snapshot_of())
    assert (places.cells, wanted.shape) == ((), (0, 0))


north = st.integers(-3_000, 3_000)


@given(
    st.lists(north, max_size=6),
    st.lists(st.tuples(north, st.booleans()), max_size=6),
    st.integers(2, 14),
)
def test_there_is_never_more_than_there_is_room_for(jobs, couriers, cells_count_max):
    snapshot = snapshot_of(
        [job_at(number, north_m) for number, north_m in enumerate(jobs, 1)],
        [
            make_seen(number, north_m=north_m, route=(make_stop(number),) if is_riding else ())
            for number, (north_m, is_riding) in enumerate(couriers, 50)
        ],
    )
    places, wanted = surveyed(snapshot, cells_count_max=cells_count_max)
    count = len(places.cells)
    assert count == len(set(places.cells)) <= cells_count_max
    assert wanted.shape == (count, count)
    assert not wanted.diagonal().any()
    for nodes in places[1:]:
        assert ((nodes >= NOWHERE) & (nodes < count)).all()
