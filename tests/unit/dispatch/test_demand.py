"""Where jobs are expected: rates per hour, smoothed and blended."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dispatch.demand import DEMAND_PLACES_COUNT_MAX, demand_of
from service.domain.geo import Point, distance_m
from service.store.demand import OpenedJob
from tests.unit.domain.makers import GRABEN, NOW

FAR = Point(GRABEN.lat_deg + 0.05, GRABEN.lng_deg)


def opened(*ages_s, at=GRABEN):
    return [
        OpenedJob(lat_deg=at.lat_deg, lng_deg=at.lng_deg, opened_at=NOW - timedelta(seconds=age_s))
        for age_s in ages_s
    ]


def test_a_steady_stream_is_expected_to_go_on():
    (place,) = demand_of(opened(*range(150, 3_600, 300)), [], now=NOW)
    assert place.jobs_per_h == pytest.approx(12.0, rel=0.03)
    assert distance_m(GRABEN, Point(place.lat_deg, place.lng_deg)) < 600.0


def test_what_has_just_begun_counts_more_than_what_has_ended():
    recent = [*opened(60, 120, 180), *opened(3_300, 3_400, 3_500, at=FAR)]
    first, second = demand_of(recent, [], now=NOW)
    assert first.jobs_per_h > 3.0 > 3.0 * second.jobs_per_h
    assert first.lat_deg < second.lat_deg


def test_what_is_older_than_an_hour_does_not_count():
    assert demand_of(opened(3_601), [], now=NOW) == ()


def test_past_weeks_count_by_how_many_of_them_are_known():
    week = opened(*[0] * 8)
    (one,) = demand_of([], [week, [], [], []], now=NOW)
    (all_,) = demand_of([], [week, week, week, week], now=NOW)
    assert (one.jobs_per_h, all_.jobs_per_h) == (pytest.approx(1.0), pytest.approx(4.0))


def test_a_busy_evening_after_quiet_weeks_lies_between():
    recent, quiet = opened(*range(30, 3_600, 60)), opened(0)
    (place,) = demand_of(recent, [quiet] * 4, now=NOW)
    assert 29.0 < place.jobs_per_h < 32.0


somewhere = st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(0, 4_000))


@given(st.lists(somewhere, max_size=40), st.lists(st.lists(somewhere, max_size=5), max_size=4))
def test_places_are_few_positive_and_the_busiest_come_first(recent, weeks):
    def jobs(rows):
        return [
            job
            for lat_deg, lng_deg, age_s in rows
            for job in opened(age_s, at=Point(48.2 + lat_deg, 16.4 + lng_deg))
        ]

    places = demand_of(jobs(recent), [jobs(week) for week in weeks], now=NOW)
    rates = [place.jobs_per_h for place in places]
    assert len(places) <= DEMAND_PLACES_COUNT_MAX
    assert rates == sorted(rates, reverse=True)
    assert all(rate > 0.0 for rate in rates)


def test_of_many_places_the_busiest_are_kept():
    rows = [
        job
        for north in range(20)
        for east in range(20)
        for job in opened(*[600] * (1 + north), at=Point(48.0 + 0.02 * north, 16.0 + 0.03 * east))
    ]
    places = demand_of(rows, [], now=NOW)
    assert len(places) == DEMAND_PLACES_COUNT_MAX
    assert min(place.lat_deg for place in places) > 48.05
