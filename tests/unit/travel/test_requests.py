import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from service.travel.requests import plan_requests

wanted_ways = st.integers(1, 12).flatmap(
    lambda count: arrays(np.uint8, (count, count), elements=st.sampled_from([0, 0, 1, 4]))
)


def covered_by(requests, shape):
    covered = np.zeros(shape, np.bool_)
    for request in requests:
        covered[np.ix_(request.origins, request.destinations)] = True
    return covered


@given(wanted_ways, st.integers(2, 8))
def test_with_requests_enough_everything_wanted_is_asked_for(wanted, cells_count_max):
    requests = plan_requests(wanted, cells_count_max=cells_count_max, requests_count_max=1_000)
    assert covered_by(requests, wanted.shape)[wanted > 0].all()


@given(wanted_ways, st.integers(2, 8), st.integers(0, 5))
def test_no_limit_is_passed(wanted, cells_count_max, requests_count_max):
    requests = plan_requests(
        wanted, cells_count_max=cells_count_max, requests_count_max=requests_count_max
    )
    assert len(requests) <= requests_count_max
    for request in requests:
        assert len(request.origins) >= 1
        assert len(request.destinations) >= 1
        assert len(request.origins) + len(request.destinations) <= cells_count_max


def test_what_is_wanted_most_is_asked_first():
    wanted = np.ones((6, 6), np.uint8)
    wanted[4, :2] = 40
    (request,) = plan_requests(wanted, cells_count_max=4, requests_count_max=1)
    assert request.origins[0] == 4
    assert sorted(request.destinations) == [0, 1]


def test_one_table_does_for_many_to_many():
    wanted = np.zeros((10, 10), np.uint8)
    wanted[:5, 5:] = 1
    assert len(plan_requests(wanted, cells_count_max=10, requests_count_max=9)) == 1
