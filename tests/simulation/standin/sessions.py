"""A session of a script: transactions of the store's own queries, a step at a time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from service.domain import job as jobs_domain
from service.domain import ledger
from service.domain import offer as offers_domain
from service.domain.audit_log import BEGINNING
from service.domain.facts import FactType, TickSummary
from service.domain.ids import CourierId, MerchantId
from service.domain.lifecycle import JobStep, OfferStatus, StopKind
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, ExceptionKind, Severity
from service.store import (
    assignments,
    audit_log,
    bundles,
    changes,
    couriers,
    exceptions,
    facts,
    idempotency,
    jobs,
    leases,
    offers,
    open_offers,
    relay,
    streams,
    ticks,
)
from service.store.changes import AssignmentRow, Changes, job_changes
from tests.simulation.standin import looks
from tests.unit.domain.makers import MERCHANT, NOW, make_job, make_offer

MARKET = "vienna"
LONG_AGO, NEVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
OWNERS = ("courier:1", "merchant:1", "market:vienna")
COURIERS = tuple(CourierId(UUID(int=number)) for number in (1, 2, 3))
SUMMARY = TickSummary(
    tick_id=None,
    policy_version=1,
    jobs_count=1,
    couriers_count=1,
    pairs_count=1,
    removed_count_by_filter={},
    offers_count=1,
    bundled_jobs_count=0,
    held_count=0,
    refused_count=0,
    gather_ms=0.0,
    solve_ms=0.0,
    commit_ms=0.0,
)


class GiveUpError(Exception):
    """The transaction is to be rolled back."""


class Session:
    """One connection's transactions, step by step; `held` is what it has locked and written."""

    def __init__(self, pool, seconds):
        self._pool, self._seconds = pool, seconds  # all sessions' one clock
        self._context = self.conn = None
        self.held = {}
        self.has_failed = False

    async def begin(self):
        self._context = self._pool.transaction()
        self.conn = await self._context.__aenter__()
        self.held, self.has_failed = {}, False

    async def end(self, *, is_kept):
        context, self._context, self.conn = self._context, None, None
        if is_kept and not self.has_failed:
            await context.__aexit__(None, None, None)
            return "committed"
        await context.__aexit__(GiveUpError, GiveUpError(), None)
        return "rolled back"

    # ------------------------------------------------------------------ steps, by their names
    async def reserve_key(self, key):
        return await idempotency.reserve_key(
            self.conn,
            merchant_id=MerchantId(MERCHANT),
            key=key,
            request_sha256=b"s" * 32,
            status_code=201,
            body=key.encode(),
        )

    async def find_response(self, key):
        return await idempotency.find_response(self.conn, merchant_id=MerchantId(MERCHANT), key=key)

    async def lock_jobs(self, job_ids):
        await jobs.lock_jobs(self.conn, job_ids=job_ids)
        found = await jobs.read_jobs(self.conn, job_ids=job_ids)
        self.held |= {job.id: job for job in found}
        return found

    async def lock_offer_of(self, job_id):
        """Lock the offer that the job is under, if the job is held and under one."""
        job = self.held.get(job_id)
        if job is None or job.offer_id is None:
            return None
        offer = await offers.lock_offer(self.conn, offer_id=job.offer_id)
        self.held[offer.id] = offer
        return offer

    async def lock_couriers(self, courier_ids):
        found = await couriers.lock_couriers(self.conn, courier_ids=courier_ids)
        self.held |= {courier.id: courier for courier in found}
        open_ = await offers.list_open_offers(self.conn, courier_ids=courier_ids)
        return found, sorted(str(one.courier_id) for one in open_)

    async def lock_couriers_to_offer(self, courier_ids):
        found = await couriers.lock_couriers_to_offer(self.conn, courier_ids=courier_ids)
        self.held |= {courier.id: courier for courier in found}
        return found

    async def make_offer(self, number, job_id, courier_id):
        """Offer a job that is held and free to a courier; another offer may be open to them."""
        job = self.held.get(job_id)
        if job is None or courier_id not in self.held:
            return None
        if job.status != "open" or job.offer_id is not None:
            return None
        offer = make_offer(
            id=UUID(int=5_000 + number),
            courier_id=courier_id,
            bundle_id=UUID(int=8_000 + number) if number % 2 else None,
            status=OfferStatus.PENDING,
            job_ids=(job_id,),
            legs=tuple(_leg(job, kind) for kind in (StopKind.PICKUP, StopKind.DROPOFF)),
            sent_at=None,
            acknowledged_at=None,
            seen_at=None,
            expires_at=LONG_AGO if number % 3 == 0 else NEVER,
        )
        await open_offers.save_new(self.conn, [offer], actor=Actor.SYSTEM)
        self.held[job_id] = replace(job, offer_id=offer.id, version=job.version + 1)
        self.held[offer.id] = offer
        return "made"

    async def answer_offer(self, number, job_id, is_accepted):
        """Close the offer of a job, both held; who accepts gets the assignment."""
        job = self.held.get(job_id)
        offer = None if job is None or job.offer_id is None else self.held.get(job.offer_id)
        if offer is None or not offer.is_open:
            return None
        opened = open_offers.OpenedOffer(offer=offer, jobs=(job,))
        if not is_accepted or offer.courier_id not in self.held:
            after = offers_domain.revoke(offer, answer="superseded", now=NOW)
            settled = open_offers.settle(opened, after, actor=Actor.OPS, now=NOW)
            await changes.save(self.conn, settled.changes)
            self.held |= {job_id: settled.jobs[0], offer.id: after}
            return "revoked"
        after = replace(offer, status=OfferStatus.ACCEPTED, answered_at=NOW)
        settled = open_offers.settle(opened, after, actor=Actor.COURIER, now=NOW)
        taken = replace(job, courier_id=offer.courier_id, bundle_id=offer.bundle_id, offer_id=None)
        taken, fact = jobs_domain.step(taken, JobStep.ASSIGN, actor=Actor.COURIER, now=NOW)
        row = AssignmentRow(
            id=UUID(int=9_000 + number),
            job_id=job_id,
            courier_id=offer.courier_id,
            offer_id=offer.id,
            started_at=NOW + timedelta(seconds=next(self._seconds)),
        )
        written = settled.changes + Changes(jobs=(taken,), facts=(fact,), assignments=(row,))
        await changes.save(self.conn, written)
        self.held |= {job_id: taken, offer.id: after}
        return "accepted"

    async def reopen(self, job_id):
        """Take a job that is held from its courier."""
        job = self.held.get(job_id)
        if job is None or job.courier_id is None:
            return None
        ended_at = NOW + timedelta(seconds=next(self._seconds))
        ended = await assignments.end_assignment(self.conn, job_id=job_id, ended_at=ended_at)
        after, fact = jobs_domain.step(job, JobStep.REASSIGN, actor=Actor.OPS, now=NOW)
        await changes.save(self.conn, job_changes(job, after) + Changes(facts=(fact,)))
        self.held[job_id] = after
        return ended

    async def lock_bundle_of(self, job_id):
        job = self.held.get(job_id)
        if job is None or job.bundle_id is None:
            return None
        return await bundles.lock_bundle(self.conn, bundle_id=job.bundle_id)

    async def pay(self, job_id):
        """Pay for a job that is held and has a courier, as if it were delivered; once."""
        job = self.held.get(job_id)
        if job is None or job.courier_id is None:
            return None
        due = ledger.settle(ledger.delivery_of(replace(job, ended_at=NOW), pay_cents=100))
        await changes.save(self.conn, Changes(transfers=due))
        return len(due)

    async def search(self, job_id):
        job = self.held.get(job_id)
        if job is None:
            return None
        after = replace(job, version=job.version + 1, search_round=job.search_round + 1)
        await jobs.save_searches(
            self.conn,
            job_ids=[job_id],
            versions=[after.version],
            last_sequences=[after.last_sequence],
            search_rounds=[after.search_round],
        )
        self.held[job_id] = after
        return after.search_round

    async def decide(self, number):
        """Record a tick, and why it made the offer of this number, which may not be there."""
        offer = self.held.get(UUID(int=5_000 + number))
        tick = await ticks.insert_tick(
            self.conn,
            market_id=MARKET,
            at=NOW,
            policy_version=1,
            dispatch_epoch=1,
            summary=SUMMARY,
        )
        if offer is not None:
            await ticks.insert_decisions(
                self.conn,
                offer_ids=[offer.id],
                tick_ids=[tick.id],
                ats=[NOW],
                reasons=[SUMMARY],
            )
        return tick.id

    async def mark_sent(self, offer_numbers):
        ids = sorted(UUID(int=5_000 + number) for number in offer_numbers)
        await offers.mark_sent(self.conn, offer_ids=ids, sent_at=[NOW] * len(ids))

    async def lock_courier(self, courier_id):
        courier = await couriers.lock_courier(self.conn, courier_id=courier_id)
        self.held[courier_id] = courier
        return courier

    async def tell(self, job_id):
        job = self.held.get(job_id)
        if job is None:
            return None
        after, fact = jobs_domain.tell(
            job, FactType.JOB_SEARCH_UPDATED, actor=Actor.SYSTEM, now=NOW
        )
        await changes.save(self.conn, job_changes(job, after) + Changes(facts=(fact,)))
        self.held[job_id] = after
        return after.last_sequence

    async def name_job(self, number, reference):
        """Post another job by this reference, which another may have."""
        job = replace(make_job(100 + number), reference=reference)
        await changes.save(self.conn, job_changes(None, job))
        return "posted"

    async def hold_answered(self, courier_ids, offer_numbers):
        ids = [UUID(int=5_000 + number) for number in offer_numbers]
        held = await offers.hold_answered(self.conn, courier_ids=courier_ids, offer_ids=ids)
        return [looks.in_order(one, now=NOW) for one in held]

    async def lock_free_offers(self, offer_numbers):
        ids = [UUID(int=5_000 + number) for number in offer_numbers]
        return await offers.lock_free_offers(self.conn, offer_ids=ids)

    async def advance_streams(self, owners):
        counts = [2] * len(owners)
        ends = await streams.advance_streams(self.conn, owners=owners, counts=counts)
        for end in ends:
            seqs = [end.last_seq - 1, end.last_seq]
            await streams.insert_events(
                self.conn,
                owners=[end.owner] * 2,
                seqs=seqs,
                types=["t"] * 2,
                messages=[b"m"] * 2,
            )
        return sorted((end.owner, end.last_seq) for end in ends)

    async def move_cursor(self):
        """Tell what can be told, as the relay does."""
        new = await facts.read_new_facts(self.conn, market_id=MARKET, limit_count=5)
        said = [(fact.type, fact.job_id, fact.sequence) for fact in new]
        if not new:
            return said
        is_moved = await relay.move_cursor(
            self.conn,
            market_id=MARKET,
            first_xid=new[0].xid,
            first_id=new[0].id,
            xid=new[-1].xid,
            id=new[-1].id,
        )
        return said, is_moved

    async def take_lease(self, holder):
        return await leases.take_lease(self.conn, name="relay:vienna", holder=holder, ttl_s=900.0)

    async def release_lease(self, holder):
        await leases.release_lease(self.conn, name="relay:vienna", holder=holder)

    async def check_lease(self, epoch):
        return await leases.check_lease(self.conn, name="relay:vienna", epoch=epoch)

    async def open_exception(self, number, job_id):
        if job_id not in self.held:
            return None
        opened = await exceptions.open_exception(
            self.conn,
            exception_id=UUID(int=7_000 + number),
            market_id=MARKET,
            kind=ExceptionKind.NO_COURIER,
            severity=Severity.WARNING,
            job_id=job_id,
            courier_id=None,
            merchant_id=None,
            endpoint_id=None,
            opened_at=NOW,
            due_at=NOW,
        )
        return None if opened is None else opened.id

    async def resolve_exceptions(self, job_id):
        resolved = await exceptions.resolve_exceptions(
            self.conn,
            kind=ExceptionKind.NO_COURIER,
            subject_id=job_id,
            resolved_at=NOW,
            resolution="dismiss",
        )
        return len(resolved)

    async def lock_head(self):
        head = await audit_log.lock_head(
            self.conn, market_id=MARKET, beginning_sha256=BEGINNING.sha256
        )
        await audit_log.insert_entries(
            self.conn, market_id=MARKET, entries=(), number=head.number + 1, sha256=head.sha256
        )
        return head.number

    async def look(self, job_ids, number):
        """Read without locks, as it was committed."""
        return await looks.look(
            self.conn,
            market_id=MARKET,
            job_ids=job_ids,
            courier_ids=COURIERS,
            owners=OWNERS,
            number=number,
        )


def _leg(job, kind):
    return offers_domain.leg_of(job, kind, policy=Policy(), distance_m=1_000.0, arrival_at=NOW)
