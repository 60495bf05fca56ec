"""What a courier reads of a decision: in words, and about nobody else."""

from uuid import UUID

import msgspec

from matching.costs import COST_TERMS
from service.api.present_courier import WORDS, courier_decision
from service.domain.lifecycle import OfferMode, OfferStatus
from service.domain.pricing import Pay
from service.store.ticks import CourierDecision
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen
from tests.unit.domain.makers import ANNA, BEN, NOW


def decision(**changes):
    (proposal,) = decide_on(
        [make_open_job()], [make_seen(1), make_seen(2, north_m=700.0)]
    ).proposals
    values = {
        "offer_id": UUID(int=77),
        "created_at": NOW,
        "mode": OfferMode.EXCLUSIVE,
        "status": OfferStatus.DECLINED,
        "answer": "too_far",
        "answered_at": NOW,
        "jobs_count": 1,
        "pay": Pay(base_cents=250, distance_cents=550, total_cents=800, currency="EUR"),
        "policy_version": 3,
        "reasons": msgspec.to_builtins(proposal.reasons),
    }
    return CourierDecision(**(values | changes))


def test_there_are_words_for_every_term_of_the_cost():
    assert WORDS.keys() == set(COST_TERMS)


def test_the_weightiest_term_comes_first_and_none_that_did_not_count():
    body = courier_decision(decision())
    weights = [reason.weight_s for reason in body.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0.0 for weight in weights)
    assert {reason.code for reason in body.reasons} <= set(COST_TERMS)
    assert (body.decided_by, body.couriers_considered_count) == ("matching", 2)
    assert (body.status, body.answer, body.policy_version) == ("declined", "too_far", 3)


def test_no_other_courier_is_in_it():
    found = decision()
    assert str(BEN) in msgspec.json.encode(found).decode()
    told = msgspec.json.encode(courier_decision(found)).decode()
    assert not any(str(courier_id) in told for courier_id in (ANNA, BEN))
    assert "nearest" not in told
    assert "runner_up" not in told


def test_an_offer_by_ops_has_no_reasons():
    body = courier_decision(decision(mode=OfferMode.DIRECT, reasons=None))
    assert (body.decided_by, body.reasons, body.deadhead_m) == ("ops", (), None)
