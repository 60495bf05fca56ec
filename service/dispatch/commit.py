"""Commit: one transaction for all that a tick decided, under the epoch of its lease."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.decide import Decided
from service.dispatch.offering import Locked, Mark, is_current, is_free, offer_of
from service.dispatch.proposal import Proposal
from service.dispatch.search import SearchNews, tell
from service.dispatch.travel import TravelTimes
from service.domain.facts import Fact, FactType, TickSummary
from service.domain.market import Market
from service.domain.offer import Offer
from service.domain.vocabulary import Actor
from service.runtime import Runtime, read_market
from service.store import changes, couriers, deployment, jobs, offers, ticks
from service.store.changes import Changes
from service.store.connection import Connection
from service.store.leadership import Leadership
from service.store.open_offers import save_new


class Warrant(Struct, frozen=True, kw_only=True):
    """By what right a tick decides: the market as it is now, and the lease."""

    market: Market
    leadership: Leadership
    epoch: int


class Committed(Struct, frozen=True, kw_only=True):
    """What became of the proposals of a tick."""

    tick_id: int | None = None
    offers_count: int = 0
    bundled_jobs_count: int = 0
    refused_count: int = 0

    def __add__(self, other: "Committed") -> "Committed":
        return Committed(
            tick_id=other.tick_id or self.tick_id,
            offers_count=self.offers_count + other.offers_count,
            bundled_jobs_count=self.bundled_jobs_count + other.bundled_jobs_count,
            refused_count=self.refused_count + other.refused_count,
        )


async def commit(
    runtime: Runtime,
    warrant: Warrant,
    decided: Decided,
    *,
    travel: TravelTimes,
    draft: TickSummary,
) -> Committed:
    """Write the offers that are still possible and the news that still holds; wake the relay.

    What is no longer free is left out, without harm to the rest; of a market that was paused
    meanwhile, all is. `draft` is the tick's record but for what only the transaction finds out.

    Raises:
        LostLeaseError: another process decides for this market; nothing was done.
        LockContentionError: others were in the way; nothing was done.
        UnavailableError: Postgres is away; whether it committed is not known.
    """
    began_s = monotonic_s()
    async with runtime.pool.transaction() as conn:
        await warrant.leadership.check(conn, epoch=warrant.epoch)
        if (await read_market(conn, warrant.market.id)).is_paused:
            return Committed()  # since the tick began, which may be a while ago
        locked = await _lock(conn, decided)
        policy = warrant.market.policy
        free = [proposal for proposal in decided.proposals if is_free(proposal, locked, policy)]
        committed = Committed(
            offers_count=len(free),
            bundled_jobs_count=sum(len(p.jobs) for p in free if len(p.jobs) > 1),
            refused_count=len(decided.proposals) - len(free),
        )
        if free:
            record = _record(draft, committed, commit_ms=(monotonic_s() - began_s) * 1_000.0)
            tick_id = await _save_tick(conn, warrant, locked, record)
            mark = Mark(tick_id=tick_id, dispatch_epoch=warrant.epoch, new_id=runtime.new_id)
            made = [
                offer_of(proposal, locked, warrant.market, mark=mark, travel=travel)
                for proposal in free
            ]
            await _save_offers(conn, free, made)
            committed = replace(committed, tick_id=tick_id)
        current = [news for news in decided.news if is_current(news, locked)]
        if current:
            await _save_news(conn, current, locked)
    if free or current:
        runtime.relay_waker.wake(warrant.market.id)
    return committed


async def _lock(conn: Connection, decided: Decided) -> Locked:
    """Hold the rows in the order of the whole service: jobs by id, then couriers by id."""
    job_ids = {job.job_id for proposal in decided.proposals for job in proposal.jobs}
    job_ids |= {news.job_id for news in decided.news}
    courier_ids = sorted(proposal.courier_id for proposal in decided.proposals)
    await jobs.lock_jobs(conn, job_ids=sorted(job_ids))
    read = await jobs.read_jobs_to_offer(conn, job_ids=sorted(job_ids))
    held = await couriers.lock_couriers_to_offer(conn, courier_ids=courier_ids)
    answering = await offers.list_open_offers(conn, courier_ids=courier_ids)
    return Locked(
        jobs={job.id: job for job in read},
        couriers={courier.id: courier for courier in held},
        answering=frozenset(offer.courier_id for offer in answering),
        now=(await deployment.read_market_time(conn)).now,
    )


def _record(draft: TickSummary, committed: Committed, *, commit_ms: float) -> TickSummary:
    return replace(
        draft,
        offers_count=committed.offers_count,
        bundled_jobs_count=committed.bundled_jobs_count,
        refused_count=committed.refused_count,
        commit_ms=commit_ms,
    )


async def _save_tick(
    conn: Connection, warrant: Warrant, locked: Locked, record: TickSummary
) -> int:
    """Write the tick and its fact; the time to commit ends in it where the writing begins."""
    market = warrant.market
    key = await ticks.insert_tick(
        conn,
        market_id=market.id,
        at=locked.now,
        policy_version=market.policy_version,
        dispatch_epoch=warrant.epoch,
        summary=record,
    )
    completed = Fact(
        type=FactType.TICK_COMPLETED,
        market_id=market.id,
        actor=Actor.SYSTEM,
        at=locked.now,
        body=replace(record, tick_id=key.id),
    )
    await changes.save(conn, Changes(facts=(completed,)))
    return key.id


async def _save_offers(
    conn: Connection, proposals: Sequence[Proposal], made: Sequence[Offer]
) -> None:
    await save_new(conn, made, actor=Actor.SYSTEM)
    await ticks.insert_decisions(
        conn,
        offer_ids=[offer.id for offer in made],
        tick_ids=[offer.tick_id for offer in made if offer.tick_id is not None],
        ats=[offer.created_at for offer in made],
        reasons=[proposal.reasons for proposal in proposals],
    )


async def _save_news(conn: Connection, current: Sequence[SearchNews], locked: Locked) -> None:
    counted = await offers.count_offers_of_jobs(conn, job_ids=[news.job_id for news in current])
    counts = {count.job_id: count for count in counted}
    told = [
        tell(
            locked.jobs[news.job_id],
            news,
            offers_count=counts[news.job_id].offers_count,
            declined_count=counts[news.job_id].declined_count,
            now=locked.now,
        )
        for news in current
    ]
    await jobs.save_searches(
        conn,
        job_ids=[job.id for job, _ in told],
        versions=[job.version for job, _ in told],
        last_sequences=[job.last_sequence for job, _ in told],
        search_rounds=[job.search_round for job, _ in told],
    )
    await changes.save(conn, Changes(facts=tuple(fact for _, fact in told)))
