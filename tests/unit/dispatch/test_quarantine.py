"""Pairs that fail again and again are left out for a while, and the memory of them is bounded."""

from uuid import UUID

from service.dispatch.quarantine import FAILURES_COUNT_MAX, LEFT_OUT_S, Quarantine
from tests.unit.domain.makers import ANNA, BEN

JOB = UUID(int=1_000)


def test_a_pair_is_left_out_from_its_last_failure_on():
    quarantine = Quarantine()
    for second in range(FAILURES_COUNT_MAX):
        assert quarantine.left_out(at_s=float(second)) == frozenset()
        quarantine.note([(ANNA, JOB)], at_s=float(second))
    last_s = FAILURES_COUNT_MAX - 1.0
    assert quarantine.left_out(at_s=last_s) == {(ANNA, JOB)}
    assert quarantine.left_out(at_s=last_s + LEFT_OUT_S - 0.5) == {(ANNA, JOB)}
    assert quarantine.left_out(at_s=last_s + LEFT_OUT_S) == frozenset()


def test_failures_far_apart_do_not_add_up():
    quarantine = Quarantine()
    for turn in range(2 * FAILURES_COUNT_MAX):
        quarantine.note([(ANNA, JOB)], at_s=turn * LEFT_OUT_S)
        assert quarantine.left_out(at_s=turn * LEFT_OUT_S) == frozenset()


def test_the_pair_that_failed_longest_ago_is_forgotten_first():
    quarantine = Quarantine(pairs_count_max=1)
    for second in range(FAILURES_COUNT_MAX):
        quarantine.note([(ANNA, JOB)], at_s=float(second))
    quarantine.note([(BEN, JOB)], at_s=5.0)
    assert quarantine.left_out(at_s=5.0) == frozenset()
