"""PURE. Which rows a batch of facts is about, for the live index, and whether to match at once."""

from collections.abc import Iterable

from msgspec import Struct

from service.domain.facts import FactType, JobSnapshot, OfferSnapshot
from service.domain.ids import CourierId, JobId
from service.store.facts import RecordedFact

# What opens or frees a job or a courier: the matching has something new to decide.
_WAKES_DISPATCH = frozenset(
    {
        FactType.JOB_OPENED,
        FactType.JOB_REASSIGNED,
        FactType.JOB_DELIVERED,
        FactType.JOB_CANCELED,
        FactType.JOB_FAILED,
        FactType.OFFER_DECLINED,
        FactType.OFFER_EXPIRED,
        FactType.OFFER_REVOKED,
        FactType.OFFER_UNREACHABLE,
        FactType.COURIER_STATUS_CHANGED,
        FactType.MARKET_RESUMED,
    }
)


class Touched(Struct, frozen=True, kw_only=True):
    job_ids: frozenset[JobId]
    courier_ids: frozenset[CourierId]
    wakes_dispatch: bool


def touched_by(facts: Iterable[RecordedFact]) -> Touched:
    """Return the jobs and couriers that may look different since."""
    job_ids: set[JobId] = set()
    courier_ids: set[CourierId] = set()
    wakes_dispatch = False
    for fact in facts:
        if isinstance(fact.body, JobSnapshot):
            job_ids.add(fact.body.id)
        if isinstance(fact.body, OfferSnapshot):
            job_ids.update(fact.body.job_ids)
        if fact.courier_id is not None:
            courier_ids.add(fact.courier_id)
        wakes_dispatch = wakes_dispatch or fact.type in _WAKES_DISPATCH
    return Touched(
        job_ids=frozenset(job_ids),
        courier_ids=frozenset(courier_ids),
        wakes_dispatch=wakes_dispatch,
    )
