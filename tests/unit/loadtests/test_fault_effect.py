"""A trial counts only if its fault did what it was meant to do."""

import pytest

from loadtests.faults.checks.effect import is_effective
from loadtests.faults.proof import Effect


@pytest.mark.parametrize("seen", [{}, {"bytes lost": 0}, {"processes killed": 1, "back": 0}])
def test_a_fault_that_did_not_do_all_of_it_makes_a_trial_void(seen):
    assert not is_effective(Effect(seen=seen))


def test_a_fault_that_did_it_counts():
    assert is_effective(Effect(seen={"processes killed": 1, "back": 1}))
