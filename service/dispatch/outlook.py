"""What a tick is told beside the live index: how couriers stand, and where jobs are expected."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from service.dispatch.rows import DemandPlace, Gathered, HeldJob, Standing
from service.domain.ids import CourierId
from service.domain.market import Market


class Outlook(Struct, frozen=True, kw_only=True):
    """Read from Postgres now and then, and never waited for by a tick."""

    standings: Mapping[CourierId, Standing] = {}
    demand: tuple[DemandPlace, ...] = ()  # most jobs first


NOTHING_KNOWN = Outlook()  # of a market without a past

OutlookOf: TypeAlias = Callable[[Market, datetime], Outlook]
"""Gives a tick its outlook: of this market, at this instant of market time."""


def nothing_known(market: Market, now: datetime) -> Outlook:  # noqa: ARG001  # of any market
    """Return the outlook of a market without a past."""
    return NOTHING_KNOWN


def completed(
    gathered: Gathered, *, outlook: Outlook, held: Sequence[HeldJob], demand: Sequence[DemandPlace]
) -> Gathered:
    """Return what was gathered with what else is known of its jobs and couriers, and no others."""
    jobs = {job.job_id for job in gathered.jobs}
    ids = [courier.entry.courier_id for courier in gathered.couriers]
    return replace(
        gathered,
        held=tuple(job for job in held if job.job_id in jobs),
        standings=tuple(outlook.standings[id] for id in ids if id in outlook.standings),
        demand=tuple(demand),
    )
