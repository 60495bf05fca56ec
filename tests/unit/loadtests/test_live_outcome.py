"""What a scenario hands back, in figures."""

import msgspec
import pytest

from loadtests.live.outcome import Target, curve, distribution, holds


def make_target(*, wanted="at most", measured=40.0):
    return Target(name="memory", unit="KiB", wanted=wanted, limit=40.0, measured=measured)


@pytest.mark.parametrize(
    ("wanted", "measured", "is_met"),
    [
        ("at most", 40.0, True),
        ("at most", 40.1, False),
        ("at least", 40.0, True),
        ("at least", 39.9, False),
    ],
)
def test_a_limit_itself_is_met(wanted, measured, is_met):
    assert make_target(wanted=wanted, measured=measured).is_met is is_met


def test_what_was_not_measured_is_not_met():
    assert not make_target(measured=None).is_met


def test_percentiles_are_of_all_samples():
    found = distribution([float(i) for i in range(1, 102)])
    assert (found.count, found.p50, found.p90, found.p99, found.most) == (101, 51, 91, 100, 101)
    assert curve(found)[0] == (0.0, 1.0)
    assert curve(found)[-1] == (100.0, 101.0)


def test_nothing_has_no_percentiles():
    assert msgspec.to_builtins(distribution([]))["p99"] is None
    assert curve(distribution([])) == []


def test_only_what_does_not_hold_is_told():
    assert holds(1 + 1 == 2, "no") == ()
    assert holds([], "an empty list") == ("an empty list",)
