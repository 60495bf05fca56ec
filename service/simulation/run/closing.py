"""The end of a run: wait until it is quiet, look at everything, and judge."""

from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from service.client.rest import RefusedError, UnansweredError
from service.domain.facts import FactType
from service.runtime import open_runtime
from service.simulation.run.crowd import Crowd
from service.simulation.run.evidence import Evidence, read_evidence
from service.simulation.run.invariants import check_all
from service.simulation.run.late import late_jobs
from service.simulation.run.latency import offer_to_accept, post_to_offer
from service.simulation.run.load import jobs_per_courier_hour
from service.simulation.run.quiet import wait_quiet
from service.simulation.run.report import RunReport, machine
from service.stack import Stack

T = TypeVar("T")

QUIET_TIMEOUT_S = 15.0


class Setting(Struct, frozen=True, kw_only=True):
    """What a report repeats of how the run was started."""

    what: str
    seed: int
    time_scale: float
    tick_real_s: float
    began_at: datetime  # real time, when the command was given


async def close_run(stack: Stack[T], crowd: Crowd, setting: Setting) -> tuple[RunReport, Evidence]:
    """Let everybody rest, and return what the run amounts to.

    Raises:
        UnavailableError: Postgres or Redis is away when everything is read.
    """
    with suppress(RefusedError, UnansweredError):  # then it only takes longer to be quiet
        await crowd.operator.pause_market()
    crowd.rest()
    async with open_runtime(stack.settings) as runtime:
        look = await wait_quiet(runtime, crowd, timeout_s=QUIET_TIMEOUT_S)
        evidence = await read_evidence(
            runtime, crowd.market_id, stream_ends=look.stream_ends, index_view=look.index
        )
    witness = msgspec.structs.replace(crowd.testify(), streams=look.streams)
    statuses = Counter(job.status.value for job in evidence.jobs)
    report = RunReport(
        what=setting.what,
        machine=machine(),
        seed=setting.seed,
        time_scale=setting.time_scale,
        couriers_count=len(crowd.couriers),
        jobs_count=len(evidence.jobs),
        jobs_per_courier_hour=jobs_per_courier_hour(
            witness.posted, couriers_count=len(crowd.couriers)
        ),
        jobs_count_by_status=dict(statuses),
        delivered_count=statuses["delivered"],
        first_delivered_after_s=_first_delivered_after_s(evidence, setting.began_at),
        offers_count_by_status=dict(Counter(offer.status.value for offer in evidence.offers)),
        bundling=crowd.operator.feed.bundling,
        post_to_offer=post_to_offer(witness),
        late_jobs=late_jobs(witness, tick_real_s=setting.tick_real_s),
        offer_to_accept=offer_to_accept(evidence.offers, time_scale=setting.time_scale),
        is_quiet=look.is_quiet,
        restarts_count_by_process=stack.processes.restarts(),
        refusals_count_by_code=crowd.refusals_count_by_code(),
        refused_posts_count_by_code=witness.refused_count_by_code,
        webhooks_count=sum(len(seen.events) for seen in witness.webhooks),
        findings=tuple(check_all(evidence, witness)),
    )
    return report, evidence


def _first_delivered_after_s(evidence: Evidence, began_at: datetime) -> float | None:
    delivered_at = [
        fact.recorded_at for fact in evidence.job_facts if fact.type is FactType.JOB_DELIVERED
    ]
    return (min(delivered_at) - began_at).total_seconds() if delivered_at else None
