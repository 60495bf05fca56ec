"""A tick looks at a bounded part of the market, and at all that lies within the radius."""

import math
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.cells import cell_of
from service.dispatch.scope import cells_around, freshest, jobs_in_scope, radius_m_of
from service.domain.policy import Policy
from service.live.keys import CELL_RESOLUTION
from tests.unit.dispatch.makers import make_open_job, make_seen
from tests.unit.domain.makers import GRABEN, NOW


@given(st.lists(st.integers(0, 100), max_size=12), st.integers(0, 8))
def test_the_jobs_in_scope_are_bounded_and_sorted_by_id(ages_s, count_max):
    jobs = [
        make_open_job(number, opened_at=NOW - timedelta(seconds=age_s))
        for number, age_s in enumerate(ages_s)
    ]
    chosen = jobs_in_scope(jobs[::-1], count_max=count_max)
    assert len(chosen) == min(len(jobs), count_max)
    assert list(chosen) == sorted(chosen, key=lambda job: job.job_id)
    assert set(chosen) <= set(jobs)


def test_old_jobs_do_not_shut_out_the_latest():
    jobs = [make_open_job(number, opened_at=NOW + timedelta(seconds=number)) for number in range(9)]
    chosen = jobs_in_scope(jobs, count_max=5)
    assert [job.job_id.int // 1_000 for job in chosen] == [0, 1, 2, 7, 8]


@given(st.floats(0.0, 360.0), st.floats(0.0, 1.0), st.integers(0, 60))
def test_every_point_within_the_radius_is_in_one_of_the_cells(bearing_deg, share, open_s):
    policy, job = Policy(), make_open_job(opened_at=NOW - timedelta(seconds=open_s))
    away_m = share * radius_m_of(job, policy, now=NOW)
    north_m = away_m * math.cos(math.radians(bearing_deg))
    east_m = away_m * math.sin(math.radians(bearing_deg))
    lat_deg = GRABEN.lat_deg + north_m / 111_195.0
    lng_deg = GRABEN.lng_deg + east_m / 111_195.0 / math.cos(math.radians(lat_deg))
    cell = cell_of(lat_deg, lng_deg, resolution=CELL_RESOLUTION)
    assert cell in cells_around([job], policy, now=NOW)


@pytest.mark.parametrize(
    ("open_s", "radius_m"), [(0, 2_500.0), (9, 2_500.0), (10, 3_500.0), (3_000, 8_000.0)]
)
def test_the_radius_grows_with_the_time_that_a_job_is_open(open_s, radius_m):
    job = make_open_job(opened_at=NOW - timedelta(seconds=open_s))
    assert radius_m_of(job, Policy(), now=NOW) == radius_m


def test_the_newest_fixes_are_kept_by_courier():
    fixes = [
        make_seen(n, fixed_at=NOW - timedelta(seconds=s)).fix for n, s in ((1, 9), (2, 0), (3, 1))
    ]
    assert [fix.courier_id for fix in freshest(fixes, count_max=2)] == [UUID(int=2), UUID(int=3)]
    assert [fix.courier_id.int for fix in freshest(fixes, count_max=3)] == [1, 2, 3]
