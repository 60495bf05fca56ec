"""What is packed of a tick is enough to decide it again, to the last bit."""

import zlib
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from matching.snapshot import Roads, Travel
from service.dispatch.arrays import arrange
from service.dispatch.recording import (
    UnreadableTickError,
    Ways,
    discreet,
    measured,
    pack,
    record_of,
    unpack,
    ways_of,
)
from service.dispatch.redecide import redecide
from service.dispatch.rows import DemandPlace, HeldJob, Standing
from service.domain.geo import Point, distance_m
from service.domain.policy import Policy
from tests.unit.dispatch.makers import (
    decide_on,
    make_gathered,
    make_open_job,
    make_seen,
    make_stop,
)
from tests.unit.domain.makers import ANNA, NOW, make_market


def recorded_of(jobs, couriers, *, left_out=(), market=None, **changes):
    """Return what was decided, and the tick as it comes back from its record."""
    decided = decide_on(jobs, couriers, left_out=left_out, market=market, **changes)
    record = record_of(
        make_gathered(jobs, couriers, **changes),
        tick_s=Policy().tick_s,
        left_out=left_out,
        ways=decided.ways,
        proposals=decided.proposals,
    )
    return decided, unpack(pack(record))


near = st.floats(-0.02, 0.02, allow_nan=False)


@settings(max_examples=25, deadline=None)
@given(
    pickups=st.lists(st.tuples(near, near), max_size=8),
    couriers=st.lists(st.tuples(near, st.integers(0, 60), st.floats(0.0, 1.0)), max_size=6),
    held=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3)), max_size=6),
    is_first_left_out=st.booleans(),
)
def test_the_same_is_proposed_under_the_same_policy(pickups, couriers, held, is_first_left_out):
    jobs = [
        make_open_job(
            number,
            pickup_lat_deg=48.2089 + lat_deg,
            pickup_lng_deg=16.3697 + lng_deg,
            opened_at=NOW - timedelta(seconds=number),
        )
        for number, (lat_deg, lng_deg) in enumerate(pickups, start=1)
    ]
    seen = [
        make_seen(
            number,
            north_m=east * 50_000.0,
            fixed_at=NOW - timedelta(seconds=age_s),
            route=(make_stop(90 + number),) if number % 2 else (),
            live_jobs_count=number % 2,
        )
        for number, (east, age_s, _) in enumerate(couriers, start=1)
    ]
    known = {
        "held": tuple(
            HeldJob(make_open_job(job).job_id, make_seen(courier).entry.courier_id, rank)
            for job, courier, rank in held
        ),
        "standings": tuple(
            Standing(courier.entry.courier_id, share, 4.0 * share)
            for courier, (_, _, share) in zip(seen, couriers, strict=True)
        ),
        "demand": (DemandPlace(48.21, 16.37, 20.0),),
    }
    left_out = (
        ((ANNA, jobs[0].job_id), (None, jobs[0].job_id)) if is_first_left_out and jobs else ()
    )
    market = make_market(policy=replace(Policy(), fairness_weight_s=120.0))
    decided, recorded = recorded_of(jobs, seen, left_out=left_out, market=market, **known)
    again = redecide(recorded, market, policy_then=market.policy)
    assert msgspec.json.encode(again) == msgspec.json.encode(decided.proposals)


def test_ways_by_road_and_speeds_come_back_as_they_were():
    jobs, couriers = [make_open_job()], [make_seen(1)]
    snapshot = arrange(make_gathered(jobs, couriers), Policy()).snapshot
    table = np.array([[[0.0, 10.0], [np.nan, 0.0]]])
    one, none = np.zeros(1, np.int64), np.zeros(0, np.int64)
    roads = Roads(table, one, one, none, one, np.array([-1]))
    travel = Travel(detour_factor=1.4, roads=roads)
    seen = snapshot._replace(courier_speed_mps=np.array([3.25]), travel=travel)
    back = measured(
        snapshot, msgspec.msgpack.decode(msgspec.msgpack.encode(ways_of(seen)), type=Ways)
    )
    assert back.travel.detour_factor == 1.4
    for before, after in zip(roads, back.travel.roads, strict=True):
        assert (before.dtype, before.shape) == (after.dtype, after.shape)
        assert np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
        assert after.flags.writeable
    assert back.courier_speed_mps.tolist() == [3.25]


def test_another_detour_factor_makes_straight_lines_longer():
    jobs, couriers = [make_open_job()], [make_seen(1, north_m=900.0)]
    decided, recorded = recorded_of(jobs, couriers)
    longer = make_market(policy=replace(Policy(), detour_factor=2.6))
    (proposal,) = redecide(recorded, longer, policy_then=Policy())
    deadhead_m = decided.proposals[0].reasons.deadhead_m
    assert proposal.reasons.deadhead_m == pytest.approx(2.0 * deadhead_m)


def test_a_tick_recorded_before_there_was_more_to_know_still_reads():
    _, recorded = recorded_of([make_open_job()], [make_seen(1)])
    plain = msgspec.msgpack.decode(zlib.decompress(pack(recorded)))
    for name in ("held", "standings", "demand"):
        assert plain["gathered"].pop(name) == []
    assert unpack(zlib.compress(msgspec.msgpack.encode(plain))) == recorded


def test_nothing_that_names_people_is_packed():
    _, recorded = recorded_of([make_open_job()], [make_seen(1)])
    text = msgspec.json.encode(recorded).decode()
    assert not any(word in text for word in ("name", "phone", "address", "instructions"))


@pytest.mark.parametrize("packed", [b"", b"x", zlib.compress(b"\xc1"), zlib.compress(b"\x80")])
def test_what_is_no_recorded_tick_is_refused(packed):
    with pytest.raises(UnreadableTickError):
        unpack(packed)


def test_who_has_a_job_is_recorded_where_they_were_and_others_in_their_cell():
    at_work = make_seen(1, live_jobs_count=1)
    idle = make_seen(2)
    first, second = discreet(make_gathered(couriers=[at_work, idle])).couriers
    assert first == at_work
    assert (second.entry, second.fix.received_at_ms) == (idle.entry, idle.fix.received_at_ms)
    there = Point(second.fix.lat_deg, second.fix.lng_deg)
    assert 0.0 < distance_m(idle.place, there) < 250.0


def test_two_idle_couriers_of_one_cell_cannot_be_told_apart_by_place():
    near = [make_seen(number, north_m=10.0 * number) for number in (1, 2)]
    places = {one.place for one in discreet(make_gathered(couriers=near)).couriers}
    assert len(places) == 1
