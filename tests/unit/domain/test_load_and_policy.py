import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.geo import Point, distance_m
from service.domain.load import VEHICLE_CAPACITY, Load, load_of, vehicles_for
from service.domain.policy import AskedPolicy, Policy, search_radius_m, search_round
from service.domain.vocabulary import SizeClass, Vehicle

loads = st.builds(Load, *(st.integers(0, 10**6) for _ in range(3)))


@given(loads, loads)
def test_what_is_added_can_be_taken_away(a, b):
    assert a + b - b == a


@given(loads, loads)
def test_a_peak_holds_both(a, b):
    assert a.fits(a.peak(b))
    assert b.fits(a.peak(b))


def test_every_size_class_fits_some_vehicle():
    assert all(vehicles_for(load_of(size, 1_000)) for size in SizeClass)


def test_every_vehicle_has_a_capacity():
    assert set(VEHICLE_CAPACITY) == set(Vehicle)


def test_the_rings_widen_up_to_their_limit():
    policy = Policy()
    radii = [search_radius_m(policy, search_round=n) for n in range(20)]
    assert radii == sorted(radii)
    assert radii[0] == policy.search_radius_m_min
    assert radii[-1] == policy.search_radius_m_max


@pytest.mark.parametrize(("open_s", "expected"), [(0.0, 0), (9.9, 0), (10.0, 1), (-5.0, 0)])
def test_the_round_follows_the_time_that_a_job_is_open(open_s, expected):
    assert search_round(Policy(), open_s=open_s) == expected


@pytest.mark.parametrize(
    "parameters", [{"offer_ttl_s": 0}, {"detour_factor": 0.5}, {"offer_ttl": 30}]
)
def test_a_policy_out_of_range_or_misspelt_is_refused(parameters):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(parameters, AskedPolicy)


def test_a_degree_of_latitude_is_111_km():
    assert distance_m(Point(0.0, 0.0), Point(1.0, 0.0)) == pytest.approx(111_195, abs=5)


def test_across_the_antimeridian_is_near():
    assert distance_m(Point(0.0, 179.9), Point(0.0, -179.9)) == pytest.approx(22_239, abs=5)
