"""The pure domain under any sequence of commands, beside an oracle written from the words."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from service.actions.accept_offer import accept
from service.domain import courier as couriers_domain
from service.domain import job as jobs_domain
from service.domain import offer as offers_domain
from service.domain import work as works_domain
from service.domain.courier import Fix
from service.domain.errors import DomainError
from service.domain.facts import FactType, owner_of_courier, owner_of_market, owner_of_merchant
from service.domain.job import JobIds
from service.domain.ledger import balances_of
from service.domain.lifecycle import CourierStatus, JobStatus, JobStep, OfferMode, StopKind
from service.domain.load import Load
from service.domain.vocabulary import Actor, ReasonCode, SizeClass, Vehicle
from service.store.changes import Changes, job_changes
from service.store.works import OpenedWork
from tests.simulation.oracle import ENDS
from tests.simulation.rows import Rows
from tests.unit.domain.makers import ANNA, BEN, MERCHANT, make_courier, make_request

CAPACITY = Load(16_000, 60, 3)
JOBS_COUNT_MAX = 8
RARELY = st.sampled_from([False, False, True])  # or else nothing gets to its end
LITRES = {SizeClass.SMALL: 5, SizeClass.MEDIUM: 20, SizeClass.LARGE: 60}


class Marketplace(Rows, RuleBasedStateMachine):
    """Whatever an action would write is put into the rows; the oracle is told the same commands."""

    def __init__(self):
        RuleBasedStateMachine.__init__(self)
        Rows.__init__(self)
        for id_ in (ANNA, BEN):
            self.couriers[id_] = make_courier(
                id=id_, status=CourierStatus.OFFLINE, capacity_jobs_count=CAPACITY.jobs_count
            )
            self.oracle.enroll(id_, capacity=(CAPACITY.weight_g, CAPACITY.volume_l, 3))

    def draw(self, data, items):
        return data.draw(st.sampled_from(sorted(items, key=str)))

    # ------------------------------------------------------------------ jobs
    @precondition(lambda self: len(self.jobs) < JOBS_COUNT_MAX)
    @rule(
        size_class=st.sampled_from(sorted(LITRES)),
        weight_g=st.sampled_from([500, 6_000, 15_000]),
        fee_cents=st.integers(0, 2_000),
    )
    def post(self, size_class, weight_g, fee_cents):
        number = len(self.jobs) + 1
        job = jobs_domain.post(
            make_request(size_class=size_class, weight_g=weight_g, fee_cents=fee_cents),
            ids=JobIds(*(UUID(int=1_000_000 * number + kind) for kind in range(3))),
            market=self.market,
            merchant_id=MERCHANT,
            now=self.now,
        )
        job, fact = jobs_domain.tell(job, FactType.JOB_OPENED, actor=Actor.MERCHANT, now=self.now)
        self.write(job_changes(None, job) + Changes(facts=(fact,)))
        self.oracle.post(
            job.id,
            load=(weight_g, LITRES[size_class], 1),
            fee=fee_cents,
            pay=int(fee_cents * 0.8),
        )

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), is_meant=RARELY)
    def cancel(self, data, is_meant):
        if not is_meant:
            return
        job = self.jobs[self.draw(data, self.jobs)]
        expected = self.oracle.cancel(job.id)
        reason = ReasonCode.CUSTOMER_CANCELLATION_REQUESTED
        if job.courier_id is not None and not job.has_ended:
            self.change(expected, job.courier_id, self._drop(job.id, JobStep.CANCEL, reason))
            return
        try:
            jobs_domain.check_cancelable(job, reason=reason)
        except DomainError:
            assert not expected
            return
        assert expected
        self.revoke([one for one in self.open_offers() if job.id in one.job_ids])
        job = self.jobs[job.id]
        after, fact = jobs_domain.step(
            job, JobStep.CANCEL, actor=Actor.MERCHANT, now=self.now, reason=reason
        )
        self.write(job_changes(job, after) + Changes(facts=(fact,)))

    def _drop(self, job_id, step, reason):
        return lambda work: works_domain.drop(
            work, job_id, step, actor=Actor.OPS, now=self.now, reason=reason
        )

    @precondition(lambda self: self.holders)
    @rule(data=st.data(), what=st.sampled_from(["reassign", "fail_job", "retry", "retry"]))
    def decide_by_ops(self, data, what):
        job_id = self.draw(data, self.holders)
        courier_id = self.jobs[job_id].courier_id
        expected = getattr(self.oracle, what)(job_id)
        if what == "retry":
            self.change(
                expected,
                courier_id,
                lambda work: works_domain.retry(
                    work, job_id, stop_id=self.new_id(), actor=Actor.OPS, now=self.now
                ),
            )
            return
        step = JobStep.REASSIGN if what == "reassign" else JobStep.FAIL
        self.change(expected, courier_id, self._drop(job_id, step, ReasonCode.COURIER_ISSUE))

    # ------------------------------------------------------------------ offers
    @precondition(lambda self: any(job.status is JobStatus.OPEN for job in self.jobs.values()))
    @rule(data=st.data(), courier_id=st.sampled_from([ANNA, BEN]))
    def offer(self, data, courier_id):
        free = sorted(
            id_ for id_, job in self.jobs.items() if job.status == "open" and job.offer_id is None
        )
        if not free or self.open_offers(courier_id):
            return
        job_ids = data.draw(st.lists(st.sampled_from(free), min_size=1, max_size=2, unique=True))
        jobs = tuple(self.jobs[id_] for id_ in job_ids)
        route = [stop.id for stop in self.work_of(courier_id).route]
        for job in jobs:
            first = data.draw(st.integers(0, len(route)))
            route.insert(first, job.latest(StopKind.PICKUP).id)
            second = data.draw(st.integers(first + 1, len(route)))
            route.insert(second, job.latest(StopKind.DROPOFF).id)
        expected = self.oracle.couriers[courier_id].status in ("online", "busy")
        try:
            made = self._made(courier_id, jobs, tuple(route))
        except DomainError:
            assert not expected
            return
        assert expected
        self.offers[made.id] = made
        for job in jobs:
            self.jobs[job.id] = jobs_domain.replace(job, offer_id=made.id, version=job.version + 1)

    def _made(self, courier_id, jobs, stop_ids):
        policy = self.market.policy
        return offers_domain.make(
            offer_id=self.new_id(),
            bundle_id=self.new_id() if len(jobs) > 1 else None,
            mode=OfferMode.EXCLUSIVE,
            courier=self.couriers[courier_id],
            jobs=jobs,
            legs=tuple(
                offers_domain.leg_of(
                    job, kind, policy=policy, distance_m=1_000.0, arrival_at=self.now
                )
                for job in jobs
                for kind in (StopKind.PICKUP, StopKind.DROPOFF)
            ),
            stop_ids=stop_ids,
            policy=policy,
            policy_version=1,
            dispatch_epoch=1,
            tick_id=1,
            now=self.now,
        )

    @precondition(lambda self: self.open_offers())
    @rule(data=st.data())
    def accept_in_time(self, data):
        offer = self.offers[self.draw(data, [one.id for one in self.open_offers()])]
        self._accept(offer, offer.courier_id)

    @precondition(lambda self: self.offers)
    @rule(data=st.data(), by=st.sampled_from([ANNA, BEN]))
    def accept_whatever(self, data, by):
        """Accept any offer there ever was, as anybody."""
        self._accept(self.offers[self.draw(data, self.offers)], by)

    def _accept(self, offer, by):
        work = self.work_of(by)
        asked = {id_: self.jobs[id_] for id_ in offer.job_ids if id_ not in work.jobs}
        opened = OpenedWork(work=work, asked=asked, offer=offer)
        if offer.is_open and offer.courier_id == by and self.now < offer.expires_at:
            expected = self.oracle.take(by, offer.job_ids, self._route_with(offer, work))
        else:
            expected = offer.status == "accepted" and offer.courier_id == by
        try:
            accepted = accept(opened, new_id=self.new_id, now=self.now)
        except DomainError:
            assert not expected
            return
        assert expected
        self.write(accepted.changes)

    def _route_with(self, offer, work):
        """Return the stops in the order of the offer; those it knew nothing of come last."""
        stops = {stop.id: stop for stop in work.route}
        for job_id in offer.job_ids:
            stops.update((stop.id, stop) for stop in self.jobs[job_id].stops if stop.is_unfinished)
        known = [id_ for id_ in offer.stop_ids if id_ in stops]
        others = sorted(stops.keys() - {*known}, key=lambda id_: stops[id_].job_id)
        return [(stops[id_].job_id, stops[id_].kind.value) for id_ in (*known, *others)]

    @precondition(lambda self: self.open_offers())
    @rule(data=st.data(), what=st.sampled_from(["acknowledge", "acknowledge", "decline", "revoke"]))
    def answer_otherwise(self, data, what):
        offer = self.offers[self.draw(data, [one.id for one in self.open_offers()])]
        by, now = offer.courier_id, self.now
        if what == "revoke":
            self.revoke([offer])
            return
        if what == "acknowledge":
            after = offers_domain.acknowledge(offer, by=by, is_shown=True, now=now)
            assert after.status == "seen"
        else:
            after = offers_domain.decline(offer, by=by, answer="far", now=now)
            assert after.status == "declined"
        self.answer(offer, after, Actor.COURIER)

    @rule(seconds=st.sampled_from([1, 2, 5, 40]))
    def pass_time(self, seconds):
        """Let time pass, and what has run out with it end, as the sweep does."""
        self.now += timedelta(seconds=seconds)
        for offer in self.open_offers():
            after = offers_domain.expire(offer, now=self.now)
            if self.now >= offer.expires_at:
                assert after.status == {"pending": "unreachable", "seen": "expired"}[offer.status]
            else:
                assert after is offer
            self.answer(offer, after, Actor.SYSTEM)

    # ------------------------------------------------------------------ couriers
    @rule(
        courier_id=st.sampled_from([ANNA, BEN]),
        what=st.sampled_from(["go_online"] * 4 + ["pause", "go_offline"]),
    )
    def change_duty(self, courier_id, what):
        courier = self.couriers[courier_id]
        if what != "go_online":
            self.revoke(self.open_offers(courier_id))
        expected = getattr(self.oracle, what)(courier_id)
        terms = {
            "vehicle": Vehicle.BIKE,
            "capacity": CAPACITY,
            "shift_ends_at": self.now + timedelta(hours=4),
        }
        try:
            after = getattr(couriers_domain, what)(
                courier, now=self.now, **(terms if what == "go_online" else {})
            )
        except DomainError:
            assert not expected
            return
        assert expected
        self.write(Changes(couriers=(after,)))

    @precondition(lambda self: self.holders)
    @rule(
        data=st.data(),
        what=st.sampled_from(["arrive", "arrive", "complete", "complete", "fail_stop"]),
    )
    def work_on_first_stop(self, data, what):
        """Do what comes next on somebody's route, so that jobs get to their ends."""
        courier_id = self.jobs[self.draw(data, self.holders)].courier_id
        route = self.work_of(courier_id).route
        if route:
            self._work(courier_id, route[0], what)

    @precondition(lambda self: self.holders)
    @rule(data=st.data(), what=st.sampled_from(["arrive", "complete", "fail_stop"]))
    def work_on_any_stop(self, data, what):
        courier_id = self.jobs[self.draw(data, self.holders)].courier_id
        stops = {stop.id: stop for stop in self.work_of(courier_id).route}
        if stops:
            self._work(courier_id, stops[self.draw(data, stops)], what)

    def _work(self, courier_id, stop, what):
        expected = getattr(self.oracle, what)(stop.job_id, stop.kind.value)
        fix = Fix(point=stop.point, accuracy_m=5.0, received_at=self.now)
        policy, now = self.market.policy, self.now
        reason = ReasonCode.RECIPIENT_UNREACHABLE
        decide = {
            "arrive": lambda work: works_domain.arrive(
                work, stop.id, fix=fix, policy=policy, now=now
            ),
            "complete": lambda work: works_domain.complete(work, stop.id, now=now),
            "fail_stop": lambda work: works_domain.fail(work, stop.id, reason=reason, now=now),
        }
        self.change(expected, courier_id, decide[what])

    # ------------------------------------------------------------------ what always holds
    @invariant()
    def the_rows_are_what_the_oracle_says(self):
        for job_id, known in self.oracle.jobs.items():
            job = self.jobs[job_id]
            assert (job.status, job.attempt) == (known.status, known.attempt)
            assert job.last_sequence == self.sequences[job_id]
            assert (job.status in ENDS) == (job.ended_at is not None)
            if not job.has_ended:
                assert job.courier_id == known.courier
        for courier_id, known in self.oracle.couriers.items():
            courier, work = self.couriers[courier_id], self.work_of(courier_id)
            assert courier.status == known.status
            assert [(stop.job_id, stop.kind) for stop in work.route] == known.route
            assert courier.live_jobs_count == len(work.jobs)
            assert courier.load.fits(courier.capacity)

    @invariant()
    def a_job_is_under_one_open_offer_at_most_and_has_one_courier_at_most(self):
        offered = Counter(id_ for offer in self.open_offers() for id_ in offer.job_ids)
        assert offered == Counter(id_ for id_, job in self.jobs.items() if job.offer_id is not None)
        assert max(offered.values(), default=1) == 1
        in_hand = {
            id_: job.courier_id
            for id_, job in self.jobs.items()
            if job.courier_id is not None and not job.has_ended
        }
        assert {id_: courier_id for id_, (courier_id, _) in self.holders.items()} == in_hand

    @invariant()
    def money_is_conserved_and_goes_to_whom_it_is_due(self):
        balances = balances_of(self.transfers)
        assert sum(balances.values()) == 0
        names = {"merchant": owner_of_merchant(MERCHANT), "market": owner_of_market("vienna")}
        due = {
            names.get(who) or owner_of_courier(who): cents
            for who, cents in self.oracle.accounts.items()
            if cents != 0
        }
        assert {who: cents for who, cents in balances.items() if cents != 0} == due
