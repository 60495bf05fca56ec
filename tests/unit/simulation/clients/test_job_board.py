"""What a merchant knows of its jobs."""

from uuid import UUID

import pytest
from app_makers import JOB_ID, NOW

from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import SizeClass
from service.simulation.clients.job_board import JobBoard, is_cancelable
from service.wire.rest import EventBody, ItemBody, JobBody, JobView
from service.wire.watcher_stream import MerchantEvent, MerchantSnapshot


@pytest.fixture
def board() -> JobBoard:
    return JobBoard()


def make_view(status: JobStatus) -> JobView:
    return JobView(
        id=JOB_ID,
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
        search=None,
    )


def make_body() -> JobBody:
    return JobBody(
        id=JOB_ID,
        status=JobStatus.OPEN,
        version=1,
        attempt=1,
        reference="a-1",
        item=ItemBody(size_class=SizeClass.SMALL),
        requirements=(),
        vehicles=(),
        is_unmixed=False,
        fee_cents=500,
        currency="EUR",
        created_at=NOW,
        ready_at=NOW,
        due_at=NOW,
        search_until=NOW,
        ended_at=None,
        courier_id=None,
        bundle_id=None,
        ended_by=None,
        reason=None,
        stops=(),
    )


def tell(board: JobBoard, sequence: int, status: JobStatus) -> None:
    event = EventBody(
        id="evt_1",
        type="job.opened",
        created_at=NOW,
        sequence=sequence,
        api_version="1",
        livemode=False,
        market_id="vienna",
        data=make_view(status),
    )
    board.hear_event(MerchantEvent(seq=1, event=event))


def test_the_stream_may_be_faster_than_the_answer(board: JobBoard) -> None:
    tell(board, 1, JobStatus.OPEN)
    tell(board, 2, JobStatus.ASSIGNED)
    board.post(make_body(), answered_at=NOW, idle_courier_ids=frozenset())
    assert board.status_of == {JOB_ID: JobStatus.ASSIGNED}


def test_a_job_lives_until_it_has_ended(board: JobBoard) -> None:
    board.post(make_body(), answered_at=NOW, idle_courier_ids=frozenset())
    assert board.live_count == 1
    tell(board, 9, JobStatus.DELIVERED)
    assert board.live_count == 0


def test_a_missing_event_of_a_job_is_found(board: JobBoard) -> None:
    for sequence in (1, 2, 4):
        tell(board, sequence, JobStatus.OPEN)
    assert board.violations == [f"event 4 of job {UUID(int=2)} came after 2"]


def test_a_new_beginning_forgets_the_numbers_and_keeps_the_jobs(board: JobBoard) -> None:
    tell(board, 1, JobStatus.OPEN)
    snapshot = MerchantSnapshot(
        epoch="b", seq=9, recovered=False, jobs=(make_view(JobStatus.ASSIGNED),)
    )
    board.hear_snapshot(snapshot)
    tell(board, 7, JobStatus.ASSIGNED)
    assert board.violations == []
    assert board.status_of == {JOB_ID: JobStatus.ASSIGNED}


@pytest.mark.parametrize("status", [JobStatus.PICKED_UP, JobStatus.DELIVERED, None])
def test_what_is_under_way_or_unknown_is_not_canceled(status: JobStatus | None) -> None:
    assert not is_cancelable(status)


def test_an_open_job_is_canceled() -> None:
    assert is_cancelable(JobStatus.OPEN)
