"""Every invariant finds the violation that is planted for it, and only that one."""

from uuid import UUID

import pytest
from run_makers import (
    ANNA,
    BEN,
    JOB_ID,
    OFFER_ID,
    PATH,
    at,
    make_answered,
    make_assignment,
    make_evidence,
    make_facts,
    make_index,
    make_job,
    make_load,
    make_offer,
    make_posted,
    make_stream,
    make_webhooks,
    make_witness,
)

from service.domain.ids import JobId, OfferId
from service.domain.lifecycle import JobStatus, OfferStatus
from service.simulation.clients.receiver import EventHeard
from service.simulation.run.evidence import Evidence
from service.simulation.run.invariants import DETAILS_COUNT_MAX, check_all
from service.simulation.run.witness import Witness
from service.wire.close_codes import CloseCode

OTHER_JOB, OTHER_OFFER = JobId(UUID(int=99)), OfferId(UUID(int=98))


def broken(evidence: Evidence, witness: Witness) -> list[str]:
    return [finding.name for finding in check_all(evidence, witness) if not finding.ok]


def test_a_run_in_which_all_went_well_breaks_nothing() -> None:
    assert broken(make_evidence(), make_witness()) == []


PLANTED_IN_POSTGRES = [
    ("each delivery settled once", {"ledger_violations": ("job 7: pay is missing",)}),
    ("no job lost", {"jobs": (make_job(), make_job(id=OTHER_JOB, last_sequence=0))}),
    (
        "no double assignment",
        {
            "assignments": (
                make_assignment(),
                make_assignment(offer_id=OFFER_ID, started_at=at(899.0), ended_at=None),
            )
        },
    ),
    (
        "no double assignment",
        {
            "assignments": (
                make_assignment(ended_at=None),
                make_assignment(started_at=at(900.0)),
            )
        },
    ),
    ("no acceptance after expiry", {"offers": (make_offer(answered_at=at(32.1)),)}),
    ("no acceptance after expiry", {"offers": (make_offer(answered_at=None),)}),
    ("job facts numbered without gap", {"job_facts": make_facts()[:-1]}),
    ("job facts numbered without gap", {"job_facts": make_facts()[:3] + make_facts()[4:]}),
    ("couriers within capacity", {"loads": (make_load(load_weight_g=1_001),)}),
    ("couriers within capacity", {"loads": (make_load(load_volume_l=11),)}),
    ("couriers within capacity", {"loads": (make_load(load_jobs_count=3),)}),
    ("couriers within capacity", {"loads": (make_load(live_jobs_count=1),)}),
    ("index equals Postgres", {"index": make_index(jobs_held={})}),
    ("index equals Postgres", {"index": make_index(jobs_due={})}),
    ("index equals Postgres", {"index": make_index(couriers_held={ANNA: 6})}),
    ("every client heard everything", {"stream_ends": {f"courier:{ANNA}": 13}}),
    ("acceptances equal assignments", {"assignments": (make_assignment(courier_id=BEN),)}),
    ("acceptances equal assignments", {"assignments": ()}),
    (
        "lease epochs never go back",
        {"offers": (make_offer(dispatch_epoch=2), make_offer(id=OTHER_OFFER))},
    ),
]


@pytest.mark.parametrize(("name", "changes"), PLANTED_IN_POSTGRES)
def test_a_violation_in_postgres_is_found(name: str, changes: dict[str, object]) -> None:
    assert name in broken(make_evidence(**changes), make_witness())


PLANTED_IN_CLIENTS = [
    ("no job lost", {"posted": (make_posted(), make_posted(job_id=OTHER_JOB))}),
    ("every client's sequence gapless", {"streams": (make_stream(violations=("7 after 5",)),)}),
    ("every client's sequence gapless", {"board_violations": ("event 4 came after 2",)}),
    (
        "every client's sequence gapless",
        {"streams": (make_stream(close_code=CloseCode.REPLACED),)},
    ),
    ("every client heard everything", {"streams": (make_stream(seq=11),)}),
    ("webhooks signed and in order", {"webhooks": (make_webhooks(1, 3, 2),)}),
    ("webhooks signed and in order", {"webhooks": (make_webhooks(2),)}),
    ("webhooks signed and in order", {"webhooks": (make_webhooks(1, unsigned_count=1),)}),
    ("acceptances equal assignments", {"answered": ()}),
    (
        "acceptances equal assignments",
        {"answered": (make_answered(is_assigned=False, refusal="offer_expired"),)},
    ),
    (
        "acceptances equal assignments",
        {"answered": (make_answered(job_ids=(JOB_ID, OTHER_JOB)),)},
    ),
]


@pytest.mark.parametrize(("name", "changes"), PLANTED_IN_CLIENTS)
def test_a_violation_seen_by_clients_is_found(name: str, changes: dict[str, object]) -> None:
    assert broken(make_evidence(), make_witness(**changes)) == [name]


@pytest.mark.parametrize(
    "path",
    [
        (JobStatus.ASSIGNED, *PATH[2:]),
        (JobStatus.OPEN, JobStatus.PICKED_UP),
        (*PATH, JobStatus.OPEN),
    ],
)
def test_a_path_that_no_lifecycle_allows_is_found(path: tuple[JobStatus, ...]) -> None:
    evidence = make_evidence(job_facts=make_facts(path), jobs=(make_job(last_sequence=len(path)),))
    assert broken(evidence, make_witness()) == ["job states follow the lifecycle"]


def test_a_job_may_go_back_to_be_offered_again() -> None:
    path = (JobStatus.OPEN, JobStatus.ASSIGNED, JobStatus.OPEN, JobStatus.OPEN, JobStatus.EXPIRED)
    evidence = make_evidence(
        job_facts=make_facts(path),
        jobs=(make_job(last_sequence=len(path)),),
        assignments=(make_assignment(ended_at=at(9.0)), make_assignment(started_at=at(9.0))),
    )
    assert broken(evidence, make_witness()) == []


def test_what_was_given_up_may_be_missing_where_that_is_told() -> None:
    events = (EventHeard(JOB_ID, 1, has_gap=False), EventHeard(JOB_ID, 3, has_gap=True))
    witness = make_witness(webhooks=(make_webhooks(events=events),))
    assert broken(make_evidence(), witness) == []


def test_an_acceptance_whose_outcome_nobody_heard_is_no_violation() -> None:
    witness = make_witness(answered=(make_answered(is_assigned=False),))
    assert broken(make_evidence(), witness) == []


def test_a_client_that_is_away_need_not_have_heard_everything() -> None:
    witness = make_witness(streams=(make_stream(seq=3, is_live=False),))
    assert broken(make_evidence(), witness) == []


def test_an_offer_made_by_ops_has_no_lease() -> None:
    offers = (make_offer(dispatch_epoch=2), make_offer(id=OTHER_OFFER, dispatch_epoch=None))
    assert broken(make_evidence(offers=offers), make_witness()) == []


def test_an_offer_that_ran_out_was_not_accepted_too_late() -> None:
    late = make_offer(id=OTHER_OFFER, status=OfferStatus.EXPIRED, answered_at=at(40.0))
    assert broken(make_evidence(offers=(make_offer(), late)), make_witness()) == []


def test_many_violations_are_counted_and_only_some_are_named() -> None:
    loads = tuple(make_load(live_jobs_count=1) for _ in range(3 * DETAILS_COUNT_MAX))
    findings = check_all(make_evidence(loads=loads), make_witness())
    (finding,) = [finding for finding in findings if not finding.ok]
    assert finding.violations_count == 3 * DETAILS_COUNT_MAX
    assert len(finding.details) == DETAILS_COUNT_MAX
