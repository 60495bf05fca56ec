"""Two policies over the same recorded ticks: what counts, and how often."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.dispatch.backtest import Backtest, changes_between, figures_of, gini
from service.dispatch.recording import Chosen, record_of
from service.dispatch.redecide import PlannedJob, Search, planned_jobs
from service.domain.policy import Policy
from tests.unit.dispatch.makers import decide_on, make_gathered, make_open_job, make_seen
from tests.unit.domain.makers import ANNA, BEN, NOW, make_market

ALONE = replace(Policy(), bundle_jobs_count_max=1)


def recorded_of(jobs, couriers):
    decided = decide_on(jobs, couriers)
    return record_of(
        make_gathered(jobs, couriers),
        tick_s=Policy().tick_s,
        left_out=(),
        ways=decided.ways,
        proposals=decided.proposals,
    )


def compared(ticks, *, after):
    backtest = Backtest(make_market())
    for recorded in ticks:
        backtest.add(recorded, before=Policy(), after=after)
    return backtest.comparison()


def planned(number=1, courier_id=ANNA, **changes):
    values = {
        "search": Search(UUID(int=number), NOW, 0),
        "tick_number": 1,
        "courier_id": courier_id,
        "partners_count": 0,
        "pickup_wait_s": 100.0,
        "lateness_s": 0.0,
        "pay_cents": 800,
        "deadhead_m": 500.0,
        "saved_m": 0.0,
    }
    return PlannedJob(**(values | changes))


def by_search(*jobs):
    return {job.search: job for job in jobs}


def test_the_same_policy_changes_nothing():
    tick = recorded_of([make_open_job(1), make_open_job(2)], [make_seen(1), make_seen(2)])
    found = compared([tick], after=Policy())
    assert found.before == found.after
    assert (found.changes.jobs_same_count, found.changes.jobs_other_courier_count) == (2, 0)
    assert (found.ticks_count, found.as_recorded_count) == (1, 1)


def test_without_bundles_jobs_are_spread_or_left():
    tick = recorded_of([make_open_job(1), make_open_job(2)], [make_seen(1)])
    found = compared([tick], after=ALONE)
    assert (found.before.offers_count, found.after.offers_count) == (1, 1)
    assert (found.before.jobs_count, found.before.bundled_jobs_count) == (2, 2)
    assert (found.after.jobs_count, found.after.bundled_jobs_count) == (1, 0)
    assert (found.changes.jobs_same_count, found.changes.jobs_only_before_count) == (1, 1)
    assert found.before.saved_m > found.after.saved_m == 0.0
    assert found.before.pay_cents == 2 * found.after.pay_cents


def test_a_search_counts_once_however_often_it_is_proposed():
    tick = recorded_of([make_open_job()], [make_seen(1)])
    once, twice = compared([tick], after=ALONE), compared([tick, tick], after=ALONE)
    assert once.before.jobs_count == twice.before.jobs_count == 1
    assert twice.before.pay_cents == once.before.pay_cents
    again = recorded_of([make_open_job(refused_by=(ANNA,))], [make_seen(1), make_seen(2)])
    assert compared([tick, again], after=ALONE).before.jobs_count == 2


def test_a_tick_that_was_decided_otherwise_then_is_counted():
    tick = recorded_of([make_open_job()], [make_seen(1)])
    other = replace(tick, chosen=(Chosen(BEN, (make_open_job().job_id,)),))
    assert compared([tick, other], after=ALONE).as_recorded_count == 1


def test_what_is_expected_is_read_off_the_plan():
    job = make_open_job(opened_at=NOW - timedelta(seconds=40), ready_at=NOW - timedelta(hours=1))
    tick = recorded_of([job], [make_seen(1, north_m=900.0)])
    decided = decide_on([job], [make_seen(1, north_m=900.0)])
    (one,) = planned_jobs(tick, decided.proposals, Policy(), tick_number=1)
    ride_s = decided.proposals[0].reasons.deadhead_m / 4.5
    assert one.pickup_wait_s == pytest.approx(40.0 + ride_s, abs=1.0)
    assert (one.lateness_s, one.pay_cents, one.partners_count) == (0.0, 800, 0)


def test_the_price_of_a_change_is_told_of_the_jobs_that_moved():
    before = by_search(planned(1), planned(2), planned(3))
    after = by_search(
        planned(1), planned(2, BEN, pickup_wait_s=160.0, deadhead_m=200.0), planned(4)
    )
    changes = changes_between(before, after)
    assert (changes.jobs_same_count, changes.jobs_other_courier_count) == (1, 1)
    assert (changes.jobs_only_before_count, changes.jobs_only_after_count) == (1, 1)
    assert (changes.pickup_wait_s_change, changes.deadhead_m_change) == (60.0, -300.0)
    assert (changes.lateness_s_change, changes.pay_cents_change) == (0.0, 0.0)


def test_of_nothing_there_is_no_mean():
    figures = figures_of([], {ANNA: 3})
    assert (figures.pickup_wait_s_mean, figures.pay_spread, figures.pay_cents) == (None, None, 0)
    assert changes_between({}, {}).pickup_wait_s_change is None


def test_pay_is_spread_over_the_time_on_duty():
    jobs = [planned(1, ANNA, pay_cents=900), planned(2, BEN, pay_cents=300)]
    assert figures_of(jobs, {ANNA: 3, BEN: 1}).pay_spread == pytest.approx(0.0)
    assert figures_of(jobs, {ANNA: 1, BEN: 1}).pay_spread == pytest.approx(0.25)


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40))
def test_the_spread_lies_between_even_and_all_to_one(values):
    spread = gini(values)
    if sum(values) <= 0.0:
        assert spread is None
    else:
        assert -1e-9 <= spread <= 1.0 - 1.0 / len(values) + 1e-9


def test_the_spread_of_one_who_has_all_is_the_largest():
    assert gini([0.0, 0.0, 0.0, 8.0]) == pytest.approx(0.75)
    assert gini([2.0, 2.0, 2.0]) == pytest.approx(0.0)
