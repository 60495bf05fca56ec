from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from makers import ANNA, NOW, make_courier, make_job
from msgspec.structs import replace

from service.domain.courier import Fix
from service.domain.errors import CapacityExceededError, DomainError, StalePositionError
from service.domain.lifecycle import (
    JOB_LIFECYCLE,
    CourierStatus,
    JobStatus,
    JobStep,
    StopKind,
    StopStatus,
)
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, ReasonCode
from service.domain.work import Work, arrive, complete, drop, fail, peak_load, retry, take

POLICY = Policy()


def work_with(*jobs, order=None, courier=None):
    stop_ids = order or tuple(stop.id for job in jobs for stop in job.stops)
    work = Work(courier=courier or make_courier(), jobs={})
    return take(work, jobs, stop_ids=stop_ids, bundle_id=None, now=NOW)


def at(stop):
    return Fix(point=stop.point, accuracy_m=5.0, received_at=NOW)


def do(work, stop):
    work = arrive(work, stop.id, fix=at(stop), policy=POLICY, now=NOW)
    return complete(work, stop.id, now=NOW)


def test_taking_a_job_sets_out_for_its_pickup():
    job = make_job()
    work = work_with(job)
    assert work.jobs[job.id].status is JobStatus.ENROUTE_TO_PICKUP
    assert [stop.status for stop in work.route] == [StopStatus.ENROUTE, StopStatus.PENDING]
    assert (work.courier.status, work.courier.live_jobs_count) == (CourierStatus.BUSY, 1)


def test_a_later_job_waits_its_turn():
    first, second = make_job(1), make_job(2)
    assert work_with(first, second).jobs[second.id].status is JobStatus.ASSIGNED


def test_the_load_is_what_the_route_carries_at_once():
    a, b = make_job(1, weight_g=4_000), make_job(2, weight_g=3_000)
    apart = work_with(a, b)
    together = work_with(a, b, order=(a.stops[0].id, b.stops[0].id, a.stops[1].id, b.stops[1].id))
    assert peak_load(apart).weight_g == 4_000
    assert peak_load(together).weight_g == 7_000 == together.courier.load.weight_g


def test_more_than_the_capacity_is_refused():
    jobs = [make_job(n, weight_g=9_000) for n in (1, 2)]
    order = (jobs[0].stops[0].id, jobs[1].stops[0].id, jobs[0].stops[1].id, jobs[1].stops[1].id)
    with pytest.raises(CapacityExceededError):
        work_with(*jobs, order=order)


def test_a_new_pickup_may_come_before_the_stop_under_way():
    a, b = make_job(1), make_job(2)
    work = work_with(a)
    order = (b.stops[0].id, a.stops[0].id, a.stops[1].id, b.stops[1].id)
    work = take(work, [b], stop_ids=order, bundle_id=None, now=NOW)
    assert [stop.status for stop in work.route][:2] == [StopStatus.ENROUTE, StopStatus.PENDING]
    assert work.route[0].job_id == b.id


def test_a_stop_that_was_reached_stays_first():
    a, b = make_job(1), make_job(2)
    work = work_with(a)
    work = arrive(work, a.stops[0].id, fix=at(a.stops[0]), policy=POLICY, now=NOW)
    order = (b.stops[0].id, a.stops[0].id, a.stops[1].id, b.stops[1].id)
    work = take(work, [b], stop_ids=order, bundle_id=None, now=NOW)
    assert work.route[0].id == a.stops[0].id


def test_arriving_twice_changes_nothing():
    job = make_job()
    work = work_with(job)
    work = arrive(work, job.stops[0].id, fix=at(job.stops[0]), policy=POLICY, now=NOW)
    assert arrive(work, job.stops[0].id, fix=None, policy=POLICY, now=NOW) is work


def test_an_old_position_proves_no_arrival():
    job = make_job()
    with pytest.raises(StalePositionError):
        arrive(
            work_with(job),
            job.stops[0].id,
            fix=at(job.stops[0]),
            policy=POLICY,
            now=NOW + timedelta(minutes=5),
        )


def test_a_pickup_that_fails_a_third_time_cancels_the_job():
    job = replace(make_job(), attempt=3)
    work = fail(work_with(job), job.stops[0].id, reason=ReasonCode.PICKUP_CLOSED, now=NOW)
    assert work.jobs[job.id].status is JobStatus.CANCELED
    assert work.courier.status is CourierStatus.ONLINE


