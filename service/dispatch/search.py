"""How the search for a courier goes, and when there is news of it for the merchant."""

from collections.abc import Collection
from datetime import datetime

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from matching.permits import PASSED
from matching.plan import Plan
from service.dispatch.arrays import Arranged
from service.dispatch.rows import Pair
from service.dispatch.scope import radius_m_of, round_of
from service.dispatch.travel import TravelTimes
from service.domain import job as jobs_domain
from service.domain.facts import Fact, FactType, SearchProgress
from service.domain.geo import Point
from service.domain.ids import JobId
from service.domain.job import Job
from service.domain.policy import Policy, search_radius_m
from service.domain.vocabulary import Actor
from service.live.records import OpenJob

SEARCHES_COUNT_MAX = 200  # told of in one tick; the others have news in the next one as well


class SearchNews(Struct, frozen=True, kw_only=True):
    """What a tick found out for a job that it offers to nobody."""

    job_id: JobId
    version: int  # of the job, as seen
    search_round: int
    radius_m: float
    candidates_count: int
    pickup_s_best: float | None


def is_news(policy: Policy, *, told_round: int, search_round: int) -> bool:
    """Return whether a round is worth telling after the one told last.

    It is while the circle grows; then each time the number of rounds has doubled, so that an hour
    of searching is a dozen facts and not hundreds.
    """
    if search_round <= told_round:
        return False
    told_m = search_radius_m(policy, search_round=told_round)
    return search_radius_m(policy, search_round=search_round) > told_m or (
        search_round >= 2 * told_round
    )


def news_of(
    arranged: Arranged,
    plan: Plan,
    *,
    policy: Policy,
    travel: TravelTimes,
    offered: Collection[JobId],
    left_out: Collection[Pair],
) -> tuple[SearchNews, ...]:
    """Return the news of jobs that are not offered now, bounded, by id."""
    now = arranged.gathered.now
    found = [
        (row, job)
        for row, job in enumerate(arranged.gathered.jobs)
        if job.job_id not in offered
        and (None, job.job_id) not in left_out
        and is_news(
            policy, told_round=job.search_round, search_round=round_of(job, policy, now=now)
        )
    ]
    return tuple(
        SearchNews(
            job_id=job.job_id,
            version=job.version,
            search_round=round_of(job, policy, now=now),
            radius_m=radius_m_of(job, policy, now=now),
            candidates_count=_candidates_count(plan, row),
            pickup_s_best=_pickup_s_best(arranged, plan, row, job, travel),
        )
        for row, job in found[:SEARCHES_COUNT_MAX]
    )


def _candidates_count(plan: Plan, row: int) -> int:
    reasons = plan.reasons
    return int(reasons.considered_count[row] - reasons.removed_count[row].sum())


def _pickup_s_best(
    arranged: Arranged, plan: Plan, row: int, job: OpenJob, travel: TravelTimes
) -> float | None:
    """Return the shortest ride to the pickup among those explained who could do the job."""
    begin, end = np.searchsorted(plan.reasons.pair_job, (row, row + 1))
    could = plan.reasons.pair_removed_by[begin:end] == PASSED
    couriers = [
        arranged.gathered.couriers[int(c)] for c in plan.reasons.pair_courier[begin:end][could]
    ]
    pickup = Point(job.pickup_lat_deg, job.pickup_lng_deg)
    return min(
        (
            travel.way_s(courier.place, pickup, vehicle=courier.entry.vehicle)
            for courier in couriers
        ),
        default=None,
    )


def tell(
    job: Job, news: SearchNews, *, offers_count: int, declined_count: int, now: datetime
) -> tuple[Job, Fact]:
    """Return the job with its search that far, and the fact of it."""
    return jobs_domain.tell(
        replace(job, search_round=news.search_round),
        FactType.JOB_SEARCH_UPDATED,
        actor=Actor.SYSTEM,
        now=now,
        search=SearchProgress(
            search_round=news.search_round,
            radius_m=news.radius_m,
            offers_count=offers_count,
            declined_count=declined_count,
            candidates_count=news.candidates_count,
            pickup_s_best=news.pickup_s_best,
        ),
    )
