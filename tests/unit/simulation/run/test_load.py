"""Jobs per courier and hour of market time."""

import pytest
from run_makers import at, make_posted

from service.simulation.run.load import jobs_per_courier_hour


def test_the_hours_are_those_between_the_first_and_the_last_posting() -> None:
    posted = [make_posted(created_at=at(s)) for s in (600.0, 0.0, 1_800.0)]
    assert jobs_per_courier_hour(posted, couriers_count=2) == pytest.approx(3.0)


def test_without_a_stretch_of_time_or_couriers_there_is_no_load() -> None:
    assert jobs_per_courier_hour([], couriers_count=2) is None
    assert jobs_per_courier_hour([make_posted()], couriers_count=2) is None
    later = [make_posted(), make_posted(created_at=at(60.0))]
    assert jobs_per_courier_hour(later, couriers_count=0) is None
