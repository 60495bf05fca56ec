"""What the operator's screen knows."""

from datetime import timedelta
from uuid import UUID

import pytest
from app_makers import JOB_ID, NOW, OFFER_ID

from service.domain.facts import (
    ExceptionSnapshot,
    FactBody,
    FactType,
    JobSnapshot,
    OfferSnapshot,
)
from service.domain.ids import CourierId, ExceptionId, MerchantId, OfferId
from service.domain.lifecycle import JobStatus, OfferMode, OfferStatus
from service.domain.pricing import Pay
from service.domain.vocabulary import ExceptionKind, Severity
from service.simulation.clients.bundling import Bundling
from service.simulation.clients.feed import EVENTS_COUNT_MAX, Failure, Feed
from service.wire.watcher_stream import (
    CellLoad,
    OpsCells,
    OpsEvent,
    OpsEventBody,
)

ANNA = CourierId(UUID(int=30))


@pytest.fixture
def feed() -> Feed:
    return Feed()


def tell(
    feed: Feed, type_: FactType, data: FactBody, *, reasons: dict[str, object] | None = None
) -> Failure | None:
    event = OpsEventBody(
        id="evt_1",
        type=type_,
        created_at=NOW,
        actor="system",
        market_id="vienna",
        sequence=1,
        data=data,
        reasons=reasons,
    )
    return feed.hear(OpsEvent(seq=1, event=event))


def make_job(status: JobStatus) -> JobSnapshot:
    return JobSnapshot(
        id=JOB_ID,
        merchant_id=MerchantId(UUID(int=8)),
        status=status,
        version=1,
        attempt=1,
        reference=None,
        fee_cents=500,
        currency="EUR",
        created_at=NOW,
        ready_at=NOW,
        due_at=NOW,
        ended_at=None,
        courier_id=None,
        bundle_id=None,
        ended_by=None,
        reason=None,
        stops=(),
    )


def make_offer(status: OfferStatus, *, number: int = 0, jobs_count: int = 1) -> OfferSnapshot:
    return OfferSnapshot(
        id=OfferId(UUID(int=OFFER_ID.int + number)),
        courier_id=ANNA,
        bundle_id=None,
        status=status,
        mode=OfferMode.EXCLUSIVE,
        job_ids=(JOB_ID,) * jobs_count,
        pay=Pay(base_cents=1, distance_cents=0, total_cents=1, currency="EUR"),
        created_at=NOW,
        seen_at=None,
        answered_at=NOW + timedelta(seconds=7.0),
        expires_at=NOW,
        answer=None,
        policy_version=1,
        tick_id=None,
    )


def make_cell(cell: str, *, couriers_count: int) -> CellLoad:
    return CellLoad(
        cell=cell,
        lat_deg=48.2,
        lng_deg=16.4,
        couriers_count=couriers_count,
        open_jobs_count=0,
        longest_wait_s=0,
        mean_wait_s=0,
    )


def make_exception(kind: ExceptionKind) -> ExceptionSnapshot:
    return ExceptionSnapshot(
        id=ExceptionId(UUID(int=40)),
        kind=kind,
        severity=Severity.CRITICAL,
        job_id=JOB_ID,
        courier_id=None,
        opened_at=NOW,
        resolved_at=None,
        resolution=None,
    )


def test_a_job_is_counted_once_in_its_last_status(feed: Feed) -> None:
    tell(feed, FactType.JOB_OPENED, make_job(JobStatus.OPEN))
    tell(feed, FactType.JOB_DELIVERED, make_job(JobStatus.DELIVERED))
    assert feed.jobs_count_by_status() == {JobStatus.DELIVERED: 1}


def test_the_time_to_accept_is_kept(feed: Feed) -> None:
    tell(feed, FactType.OFFER_DECLINED, make_offer(OfferStatus.DECLINED))
    tell(feed, FactType.OFFER_ACCEPTED, make_offer(OfferStatus.ACCEPTED))
    assert list(feed.to_accept_s) == [7.0]


def test_what_accepted_bundles_save_is_summed_up_and_nothing_else(feed: Feed) -> None:
    ends = (OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.ACCEPTED)
    for number, (end, jobs_count) in enumerate(zip(ends, (2, 3, 1), strict=True)):
        offer = make_offer(OfferStatus.PENDING, number=number, jobs_count=jobs_count)
        tell(feed, FactType.OFFER_MADE, offer, reasons={"saved_m": 1_000.0 * (jobs_count - 1)})
        for status in (OfferStatus.SEEN, end):
            told = make_offer(status, number=number, jobs_count=jobs_count)
            tell(feed, FactType.OFFER_SEEN, told)
    assert feed.bundling == Bundling(
        offers_count=2, bundles_count=1, bundled_jobs_count=2, saved_m=1_000.0
    )


def test_a_failed_delivery_asks_for_a_decision(feed: Feed) -> None:
    failure = tell(feed, FactType.EXCEPTION_OPENED, make_exception(ExceptionKind.ATTEMPT_FAILED))
    assert failure == Failure(ExceptionId(UUID(int=40)), JOB_ID)


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        (FactType.EXCEPTION_RESOLVED, ExceptionKind.ATTEMPT_FAILED),
        (FactType.EXCEPTION_OPENED, ExceptionKind.COURIER_SILENT),
    ],
)
def test_no_other_exception_does(feed: Feed, type_: FactType, kind: ExceptionKind) -> None:
    assert tell(feed, type_, make_exception(kind)) is None


def test_cells_are_as_last_told_and_a_whole_frame_begins_anew(feed: Feed) -> None:
    told = [make_cell(f"{number}", couriers_count=number) for number in range(4)]
    feed.hear(OpsCells(resolution=6, is_whole=True, cells=tuple(told[:3])))
    newer = make_cell("1", couriers_count=7)
    feed.hear(OpsCells(resolution=6, cells=(newer,), gone=("0",)))
    assert feed.cells == {"1": newer, "2": told[2]}
    feed.hear(OpsCells(resolution=7, is_whole=True, cells=(told[3],)))
    assert feed.cells == {"3": told[3]}


def test_only_the_last_events_are_kept(feed: Feed) -> None:
    for _ in range(EVENTS_COUNT_MAX + 5):
        tell(feed, FactType.JOB_OPENED, make_job(JobStatus.OPEN))
    assert len(feed.events) == EVENTS_COUNT_MAX
