"""What a tick decides, with ids again: routes, reasons, and what there is to tell of a search."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from service.dispatch.params import params_of
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.policy import Policy
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen, make_stop
from tests.unit.domain.makers import ANNA, BEN, NOW, make_market

PICKUP, DROPOFF = StopKind.PICKUP, StopKind.DROPOFF


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def test_a_proposal_names_what_was_seen():
    (proposal,) = decide_on([make_open_job(version=7)], [make_seen(version=4)]).proposals
    assert (proposal.courier_id, proposal.courier_version) == (ANNA, 4)
    assert [(job.job_id.int, job.version) for job in proposal.jobs] == [(1_000, 7)]
    assert [(stop.stop_id, stop.kind) for stop in proposal.route] == [
        (None, PICKUP),
        (None, DROPOFF),
    ]


def test_the_route_begins_with_the_stop_that_the_courier_stands_at():
    reached = make_stop(2, PICKUP, status=StopStatus.ARRIVED, ready_at=at(-300), arrived_at=at(-55))
    courier = make_seen(route=(reached, make_stop(2)), live_jobs_count=1)
    (proposal,) = decide_on([make_open_job(1)], [courier]).proposals
    first, second, *others = proposal.route
    assert (first.stop_id, first.arrival_at) == (reached.stop_id, NOW)
    assert (second.job_id.int, second.kind) == (1_000, PICKUP)
    assert second.arrival_at == pytest.approx(at(5), abs=timedelta(seconds=1))
    assert {stop.stop_id for stop in others} == {None, make_stop(2).stop_id}
    assert proposal.start == first.point


def test_the_same_rows_are_decided_in_the_same_way():
    jobs = [make_open_job(number) for number in (1, 2, 3, 4)]
    couriers = [make_seen(number, north_m=100.0) for number in (1, 2, 3)]
    assert decide_on(jobs, couriers) == decide_on(jobs, couriers)


def test_the_reasons_name_the_runner_up_and_whom_a_filter_removed():
    couriers = [
        make_seen(1),
        make_seen(2, north_m=500.0),
        make_seen(3, fixed_at=at(-300)),
    ]
    decided = decide_on([make_open_job()], couriers)
    reasons = decided.proposals[0].reasons
    assert reasons.runner_up.courier_id == BEN
    assert reasons.runner_up.cost > reasons.cost
    assert reasons.cost == pytest.approx(sum(reasons.cost_terms.values()))
    (job,) = reasons.jobs
    assert {c.courier_id.int: c.removed_by for c in job.nearest} == {
        1: None,
        2: None,
        3: "stale_position",
    }
    assert {c.courier_id.int for c in job.nearest if c.cost is None} == {3}
    assert decided.removed_count_by_filter == {"stale_position": 1}
    assert decided.pairs_count == 3


def test_a_bundle_says_what_it_saves():
    jobs = [make_open_job(1), make_open_job(2)]
    (proposal,) = decide_on(jobs, [make_seen(1)]).proposals
    assert len(proposal.jobs) == 2
    assert proposal.reasons.saved_m > 1_000.0


def test_a_pair_that_is_left_out_is_not_proposed():
    job = make_open_job()
    decided = decide_on([job], [make_seen(1), make_seen(2)], left_out={(ANNA, job.job_id)})
    assert [proposal.courier_id for proposal in decided.proposals] == [BEN]


def test_a_job_that_nobody_can_take_has_news_in_its_next_round():
    job = make_open_job(opened_at=at(-10), refused_by=(ANNA,))
    (news,) = decide_on([job], [make_seen(1)]).news
    assert (news.search_round, news.radius_m, news.candidates_count) == (1, 3_500.0, 0)
    assert news.pickup_s_best is None


def test_a_job_that_is_proposed_has_no_news():
    decided = decide_on([make_open_job(opened_at=at(-10))], [make_seen(1)])
    assert (len(decided.proposals), decided.news) == (1, ())


def test_a_held_job_has_news_with_its_best_candidate():
    job = make_open_job(opened_at=at(-10), ready_at=at(900), due_at=at(9_000))
    couriers = [make_seen(1, north_m=900.0), make_seen(2, north_m=450.0)]
    decided = decide_on([job], couriers)
    (news,) = decided.news
    assert (decided.proposals, decided.held_count, news.candidates_count) == ((), 1, 2)
    assert news.pickup_s_best == pytest.approx(450.0 * 1.3 / 4.5, rel=0.01)


def test_a_job_whose_news_cannot_be_written_is_left_out():
    job = make_open_job(opened_at=at(-10))
    assert len(decide_on([job]).news) == 1
    assert decide_on([job], left_out={(None, job.job_id)}).news == ()


def test_the_policy_reaches_the_engine():
    policy = replace(Policy(), bundle_jobs_count_max=1)
    jobs = [make_open_job(1), make_open_job(2)]
    decided = decide_on(jobs, [make_seen(1)], market=make_market(policy=policy))
    assert [len(proposal.jobs) for proposal in decided.proposals] == [1]
    params = params_of(policy, tick_s=12.0)
    assert (params.tick_s, params.offer_s) == (12.0, policy.offer_ttl_s + policy.answer_grace_s)
