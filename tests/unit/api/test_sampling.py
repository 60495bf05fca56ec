"""Positions are passed on all, or one of a few, as the loop is late."""

from hypothesis import given
from hypothesis import strategies as st

from service.api.sampling import Sampling, one_of_count
from service.domain.policy import Policy
from service.loop_lag import LoopLag
from service.settings import Settings

lags_ms = st.floats(0.0, 5_000.0)


def test_a_loop_in_time_passes_all():
    assert one_of_count(0.0, before_count=4) == 1
    assert one_of_count(59.0, before_count=1) == 1


def test_the_later_the_loop_the_fewer_pass():
    assert [one_of_count(lag_ms, before_count=1) for lag_ms in (60.0, 199.0, 200.0)] == [2, 2, 4]


def test_it_lets_more_pass_only_when_half_of_the_lag_is_left():
    assert one_of_count(40.0, before_count=2) == 2
    assert one_of_count(29.0, before_count=2) == 1
    assert one_of_count(150.0, before_count=4) == 4
    assert one_of_count(99.0, before_count=4) == 2


@given(lags_ms, lags_ms, st.sampled_from((1, 2, 4)))
def test_more_lag_never_lets_more_pass(lag_ms, more_ms, before_count):
    less, more = sorted((lag_ms, more_ms))
    assert one_of_count(less, before_count=before_count) <= one_of_count(
        more, before_count=before_count
    )


def test_who_is_sampled_most_stays_in_the_matchers_sight():
    interval_s = Settings(database_url="", redis_url="").position_interval_ms / 1_000.0
    assert 1.5 * interval_s * one_of_count(1e9, before_count=1) < Policy().position_age_s_max


def test_the_first_position_of_a_connection_always_passes():
    assert Sampling(LoopLag()).passes(0)
