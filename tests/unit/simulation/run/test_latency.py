"""Which jobs count, and from when to when."""

from datetime import timedelta
from uuid import UUID

import pytest
from run_makers import BEN, JOB_ID, NOW, at, make_heard, make_offer, make_posted, make_witness

from service.domain.ids import JobId
from service.domain.lifecycle import OfferStatus
from service.simulation.run.latency import latency_of, offer_to_accept, post_to_offer

OTHER_ID = JobId(UUID(int=99))


def test_the_first_offer_on_any_phone_counts() -> None:
    heard = tuple(make_heard(heard_at=at(s)) for s in (3.0, 0.25, 9.0))
    latency = post_to_offer(make_witness(heard=heard))
    assert (latency.count, latency.p50_ms) == (1, 250.0)


@pytest.mark.parametrize(
    "changes",
    [{"idle_courier_ids": frozenset()}, {"ready_at": NOW + timedelta(seconds=60.0)}],
)
def test_jobs_that_had_to_wait_do_not_count(changes: dict[str, object]) -> None:
    assert post_to_offer(make_witness(posted=(make_posted(**changes),))).count == 0


def test_a_job_without_an_offer_has_no_wait() -> None:
    assert post_to_offer(make_witness(heard=())).p50_ms is None


@pytest.mark.parametrize("changes", [{"job_ids": (JOB_ID, OTHER_ID)}, {"courier_id": BEN}])
def test_it_does_not_matter_what_the_matching_chose(changes: dict[str, object]) -> None:
    heard = (make_heard(heard_at=at(9.0), **changes),)
    latency = post_to_offer(make_witness(heard=heard))
    assert (latency.count, latency.p50_ms) == (1, 9_000.0)


def test_an_offer_that_overtakes_the_answer_took_no_time() -> None:
    assert post_to_offer(make_witness(heard=(make_heard(heard_at=at(-0.1)),))).p50_ms == 0.0


def test_acceptances_are_told_in_real_time() -> None:
    offers = [make_offer(), make_offer(status=OfferStatus.DECLINED)]
    latency = offer_to_accept(offers, time_scale=30.0)
    assert (latency.count, latency.p50_ms) == (1, 100.0)


def test_percentiles_are_in_order() -> None:
    latency = latency_of([float(k) for k in range(101)])
    assert (latency.p50_ms, latency.p90_ms, latency.p99_ms) == (50_000.0, 90_000.0, 99_000.0)
