"""Open jobs go on record when there is news of them, and do not flood it."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from matching.plan import OUTCOMES
from service.dispatch.left_open import (
    STORED_COUNT_MAX,
    STORED_S_MAX,
    STORED_S_MIN,
    Noted,
    due,
    remembered,
)
from service.domain.facts import JobLeftOpen
from service.domain.policy import Policy
from service.domain.vocabulary import Outcome
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen
from tests.unit.domain.makers import ANNA, BEN, NOW, make_market


def said(number=1, **changes):
    values = {
        "job_id": UUID(int=number),
        "outcome": Outcome.ALL_REMOVED,
        "search_round": 0,
        "candidates_count": 0,
        "removed_count_by_filter": {"capacity": 1},
    }
    return JobLeftOpen(**(values | changes))


def due_after(seconds, job, before=None):
    before = before or said()
    now = NOW + timedelta(seconds=seconds)
    return due([job], {before.job_id: Noted(said=before, at=NOW)}, policy=Policy(), now=now)


def test_the_words_for_outcomes_are_those_of_the_engine():
    assert [outcome.value for outcome in Outcome] == list(OUTCOMES)


def test_a_job_is_due_when_it_is_seen_first():
    assert due([said()], {}, policy=Policy(), now=NOW) == (said(),)


@pytest.mark.parametrize(
    "news",
    [
        said(outcome=Outcome.TAKEN),
        said(removed_count_by_filter={"capacity": 1, "stale_position": 2}),
        said(search_round=1),
    ],
)
def test_news_are_due_but_not_at_once(news):
    assert due_after(STORED_S_MIN, news) == (news,)
    assert due_after(STORED_S_MIN - 0.1, news) == ()


def test_other_counts_of_the_same_filters_are_no_news():
    assert due_after(60.0, said(removed_count_by_filter={"capacity": 7})) == ()


def test_a_long_search_is_put_on_record_ever_more_rarely():
    before = said(search_round=100)
    assert due_after(60.0, said(search_round=106), before) == ()


def test_what_lasts_is_put_on_record_again():
    assert due_after(STORED_S_MAX - 0.1, said()) == ()
    assert due_after(STORED_S_MAX, said()) == (said(),)


def test_a_tick_stores_a_bounded_number_and_the_next_ones_the_rest():
    jobs = [said(number) for number in range(1, STORED_COUNT_MAX + 31)]
    first = due(jobs, {}, policy=Policy(), now=NOW)
    noted = remembered(jobs, {}, first, now=NOW)
    second = due(jobs, noted, policy=Policy(), now=NOW + timedelta(seconds=STORED_S_MAX))
    assert len(first) == len(second) == STORED_COUNT_MAX
    missed = {job.job_id for job in jobs} - {job.job_id for job in first}
    assert {job.job_id for job in second[:30]} == missed


def test_a_job_that_is_open_no_more_is_forgotten():
    noted = {UUID(int=1): Noted(said=said(1), at=NOW)}
    assert remembered([said(2)], noted, [said(2)], now=NOW).keys() == {UUID(int=2)}


def test_a_job_that_all_refused_says_so_with_who_was_looked_at():
    job = make_open_job(refused_by=(ANNA, BEN))
    decided = decide_on([job], [make_seen(1), make_seen(2)])
    (left,) = decided.left_open
    assert (left.job_id, left.outcome, left.candidates_count) == (job.job_id, "all_removed", 0)
    assert left.removed_count_by_filter == {"declined": 2}
    (reasons,) = decided.open_reasons
    assert (reasons.cost, reasons.best, reasons.runner_up) == (None, None, None)
    assert {one.courier_id for one in reasons.jobs[0].nearest} == {ANNA, BEN}
    assert decided.open_count_by_outcome == {"all_removed": 1}


def test_a_job_that_is_held_says_for_whom_and_at_what_cost():
    job = make_open_job(ready_at=NOW + timedelta(minutes=15), due_at=NOW + timedelta(hours=3))
    decided = decide_on([job], [make_seen(1), make_seen(2, north_m=900.0)])
    (left,), (reasons,) = decided.left_open, decided.open_reasons
    assert (left.outcome, left.candidates_count) == ("held", 2)
    assert reasons.best.courier_id == ANNA
    assert reasons.cost == pytest.approx(sum(reasons.cost_terms.values()))
    assert reasons.runner_up.courier_id == BEN


def test_a_job_whose_courier_is_worth_more_elsewhere_says_who_could_do_it():
    market = make_market(policy=replace(Policy(), live_jobs_count_max=1))
    decided = decide_on([make_open_job(1), make_open_job(2)], [make_seen(1)], market=market)
    (left,), (reasons,) = decided.left_open, decided.open_reasons
    assert (left.outcome, left.candidates_count) == ("taken", 1)
    assert (reasons.best.courier_id, reasons.runner_up, reasons.cost) == (ANNA, None, None)


def test_a_job_that_nobody_is_near_says_so():
    (left,) = decide_on([make_open_job()], [make_seen(1, north_m=20_000.0)]).left_open
    assert (left.outcome, left.removed_count_by_filter) == ("no_candidate", {})


def test_a_job_that_is_proposed_is_not_left_open():
    decided = decide_on([make_open_job()], [make_seen(1)])
    assert (decided.left_open, decided.open_reasons) == ((), ())
