"""Which rows a batch is about."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from service.domain.facts import FactType
from service.domain.lifecycle import OfferStatus
from service.relay.touched import touched_by
from tests.unit.domain.makers import ANNA, make_job, make_offer
from tests.unit.relay.recorded import courier_fact, job_fact, offer_fact, tick_fact


def test_a_job_touches_itself_and_its_courier():
    job = replace(make_job(), courier_id=ANNA)
    touched = touched_by([job_fact(FactType.JOB_PICKED_UP, job)])
    assert (touched.job_ids, touched.courier_ids) == ({job.id}, {ANNA})


def test_an_offer_touches_all_its_jobs_and_its_courier():
    offer = make_offer(job_ids=(UUID(int=8), UUID(int=9)))
    touched = touched_by([offer_fact(offer)])
    assert (touched.job_ids, touched.courier_ids) == (set(offer.job_ids), {ANNA})


def test_a_tick_touches_nothing():
    touched = touched_by([tick_fact()])
    assert (touched.job_ids, touched.courier_ids, touched.wakes_dispatch) == (set(), set(), False)


@pytest.mark.parametrize(
    ("fact", "wakes"),
    [
        (job_fact(FactType.JOB_OPENED), True),
        (job_fact(FactType.JOB_SEARCH_UPDATED), False),
        (offer_fact(make_offer(status=OfferStatus.DECLINED)), True),
        (offer_fact(make_offer(status=OfferStatus.PENDING)), False),
        (courier_fact(FactType.COURIER_STATUS_CHANGED), True),
        (courier_fact(FactType.COURIER_ROUTE_CHANGED), False),
    ],
)
def test_dispatch_is_woken_by_what_it_may_decide_upon(fact, wakes):
    assert touched_by([tick_fact(), fact]).wakes_dispatch is wakes
