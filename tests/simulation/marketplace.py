"""The pure domain under any sequence of commands, beside an oracle written from the words.

Whatever an action would write is put into the rows; the oracle is told the same commands. What a
command leaves open is asked of `choices`, before anything is changed. Ids are words: nothing in the
domain looks into one, they say what they are of, and they are quicker in dictionaries than UUIDs.
"""

from datetime import timedelta

from service.actions import accept_offer
from service.domain import courier as couriers_domain
from service.domain import job as jobs_domain
from service.domain import offer as offers_domain
from service.domain import work as works_domain
from service.domain.courier import Fix
from service.domain.facts import FactType
from service.domain.job import JobIds
from service.domain.lifecycle import CourierStatus, JobStatus, JobStep, OfferMode, StopKind
from service.domain.load import Load
from service.domain.vocabulary import Actor, ReasonCode, SizeClass, Vehicle
from service.store.changes import Changes, job_changes
from service.store.works import OpenedWork
from tests.simulation.rows import Rows
from tests.unit.domain.makers import MERCHANT, make_courier, make_request

CAPACITY = Load(16_000, 60, 3)
COURIERS = ("anna", "ben")
NUMBERS = range(1, 9)  # of the jobs that there may be
LITRES = {SizeClass.SMALL: 5, SizeClass.MEDIUM: 20, SizeClass.LARGE: 60}
SIZES = (SizeClass.SMALL, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.SMALL, SizeClass.LARGE)
WEIGHTS_G = (500, 500, 6_000, 500, 15_000)  # most are light, or else there is never room


