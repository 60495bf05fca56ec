"""Decisions as the courier whom they are about may see them: no other courier is in them."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from service.api.cursors import cursor_of_id
from service.domain.lifecycle import OfferMode
from service.store.ticks import CourierDecision
from service.wire.decisions import CourierDecisionBody, CourierDecisionPage, ReasonBody

# The terms of the matching cost, in words for the person whom they are about.
WORDS: Mapping[str, str] = {
    "pickup_wait": "how long the parcel would wait for you at the pickup",
    "inbound": "your way to the pickup",
    "courier_time": "the time that it adds to your route",
    "lateness": "how late it would arrive",
    "detour": "how much longer parcels would be on the way than straight",
    "acceptance": "how often offers are not accepted",
    "fairness": "your pay per hour beside that of the others",
    "age": "how long the job had been open",
}


class _JobField(Struct):
    considered_count: int


class _Reasons(Struct):
    """What the courier may see of the dispatcher's record; all else of it is not even read."""

    cost_terms: dict[str, float]
    deadhead_m: float
    route_m: float
    saved_m: float
    jobs: tuple[_JobField, ...]


def courier_decision_page(
    found: Sequence[CourierDecision], *, limit_count: int
) -> CourierDecisionPage:
    """Return the page; a full one may have a next."""
    return CourierDecisionPage(
        decisions=tuple(courier_decision(decision) for decision in found),
        next_cursor=cursor_of_id(found[-1].offer_id) if len(found) == limit_count else None,
    )


def courier_decision(decision: CourierDecision) -> CourierDecisionBody:
    """Return one offer in the courier's words; offers by ops, and old ones, have no reasons."""
    known = decision.reasons
    reasons = None if known is None else msgspec.convert(known, _Reasons)
    return CourierDecisionBody(
        offer_id=decision.offer_id,
        at=decision.created_at,
        decided_by="ops" if decision.mode is OfferMode.DIRECT else "matching",
        status=decision.status,
        answer=decision.answer,
        answered_at=decision.answered_at,
        jobs_count=decision.jobs_count,
        pay=decision.pay,
        policy_version=decision.policy_version,
        couriers_considered_count=(
            None if reasons is None else max(job.considered_count for job in reasons.jobs)
        ),
        deadhead_m=None if reasons is None else reasons.deadhead_m,
        added_m=None if reasons is None else reasons.route_m,
        saved_m=None if reasons is None else reasons.saved_m,
        reasons=() if reasons is None else _in_words(reasons.cost_terms),
    )


def _in_words(cost_terms: Mapping[str, float]) -> tuple[ReasonBody, ...]:
    """Return the terms that counted, the weightiest first."""
    weighty = sorted(cost_terms.items(), key=lambda term: -abs(term[1]))
    return tuple(
        ReasonBody(
            code=code,
            text=WORDS[code],
            speaks="for" if cost_s < 0.0 else "against",
            weight_s=abs(cost_s),
        )
        for code, cost_s in weighty
        if cost_s != 0.0 and code in WORDS
    )
