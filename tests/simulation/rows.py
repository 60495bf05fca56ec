"""The rows of a marketplace in three dictionaries, and what holds of any change of them."""

import itertools
from collections import Counter
from uuid import UUID

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


class Rows:
    def __init__(self):
        self.oracle, self.market, self.now = Oracle(), make_market(), NOW
        self.jobs, self.couriers, self.offers = {}, {}, {}
        self.holders, self.sequences, self.transfers = {}, Counter(), []
        self.numbers = itertools.count(1)

    def new_id(self):
        return UUID(int=next(self.numbers))

    def work_of(self, courier_id):
        in_hand = {
            id_: job
            for id_, job in self.jobs.items()
            if job.courier_id == courier_id and not job.has_ended
        }
        return Work(courier=self.couriers[courier_id], jobs=in_hand)

    def open_offers(self, courier_id=None):
        return [
            offer
            for offer in self.offers.values()
            if offer.is_open and courier_id in (None, offer.courier_id)
        ]

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
            self.couriers[courier.id] = courier
        for row in changes.assignments:
            assert row.job_id not in self.holders, "two couriers have one job"
            self.holders[row.job_id] = row.courier_id, row.offer_id
        self.offers.update((offer.id, offer) for offer in changes.offers)

    def _write_job(self, before, job):
        self.jobs[job.id] = job
        if before is None:
            return
        assert not before.has_ended, "what has ended has changed"
        assert job.version >= before.version
        assert job.status is before.status or job.version > before.version
        if job.has_ended or job.courier_id is None:
            held = self.holders.pop(job.id, None)
            if job.status is JobStatus.DELIVERED:
                legs = self.offers[held[1]].legs
                pay_cents = sum(leg.pay_cents for leg in legs if leg.job_id == job.id)
                self.transfers += pay_out(delivery_of(job, pay_cents=pay_cents))

    def change(self, expected, courier_id, decide):
        """Change a courier's work as an action would; it must be done exactly when expected."""
        work = self.work_of(courier_id)
        try:
            after = decide(work)
        except DomainError:
            assert not expected
            return
        assert expected
        if after is not work:
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
