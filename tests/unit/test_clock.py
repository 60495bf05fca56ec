"""Market time is Postgres', counted on by the monotonic clock; wall clocks may be set at will."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from service import clock
from service.clock import (
    DRIFT_SHARE,
    Anchor,
    Clock,
    anchor_between,
    apart_s,
    better_anchor,
)
from tests.unit.domain.makers import NOW

SLACK_S = 1e-5  # datetimes have microseconds, of which a fast replay makes more

scales = st.sampled_from([0.5, 1.0, 45.0])
ways_s = st.floats(0.0, 3.0)  # there, and back
pauses_s = st.floats(0.0, 600.0)
readings = st.lists(st.tuples(pauses_s, ways_s, ways_s), min_size=1, max_size=20)


class Host:
    """A host's monotonic clock, beside the true market time."""

    def __init__(self, *, drift_share, time_scale):
        self._drift_share, self._time_scale = drift_share, time_scale
        self.true_s, self.monotonic_s = 0.0, 1_000.0

    def wait(self, span_s):
        self.true_s += span_s
        self.monotonic_s += span_s * (1.0 + self._drift_share)

    def sleep(self, span_s):
        """Let time pass that the monotonic clock does not count."""
        self.true_s += span_s

    @property
    def market_at(self):
        return NOW + timedelta(seconds=self.true_s * self._time_scale)

    def read(self, there_s=0.0, back_s=0.0):
        asked_s = self.monotonic_s
        self.wait(there_s)
        market_at = self.market_at
        self.wait(back_s)
        return anchor_between(
            asked_s, self.monotonic_s, market_at=market_at, time_scale=self._time_scale
        )

    def wrong_by_s(self, anchor):
        """Return by how much of real time the anchor's answer is wrong now."""
        wrong = anchor.market_time(self.monotonic_s) - self.market_at
        return abs(wrong.total_seconds()) / self._time_scale


drifts = st.floats(-0.9 * DRIFT_SHARE, 0.9 * DRIFT_SHARE)


@given(readings, drifts, scales)
def test_a_clock_is_never_wrong_by_more_than_its_doubt(readings, drift_share, time_scale):
    host = Host(drift_share=drift_share, time_scale=time_scale)
    anchor = host.read()
    for pause_s, there_s, back_s in readings:
        host.wait(pause_s)
        anchor = better_anchor(anchor, host.read(there_s, back_s))
        assert host.wrong_by_s(anchor) <= anchor.doubt_s(host.monotonic_s) + SLACK_S


@example(readings=[(0.0, 0.0, 0.0), (0.0, 0.0, 6.103515625e-05)], drift_share=0.0)
@given(readings, drifts)
def test_an_answer_never_makes_it_less_sure(readings, drift_share):
    host = Host(drift_share=drift_share, time_scale=1.0)
    anchor = host.read(0.001, 0.001)
    for pause_s, there_s, back_s in readings:
        host.wait(pause_s)
        found = host.read(there_s, back_s)
        before_s = anchor.doubt_s(found.at_s)
        anchor = better_anchor(anchor, found)
        assert anchor.doubt_s(found.at_s) <= before_s


@given(st.floats(0.0, 2.0), ways_s, ways_s, st.floats(1.0, 86_400.0), scales)
def test_a_host_that_has_slept_knows_the_time_after_one_answer(
    first_s, there_s, back_s, slept_s, time_scale
):
    host = Host(drift_share=0.0, time_scale=time_scale)
    anchor = host.read(first_s, first_s)
    host.sleep(slept_s)
    found = host.read(there_s, back_s)
    assume(slept_s > 2.0 * (anchor.doubt_s(found.at_s) + found.error_s))
    assert better_anchor(anchor, found) is found
    assert host.wrong_by_s(found) <= found.error_s + SLACK_S


def test_an_answer_in_whose_midst_the_process_was_stopped_moves_nothing():
    host = Host(drift_share=0.0, time_scale=1.0)
    kept = host.read(0.001, 0.001)
    host.wait(10.0)
    late = host.read(0.001, 3_600.0)
    assert apart_s(kept, late) > 1_700.0
    assert better_anchor(kept, late) is kept


def test_a_first_answer_that_was_long_on_its_way_is_soon_forgotten():
    host = Host(drift_share=0.0, time_scale=1.0)
    late = host.read(0.001, 3_600.0)
    host.wait(10.0)
    found = host.read(0.001, 0.001)
    assert better_anchor(late, found) is found


def test_another_scale_is_believed_at_once():
    host = Host(drift_share=0.0, time_scale=1.0)
    kept = host.read()
    found = Anchor(at_s=kept.at_s, market_at=kept.market_at, time_scale=60.0, error_s=1.0)
    assert better_anchor(kept, found) is found


@pytest.fixture
def host_time(monkeypatch):
    """The host's clocks, to be set."""
    moved = SimpleNamespace(wall_s=1_000_000.0, counted_s=50.0)
    stand_in = SimpleNamespace(time=lambda: moved.wall_s, monotonic=lambda: moved.counted_s)
    monkeypatch.setattr(clock, "time", stand_in)
    return moved


def test_a_wall_clock_that_is_set_moves_nothing(host_time):
    market = Clock(Anchor(at_s=50.0, market_at=NOW, time_scale=1.0))
    for wall_s in (0.0, 996_400.0, 1_003_600.0):
        host_time.wall_s = wall_s
        assert market.now() == NOW
    host_time.counted_s += 2.5
    assert market.now() == NOW + timedelta(seconds=2.5)


def test_market_time_runs_at_its_scale(host_time):
    market = Clock(Anchor(at_s=50.0, market_at=NOW, time_scale=60.0))
    host_time.counted_s += 2.0
    assert market.now() == NOW + timedelta(minutes=2)
    assert market.real_s(60.0) == 1.0


def test_a_step_is_told_and_what_changes_nothing_is_none(host_time):
    market = Clock(Anchor(at_s=50.0, market_at=NOW, time_scale=1.0, error_s=0.001))
    late = Anchor(at_s=50.0, market_at=NOW, time_scale=1.0, error_s=5.0)
    assert market.learn(late) == 0.0
    slept = Anchor(at_s=50.0, market_at=NOW + timedelta(hours=1), time_scale=1.0, error_s=0.001)
    assert market.learn(slept) == 3_600.0
    assert market.now() == NOW + timedelta(hours=1)
