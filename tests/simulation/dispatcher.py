"""Ticks whose plans are drawn by lot, and committed by the real dispatch.

The lot is worse than any engine: it bundles and inserts at random, and looks at an index that lags.
What is not to be offered any more is found out by the commit.
"""

from datetime import timedelta
from functools import partial

from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.commit import Warrant, commit
from service.dispatch.decide import Decided
from service.dispatch.isolate import commit_all
from service.dispatch.proposal import PlannedStop, Proposal, SeenJob
from service.dispatch.quarantine import Quarantine
from service.dispatch.reasons import Reasons
from service.dispatch.rows import Gathered
from service.dispatch.search import SearchNews
from service.dispatch.tick import summary_of
from service.dispatch.travel import straight_line
from service.domain.geo import Point
from service.domain.lifecycle import StopKind
from service.runtime import read_market

BUNDLED_SHARE = 0.3
NEWS_SHARE = 0.2


class Dispatcher:
    def __init__(self, runtime, market_id, leadership, *, rng):
        self._runtime, self._market_id, self._leadership = runtime, market_id, leadership
        self._rng, self._quarantine = rng, Quarantine()

    async def tick(self, epoch):
        """Propose something for what the index shows, under the epoch of the lease."""
        runtime, now = self._runtime, self._runtime.clock.now()
        async with runtime.pool.connection() as conn:
            market = await read_market(conn, self._market_id)
        await runtime.redis.travel()
        decided = self._draw(now)
        if not decided.proposals and not decided.news:
            return
        gathered = Gathered(now=now, jobs=(), couriers=())
        warrant = Warrant(market=market, leadership=self._leadership, epoch=epoch)
        write = partial(
            commit,
            runtime,
            warrant,
            travel=straight_line(market, now),
            draft=summary_of(gathered, decided, market, gather_ms=0.0, solve_ms=0.0),
        )
        self._quarantine.left_out(at_s=monotonic_s())
        await commit_all(write, decided, quarantine=self._quarantine)

    def _draw(self, now):
        live = self._runtime.redis.live
        jobs, couriers = list(live.jobs.values()), list(live.roster.values())
        self._rng.shuffle(jobs)
        self._rng.shuffle(couriers)
        proposals, news = [], []
        while jobs:
            job = jobs.pop()
            able = [
                one
                for one in couriers
                if one.courier_id not in job.refused_by and job.load.fits(one.capacity)
            ]
            if not able or self._rng.random() < NEWS_SHARE:
                news.append(self._news(job))
                continue
            courier = able[0]
            couriers.remove(courier)
            taken = [job]
            if jobs and self._rng.random() < BUNDLED_SHARE:
                taken.append(jobs.pop())
            proposals.append(self._proposal(courier, taken, now))
        return replace(Decided(), proposals=tuple(proposals), news=tuple(news))

    def _news(self, job):
        return SearchNews(
            job_id=job.job_id,
            version=job.version,
            search_round=job.search_round + 1,
            radius_m=1_000.0,
            candidates_count=0,
            pickup_s_best=None,
        )

    def _proposal(self, courier, jobs, now):
        route = [
            PlannedStop(
                stop_id=stop.stop_id,
                job_id=stop.job_id,
                kind=stop.kind,
                point=Point(stop.lat_deg, stop.lng_deg),
                arrival_at=now + timedelta(seconds=60),
            )
            for stop in courier.route
        ]
        for job in jobs:
            first = self._rng.randint(0, len(route))
            route.insert(first, _new_stop(job, StopKind.PICKUP, now))
            second = self._rng.randint(first + 1, len(route))
            route.insert(second, _new_stop(job, StopKind.DROPOFF, now))
        return Proposal(
            courier_id=courier.courier_id,
            courier_version=courier.version,
            jobs=tuple(SeenJob(job_id=job.job_id, version=job.version) for job in jobs),
            start=Point(jobs[0].pickup_lat_deg, jobs[0].pickup_lng_deg),
            route=tuple(route),
            reasons=Reasons(
                policy_version=1,
                cost=0.0,
                cost_terms={},
                deadhead_m=0.0,
                route_m=0.0,
                saved_m=0.0,
                runner_up=None,
                jobs=(),
            ),
        )


def _new_stop(job, kind, now):
    is_pickup = kind is StopKind.PICKUP
    point = (
        Point(job.pickup_lat_deg, job.pickup_lng_deg)
        if is_pickup
        else Point(job.dropoff_lat_deg, job.dropoff_lng_deg)
    )
    return PlannedStop(
        stop_id=None,
        job_id=job.job_id,
        kind=kind,
        point=point,
        arrival_at=now + timedelta(seconds=120),
    )
