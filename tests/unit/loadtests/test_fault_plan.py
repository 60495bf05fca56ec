"""Which faults a run has: drawn from a seed, all families in turn, within their bounds."""

from collections import Counter

import pytest

from loadtests.faults.kinds import FAMILIES, KINDS
from loadtests.faults.plan import TRIALS_OF_A_LAB_MAX, draw_trials, of_one_lab


def test_a_seed_always_draws_the_same_trials():
    assert draw_trials(seed=3, count=60) == draw_trials(seed=3, count=60)
    assert draw_trials(seed=3, count=60) != draw_trials(seed=4, count=60)


@pytest.mark.parametrize("seed", range(5))
def test_a_short_run_sees_all_families(seed):
    families = Counter(KINDS[trial.kind].family for trial in draw_trials(seed=seed, count=50))
    assert set(families) == set(FAMILIES) == set(range(1, 18))
    assert min(families.values()) >= 2


def test_a_release_run_sees_all_kinds():
    assert {trial.kind for trial in draw_trials(seed=1, count=500)} == set(KINDS)


def test_a_run_may_be_of_one_kind():
    assert {trial.kind for trial in draw_trials(seed=1, count=4, kind="kill_relay")} == {
        "kill_relay"
    }


def test_trials_are_numbered_from_one_and_keep_the_bounds_of_their_kind():
    trials = draw_trials(seed=2, count=300)
    assert [trial.number for trial in trials] == list(range(1, 301))
    for trial in trials:
        kind = KINDS[trial.kind]
        assert kind.span_s[0] <= trial.span_s <= kind.span_s[1]
        assert trial.victim in kind.victims
        assert trial.load_s > trial.before_s + trial.span_s


def test_what_shares_a_lab_needs_the_same_around_it():
    trials = draw_trials(seed=2, count=120)
    groups = of_one_lab(trials)
    assert sorted(trial.number for _, group in groups for trial in group) == list(range(1, 121))
    for surroundings, group in groups:
        assert {KINDS[trial.kind].surroundings for trial in group} == {surroundings}
        assert len(group) <= TRIALS_OF_A_LAB_MAX


def test_what_was_deployed_over_is_deployed_over_once():
    trials = draw_trials(seed=1, count=3, kind="deploy_version")
    groups = of_one_lab(trials)
    assert groups == [("former_version", [trial]) for trial in trials]