class Marketplace(Rows):
    def __init__(self):
        super().__init__()
        for id_ in COURIERS:
            self.couriers[id_] = make_courier(
                id=id_, status=CourierStatus.OFFLINE, capacity_jobs_count=CAPACITY.jobs_count
            )
            self.oracle.enroll(id_, capacity=(CAPACITY.weight_g, CAPACITY.volume_l, 3))
        self.at = ""  # the status of what the latest command was about, before it

    # ------------------------------------------------------------------ what there is to choose
    def free_numbers(self):
        """Return the numbers that a job may have: jobs need not come in the order of their ids."""
        return [number for number in NUMBERS if f"job {number}" not in self.jobs]

    def free_jobs(self):
        return [
            id_
            for id_, job in self.jobs.items()
            if job.status is JobStatus.OPEN and job.offer_id is None
        ]

    def couriers_without_offer(self):
        offered = {offer.courier_id for offer in self.open_offers.values()}
        return [id_ for id_ in COURIERS if id_ not in offered]

    def couriers_off_duty(self):
        return [id_ for id_ in COURIERS if self.couriers[id_].status is CourierStatus.OFFLINE]

    def couriers_with_stops(self):
        return [id_ for id_ in COURIERS if self.route_of(id_)]

    def _job(self, job_id):
        job = self.jobs[job_id]
        self.at = job.status.value
        return job

    def _open_offer(self, choices):
        offer = self.open_offers[choices.one_of(list(self.open_offers))]
        self.at = offer.status.value if self.now < offer.expires_at else f"{offer.status}, late"
        return offer

    # ------------------------------------------------------------------ jobs
    def post(self, choices):
        size_class = choices.one_of(SIZES)
        weight_g = choices.one_of(WEIGHTS_G)
        fee_cents = choices.whole(0, 2_000)
        number = choices.one_of(self.free_numbers())
        job = jobs_domain.post(
            make_request(size_class=size_class, weight_g=weight_g, fee_cents=fee_cents),
            ids=JobIds(f"job {number}", f"pickup {number}", f"dropoff {number}"),
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

    def cancel(self, choices):
        job = self._job(choices.one_of(list(self.jobs)))
        expected = self.oracle.cancel(job.id)
        reason = ReasonCode.CUSTOMER_CANCELLATION_REQUESTED
        if job.courier_id is not None and not job.has_ended:
            self.change(expected, job.courier_id, self._drop(job.id, JobStep.CANCEL, reason))
            return
        self.attempt(expected, lambda: jobs_domain.check_cancelable(job, reason=reason))
        if not expected:
            return
        self.revoke([one for one in self.open_offers.values() if job.id in one.job_ids])
        job = self.jobs[job.id]
        after, fact = jobs_domain.step(
            job, JobStep.CANCEL, actor=Actor.MERCHANT, now=self.now, reason=reason
        )
        self.write(job_changes(job, after) + Changes(facts=(fact,)))

    def _drop(self, job_id, step, reason):
        return lambda work: works_domain.drop(
            work, job_id, step, actor=Actor.OPS, now=self.now, reason=reason
        )

    def reassign(self, choices):
        job = self._job(choices.one_of(list(self.holders)))
        expected, reason = self.oracle.reassign(job.id), ReasonCode.COURIER_ISSUE
        self.change(expected, job.courier_id, self._drop(job.id, JobStep.REASSIGN, reason))

    def fail_job(self, choices):
        job = self._job(choices.one_of(list(self.holders)))
        expected, reason = self.oracle.fail_job(job.id), ReasonCode.COURIER_ISSUE
        self.change(expected, job.courier_id, self._drop(job.id, JobStep.FAIL, reason))

    def retry(self, choices):
        job = self._job(choices.one_of(list(self.holders)))
        self.change(
            self.oracle.retry(job.id),
            job.courier_id,
            lambda work: works_domain.retry(
                work, job.id, stop_id=self.new_id(), actor=Actor.OPS, now=self.now
            ),
        )

    # ------------------------------------------------------------------ offers
    def offer(self, choices):
        """Offer one or two free jobs to who has no offer, their stops anywhere on the route."""
        courier_id = choices.one_of(self.couriers_without_offer())
        jobs = tuple(self.jobs[id_] for id_ in choices.some_of(self.free_jobs(), 2))
        route = [stop.id for stop in self.route_of(courier_id)]
        for job in jobs:
            first = choices.whole(0, len(route))
            route.insert(first, job.latest(StopKind.PICKUP).id)
            second = choices.whole(first + 1, len(route))
            route.insert(second, job.latest(StopKind.DROPOFF).id)
        self.at = self.couriers[courier_id].status.value
        expected = self.oracle.couriers[courier_id].status in ("online", "busy")
        earlier_count = sum(one.job_ids[0] == jobs[0].id for one in self.offers.values())
        offer_id = f"offer {earlier_count + 1} of {jobs[0].id}"
        made = self.attempt(expected, lambda: self._made(offer_id, courier_id, jobs, route))
        if made is None:
            return
        self.put_offer(made)
        for job in jobs:
            self.put_job(jobs_domain.replace(job, offer_id=made.id, version=job.version + 1))

    def _made(self, offer_id, courier_id, jobs, route):
        policy = self.market.policy
        return offers_domain.make(
            offer_id=offer_id,
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
            stop_ids=tuple(route),
            policy=policy,
            policy_version=1,
            dispatch_epoch=1,
            tick_id=1,
            now=self.now,
        )

    def accept(self, choices):
        offer = self._open_offer(choices)
        self._accept(offer, offer.courier_id)

    def accept_whatever(self, choices):
        """Accept any offer there ever was, as anybody."""
        offer = self.offers[choices.one_of(list(self.offers))]
        self.at = offer.status.value
        self._accept(offer, choices.one_of(COURIERS))

    def _accept(self, offer, by):
        work = self.work_of(by)
        asked = {id_: self.jobs[id_] for id_ in offer.job_ids if id_ not in work.jobs}
        opened = OpenedWork(work=work, asked=asked, offer=offer)
        if offer.is_open and offer.courier_id == by and self.now < offer.expires_at:
            expected = self.oracle.take(by, offer.job_ids, self._route_with(offer, by))
        else:
            expected = offer.status == "accepted" and offer.courier_id == by
        accepted = self.attempt(
            expected, lambda: accept_offer.accept(opened, new_id=self.new_id, now=self.now)
        )
        if accepted is not None:
            self.write(accepted.changes)

    def _route_with(self, offer, by):
        """Return the stops in the order of the offer; those it knew nothing of come last."""
        stops = {stop.id: stop for stop in self.route_of(by)}
        for job_id in offer.job_ids:
            stops.update((stop.id, stop) for stop in self.jobs[job_id].stops if stop.is_unfinished)
        known = [id_ for id_ in offer.stop_ids if id_ in stops]
        others = sorted(stops.keys() - {*known}, key=lambda id_: stops[id_].job_id)
        return [(stops[id_].job_id, stops[id_].kind.value) for id_ in (*known, *others)]

    def acknowledge(self, choices):
        offer = self._open_offer(choices)
        after = offers_domain.acknowledge(offer, by=offer.courier_id, is_shown=True, now=self.now)
        if self.now < offer.expires_at:
            assert after.status == "seen"
        else:
            assert after is offer
        self.answer(offer, after, Actor.COURIER)

    def decline(self, choices):
        offer = self._open_offer(choices)
        by, now = offer.courier_id, self.now
        after = self.attempt(
            now < offer.expires_at,
            lambda: offers_domain.decline(offer, by=by, answer="far", now=now),
        )
        if after is not None:
            assert after.status == "declined"
            self.answer(offer, after, Actor.COURIER)

    def take_back(self, choices):
        self.revoke([self._open_offer(choices)])

    def pass_time(self, choices):
        """Let time pass; an offer whose time is up is open until the next sweep."""
        self.now += timedelta(seconds=choices.one_of((2, 10, 40)))

    def sweep(self, _):
        """End the offers whose time is up."""
        for offer in list(self.open_offers.values()):
            after = offers_domain.expire(offer, now=self.now)
            if self.now >= offer.expires_at:
                assert after.status == {"pending": "unreachable", "seen": "expired"}[offer.status]
            else:
                assert after is offer
            self.answer(offer, after, Actor.SYSTEM)

    # ------------------------------------------------------------------ couriers
    def begin_shift(self, choices):
        self._change_duty(choices.one_of(self.couriers_off_duty()), "go_online")

    def change_duty(self, choices, *, what):
        self._change_duty(choices.one_of(COURIERS), what)

    def _change_duty(self, courier_id, what):
        courier = self.couriers[courier_id]
        self.at = courier.status.value
        terms = {}
        if what == "go_online":
            ends_at = self.now + timedelta(hours=4)
            terms = {"vehicle": Vehicle.BIKE, "capacity": CAPACITY, "shift_ends_at": ends_at}
        else:
            self.revoke([one for one in self.open_offers.values() if one.courier_id == courier_id])
        expected = getattr(self.oracle, what)(courier_id)
        change = getattr(couriers_domain, what)
        after = self.attempt(expected, lambda: change(courier, now=self.now, **terms))
        if after is not None:
            self.write(Changes(couriers=(after,)))

    def proceed(self, choices):
        """Do what comes next on somebody's route, so that jobs get to their ends."""
        courier_id = choices.one_of(self.couriers_with_stops())
        first = self.route_of(courier_id)[0]
        self._work(courier_id, first, "complete" if first.status == "arrived" else "arrive")

    def work_on_first_stop(self, choices, *, what):
        courier_id = choices.one_of(self.couriers_with_stops())
        self._work(courier_id, self.route_of(courier_id)[0], what)

    def work_on_any_stop(self, choices, *, what):
        courier_id = choices.one_of(self.couriers_with_stops())
        stops = {stop.id: stop for stop in self.route_of(courier_id)}
        self._work(courier_id, stops[choices.one_of(list(stops))], what)

    def _work(self, courier_id, stop, what):
        self._job(stop.job_id)
        expected = getattr(self.oracle, what)(stop.job_id, stop.kind.value)
        self.change(expected, courier_id, getattr(self, f"_{what}")(stop))

    def _arrive(self, stop):
        fix = Fix(point=stop.point, accuracy_m=5.0, received_at=self.now)
        return lambda work: works_domain.arrive(
            work, stop.id, fix=fix, policy=self.market.policy, now=self.now
        )

    def _complete(self, stop):
        return lambda work: works_domain.complete(work, stop.id, now=self.now)

    def _fail_stop(self, stop):
        reason = ReasonCode.RECIPIENT_UNREACHABLE
        return lambda work: works_domain.fail(work, stop.id, reason=reason, now=self.now)
