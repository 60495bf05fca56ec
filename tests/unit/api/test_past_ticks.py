"""What a map shows of a recorded tick is what the dispatcher packed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from service.api.past_ticks import past_ticks
from service.dispatch.recording import Ways, pack, record_of
from service.domain.facts import TickSummary
from service.store.recorded_ticks import SpacedRow
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen, make_stop
from tests.unit.domain.makers import NOW

SUMMARY = TickSummary(
    tick_id=None,
    policy_version=1,
    jobs_count=1,
    couriers_count=2,
    pairs_count=2,
    removed_count_by_filter={},
    offers_count=1,
    bundled_jobs_count=0,
    held_count=0,
    refused_count=0,
    gather_ms=1.0,
    solve_ms=1.0,
    commit_ms=1.0,
)


def row_of(jobs, couriers, *, number=1, packed=None):
    record = record_of(
        make_gathered(jobs, couriers), tick_s=1.0, left_out=(), ways=Ways(), proposals=()
    )
    return SpacedRow(
        tick_id=number,
        at=NOW + timedelta(seconds=number),
        packed=pack(record) if packed is None else packed,
        summary=SUMMARY,
        found_count=1,
    )


def test_jobs_and_couriers_come_back_with_their_places():
    job = make_open_job(1)
    idle = make_seen(1, north_m=200.0)
    busy = make_seen(2, route=(make_stop(91),), live_jobs_count=1)
    (tick,), is_whole = past_ticks([row_of([job], [idle, busy])], couriers_count_max=10)
    assert is_whole
    assert tick.tick == replace(SUMMARY, tick_id=1)
    (shown,) = tick.jobs
    assert (shown.job_id, shown.opened_at) == (job.job_id, job.opened_at)
    assert (shown.pickup_lat_deg, shown.dropoff_lng_deg) == (
        job.pickup_lat_deg,
        job.dropoff_lng_deg,
    )
    for seen, courier in zip((idle, busy), tick.couriers, strict=True):
        assert courier.courier_id == seen.entry.courier_id
        assert (courier.lat_deg, courier.lng_deg) == (seen.fix.lat_deg, seen.fix.lng_deg)
        assert courier.at.timestamp() * 1_000 == pytest.approx(seen.fix.received_at_ms, abs=0.5)
        assert courier.live_jobs_count == seen.entry.live_jobs_count


def test_ticks_beyond_so_many_couriers_are_left_for_another_time():
    rows = [row_of([], [make_seen(1), make_seen(2)], number=number) for number in (1, 2, 3)]
    shown, is_whole = past_ticks(rows, couriers_count_max=4)
    assert ([tick.at for tick in shown], is_whole) == ([row.at for row in rows[:2]], False)


def test_the_first_is_told_whatever_its_size():
    shown, is_whole = past_ticks([row_of([], [make_seen(1), make_seen(2)])], couriers_count_max=1)
    assert (len(shown), is_whole) == (1, True)


@pytest.mark.parametrize("packed", [b"", b"no tick", b"x\x9cc\x00\x00\x00\x01\x00\x01"])
def test_what_cannot_be_read_is_left_out(packed):
    rows = [row_of([], [], packed=packed), row_of([], [make_seen(1)], number=2)]
    shown, is_whole = past_ticks(rows, couriers_count_max=10)
    assert ([len(tick.couriers) for tick in shown], is_whole) == ([1], True)
