"""A proposal becomes an offer only if everything is still as it was seen."""

from itertools import count
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.dispatch.offering import Locked, Mark, is_free, is_waiting, offer_of
from service.dispatch.travel import StraightLine
from service.domain.lifecycle import AccountStatus, CourierStatus, JobStatus
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen
from tests.unit.domain.makers import ANNA, NOW, make_courier, make_job, make_market

MARKET = make_market()


def proposal_of(*numbers):
    (proposal,) = decide_on([make_open_job(number) for number in numbers], [make_seen(1)]).proposals
    return proposal


def locked_of(*jobs, courier=None, answering=()):
    courier = courier or make_courier()
    return Locked(
        jobs={job.id: job for job in jobs},
        couriers={courier.id: courier},
        answering=frozenset(answering),
        now=NOW,
    )


def test_what_is_as_it_was_seen_is_free():
    assert is_free(proposal_of(1), locked_of(make_job(1)), MARKET.policy)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 3},  # whatever it was
        {"status": JobStatus.CANCELED},
        {"offer_id": UUID(int=5)},
    ],
)
def test_a_job_that_changed_is_not_waiting(changes):
    locked = locked_of(replace(make_job(1), **changes))
    assert not is_free(proposal_of(1), locked, MARKET.policy)


def test_a_job_that_is_not_there_is_not_waiting():
    assert not is_waiting(locked_of(), make_job(1).id, 2)


@pytest.mark.parametrize(
    "courier",
    [
        make_courier(version=2),  # another route, or another vehicle
        make_courier(status=CourierStatus.PAUSED),
        make_courier(account_status=AccountStatus.SUSPENDED),
        make_courier(live_jobs_count=3),
        make_courier(id=UUID(int=99)),
    ],
)
def test_a_courier_who_changed_is_not_free(courier):
    assert not is_free(proposal_of(1), locked_of(make_job(1), courier=courier), MARKET.policy)


def test_a_courier_with_an_offer_to_answer_is_not_free():
    assert not is_free(proposal_of(1), locked_of(make_job(1), answering=[ANNA]), MARKET.policy)


def test_one_job_of_a_bundle_that_is_gone_stops_the_bundle():
    proposal = proposal_of(1, 2)
    assert is_free(proposal, locked_of(make_job(1), make_job(2)), MARKET.policy)
    assert not is_free(proposal, locked_of(make_job(1)), MARKET.policy)


def test_the_legs_earn_the_whole_pay_and_stand_in_the_order_of_the_route():
    jobs = [make_job(1), make_job(2)]
    ids = count(1)
    offer = offer_of(
        proposal_of(1, 2),
        locked_of(*jobs),
        MARKET,
        mark=Mark(tick_id=3, dispatch_epoch=4, new_id=lambda: UUID(int=next(ids))),
        travel=StraightLine(MARKET.policy),
    )
    assert sum(leg.pay_cents for leg in offer.legs) == offer.pay.total_cents
    assert tuple(leg.stop_id for leg in offer.legs) == offer.stop_ids
    assert set(offer.stop_ids) == {stop.id for job in jobs for stop in job.stops}
    assert [leg.arrival_at for leg in offer.legs] == sorted(leg.arrival_at for leg in offer.legs)
    assert (offer.tick_id, offer.dispatch_epoch) == (3, 4)
    assert offer.bundle_id not in {None, offer.id}
