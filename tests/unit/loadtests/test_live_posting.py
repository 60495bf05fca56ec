"""Jobs of the load tests are jobs that the service takes."""

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from loadtests.live.people import CENTER_DEG, SERVICE_RADIUS_M
from loadtests.live.posting import CITY, job_body
from loadtests.live.reconnect_storm import SUBURB
from service.domain.geo import Point, distance_m
from service.wire.rest import PostJobBody


@given(seed=st.integers(0, 10_000), area=st.sampled_from([CITY, SUBURB]))
def test_a_job_is_well_formed_and_inside_the_market(seed, area):
    job = msgspec.convert(job_body(Random(seed), area), PostJobBody)
    pickup, dropoff = (Point(stop.lat_deg, stop.lng_deg) for stop in (job.pickup, job.dropoff))
    assert distance_m(Point(*area.center_deg), pickup) <= 1.01 * area.radius_m
    assert 700.0 < distance_m(pickup, dropoff) < 3_100.0
    for stop in (pickup, dropoff):
        assert distance_m(Point(*CENTER_DEG), stop) < SERVICE_RADIUS_M
