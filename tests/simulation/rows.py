"""The rows of a marketplace in three dictionaries, and what holds of any change of them."""

import itertools
from collections import Counter

from service.domain import offer as offers_domain
from service.domain.errors import DomainError
from service.domain.ledger import delivery_of
from service.domain.ledger import settle as pay_out
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import Actor
from service.domain.work import Work
from service.store.open_offers import OpenedOffer, settle
from service.store.works import OpenedWork, work_changes
from tests.simulation.oracle import Oracle
from tests.unit.domain.makers import NOW, make_market

DONE = "done"


class Rows:
    def __init__(self):
        self.oracle, self.market, self.now = Oracle(), make_market(), NOW
        self.jobs, self.couriers, self.offers = {}, {}, {}
        self.open_offers = {}  # those of `offers` that are open, which most questions are about
        self.holders, self.sequences, self.transfers = {}, Counter(), []
        self.numbers = itertools.count(1)
        self.said = DONE  # of the latest command: or the code of the refusal
        self._works = {}  # by courier, as long as no row of theirs changes

    def new_id(self):
        return f"new {next(self.numbers)}"

    def work_of(self, courier_id):
        """Return what the courier has in hand."""
        return self._opened(courier_id)[0]

    def route_of(self, courier_id):
        """Return the stops before the courier, as the work in hand says."""
        return self._opened(courier_id)[1]

    def words_of(self, courier_id):
        """Return the stops before the courier as the oracle says them."""
        return self._opened(courier_id)[2]

    def forget(self):
        """Look at the rows anew, whoever asks next."""
        self._works.clear()

    def _opened(self, courier_id):
        opened = self._works.get(courier_id)
        if opened is None:
            in_hand = {
                id_: job
                for id_, job in self.jobs.items()
                if job.courier_id == courier_id and not job.has_ended
            }
            work = Work(courier=self.couriers[courier_id], jobs=in_hand)
            route = work.route
            words = [(stop.job_id, stop.kind.value) for stop in route]
            opened = self._works[courier_id] = work, route, words
        return opened

    # ------------------------------------------------------------------ what an action writes
    def write(self, changes):
        """Put the rows in place, and check what holds of any change."""
        for rows in (changes.jobs, changes.offers, changes.couriers):
            assert len({row.id for row in rows}) == len(rows), "a row is written twice"
        for fact in changes.facts:
            if fact.job_id is not None:
                self.sequences[fact.job_id] += 1
                assert fact.sequence == self.sequences[fact.job_id]
        for job in changes.jobs:
            self._write_job(self.jobs.get(job.id), job)
        for courier in changes.couriers:
            assert courier.version > self.couriers[courier.id].version
            assert courier.load.fits(courier.capacity)
            self.couriers[courier.id] = courier
            self._works.pop(courier.id, None)
        for row in changes.assignments:
            assert row.job_id not in self.holders, "two couriers have one job"
            self.holders[row.job_id] = row.courier_id, row.offer_id
        for offer in changes.offers:
            self.put_offer(offer)

    def put_job(self, job):
        self.jobs[job.id] = job
        self._works.pop(job.courier_id, None)

    def put_offer(self, offer):
        self.offers[offer.id] = offer
        if offer.is_open:
            self.open_offers[offer.id] = offer
        else:
            self.open_offers.pop(offer.id, None)

    def _write_job(self, before, job):
        self.put_job(job)
        if before is None:
            return
        self._works.pop(before.courier_id, None)
        assert not before.has_ended, "what has ended has changed"
        assert job.version >= before.version
        assert job.status is before.status or job.version > before.version
        if job.has_ended or job.courier_id is None:
            held = self.holders.pop(job.id, None)
            if job.status is JobStatus.DELIVERED:
                legs = self.offers[held[1]].legs
                pay_cents = sum(leg.pay_cents for leg in legs if leg.job_id == job.id)
                self.transfers += pay_out(delivery_of(job, pay_cents=pay_cents))

    # ------------------------------------------------------------------ to be done or refused
    def attempt(self, expected, decide):
        """Return what is decided, which must be done exactly when expected; None if refused."""
        try:
            decided = decide()
        except DomainError as error:
            self.said = error.code
            assert not expected
            return None
        assert expected
        return decided

    def change(self, expected, courier_id, decide):
        """Change a courier's work as an action would; it must be done exactly when expected."""
        work = self.work_of(courier_id)
        after = self.attempt(expected, lambda: decide(work))
        if after is not None and after is not work:
            opened = OpenedWork(work=work, asked={}, offer=None)
            self.write(work_changes(opened, after, new_id=self.new_id, now=self.now))

    def answer(self, offer, after, actor):
        jobs = tuple(self.jobs[id_] for id_ in offer.job_ids)
        opened = OpenedOffer(offer=offer, jobs=jobs)
        self.write(settle(opened, after, actor=actor, now=self.now).changes)

    def revoke(self, offers):
        for offer in offers:
            revoked = offers_domain.revoke(offer, answer="superseded", now=self.now)
            self.answer(offer, revoked, Actor.SYSTEM)