def test_a_parcel_that_stays_on_board_takes_the_room_of_the_last_pickup():
    """Found by the machines of tests/simulation: the courier could not even say that it failed."""
    a, b = make_job(1, weight_g=9_000), make_job(2, weight_g=9_000)
    work = do(work_with(a, b), a.stops[0])
    work = fail(work, a.stops[1].id, reason=ReasonCode.RECIPIENT_UNREACHABLE, now=NOW)
    assert work.jobs[a.id].status is JobStatus.UNDELIVERABLE
    assert (work.jobs[b.id].status, work.jobs[b.id].attempt) == (JobStatus.OPEN, 2)
    assert [job.id for job in work.live_jobs] == [a.id]
    assert (work.courier.status, work.courier.load.weight_g) == (CourierStatus.BUSY, 9_000)


class WorkMachine(RuleBasedStateMachine):
    """Any order of takings, arrivals, completions, failures and drops keeps the work sound."""

    def __init__(self):
        super().__init__()
        self.work = Work(courier=make_courier(), jobs={})
        self.jobs_count = 0

    def change(self, decide):
        before = self.work
        try:
            self.work = decide()
        except DomainError:
            self.work = before

    @rule(weight_g=st.integers(1_000, 9_000), data=st.data())
    def take_a_job(self, weight_g, data):
        self.jobs_count += 1
        job = make_job(self.jobs_count, weight_g=weight_g)
        ids = [stop.id for stop in self.work.route]
        first = data.draw(st.integers(0, len(ids)))
        ids.insert(first, job.stops[0].id)
        ids.insert(data.draw(st.integers(first + 1, len(ids))), job.stops[1].id)
        self.change(lambda: take(self.work, [job], stop_ids=tuple(ids), bundle_id=None, now=NOW))

    @rule()
    def arrive_at_the_next(self):
        if route := self.work.route:
            self.change(
                lambda: arrive(self.work, route[0].id, fix=at(route[0]), policy=POLICY, now=NOW)
            )

    @rule(index=st.integers(0, 5))
    def complete_any(self, index):
        if route := self.work.route:
            stop = route[index % len(route)]
            self.change(lambda: complete(self.work, stop.id, now=NOW))

    @rule(index=st.integers(0, 5))
    def fail_any(self, index):
        if route := self.work.route:
            stop = route[index % len(route)]
            self.change(lambda: fail(self.work, stop.id, reason=ReasonCode.COURIER_ISSUE, now=NOW))

    @rule(index=st.integers(0, 5), step=st.sampled_from(list(JobStep)))
    def drop_any(self, index, step):
        if jobs := self.work.live_jobs:
            job = jobs[index % len(jobs)]
            if step in (JobStep.CANCEL, JobStep.REASSIGN, JobStep.FAIL):
                self.change(lambda: drop(self.work, job.id, step, actor=Actor.OPS, now=NOW))

    @rule(number=st.integers(1, 1_000_000))
    def retry_one(self, number):
        stuck = [j for j in self.work.live_jobs if j.status is JobStatus.UNDELIVERABLE]
        if stuck:
            stop_id = UUID(int=10**9 + number + 10**7 * len(stuck[0].stops))
            self.change(
                lambda: retry(self.work, stuck[0].id, stop_id=stop_id, actor=Actor.OPS, now=NOW)
            )

    @invariant()
    def one_stop_is_under_way(self):
        statuses = [stop.status for stop in self.work.route]
        assert all(status is StopStatus.PENDING for status in statuses[1:])
        assert not statuses or statuses[0] in (StopStatus.ENROUTE, StopStatus.ARRIVED)

    @invariant()
    def what_is_aboard_is_dropped_and_what_is_not_is_picked_up_first(self):
        seen = {job.id for job in self.work.live_jobs if job.is_aboard}
        for stop in self.work.route:
            if stop.kind is StopKind.PICKUP:
                assert stop.job_id not in seen
                seen.add(stop.job_id)
            else:
                assert stop.job_id in seen

    @invariant()
    def the_courier_is_never_overloaded(self):
        assert self.work.courier.load == peak_load(self.work)
        assert self.work.courier.load.fits(self.work.courier.capacity)
        assert self.work.courier.live_jobs_count == len(self.work.live_jobs)

    @invariant()
    def the_facts_of_each_job_are_numbered_and_follow_the_table(self):
        last, path = {}, {}
        for fact in self.work.facts:
            if fact.job_id is None:
                continue
            assert fact.sequence == last.get(fact.job_id, 2) + 1  # created and opened before
            last[fact.job_id] = fact.sequence
            path.setdefault(fact.job_id, [JobStatus.OPEN]).append(fact.body.status)
        steps = {(before, after) for (before, _), after in JOB_LIFECYCLE.items()}
        for statuses in path.values():
            assert set(pairwise(statuses)) <= steps

    @invariant()
    def nobody_elses_stops_are_on_the_route(self):
        assert all(stop.courier_id == ANNA for stop in self.work.route)


TestWork = WorkMachine.TestCase
TestWork.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
