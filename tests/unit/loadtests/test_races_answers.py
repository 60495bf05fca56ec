"""An answer that is not what came of it is found."""

from collections import Counter
from uuid import UUID

import pytest

from loadtests.races.answers import EXPECTED, LEFT_AS, OfferRow, Rows, Staged, contradictions
from loadtests.races.attempts import DONE, NOTHING_TO_DO, Answer, Deed
from service.domain.errors import DomainError
from service.domain.facts import FactType
from service.domain.lifecycle import JobStatus, OfferStatus

OFFER, OTHER_OFFER, JOB, OTHER_JOB = (UUID(int=number) for number in range(1, 5))
STAGED = Staged(offer_ids=frozenset({OFFER}), job_ids=frozenset({JOB}))


def rows_of(status=OfferStatus.PENDING, job=JobStatus.OPEN, *, assigned=(), facts=(), jobs=()):
    offer = OfferRow(status=status, job_ids=frozenset({JOB}), assigned_job_ids=frozenset(assigned))
    return Rows(
        offers={OFFER: offer},
        jobs={JOB: job} | dict.fromkeys(jobs, JobStatus.OPEN),
        facts=Counter((JOB, type_) for type_ in facts),
    )


ACCEPTED = rows_of(OfferStatus.ACCEPTED, JobStatus.ASSIGNED, assigned=[JOB])


def about_offer(deed, said=DONE):
    return Answer(deed=deed, said=said, offer_id=OFFER)


def about_job(deed, said=DONE):
    return Answer(deed=deed, said=said, job_id=JOB)


def post(job_id=OTHER_JOB, *, deed=Deed.POST, said=DONE, is_repeated=False):
    return Answer(deed=deed, said=said, key="k", job_id=job_id, is_repeated=is_repeated)


def found(answers, rows):
    return list(contradictions(answers, rows, STAGED))


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        ([], rows_of()),
        ([about_offer(Deed.ACCEPT), about_offer(Deed.ACCEPT)], ACCEPTED),
        ([about_offer(Deed.ACCEPT), about_offer(Deed.DECLINE, "offer_taken")], ACCEPTED),
        ([about_offer(Deed.ACCEPT), about_offer(Deed.ACCEPT, "lock_contention")], ACCEPTED),
        ([about_offer(Deed.DECLINE)], rows_of(OfferStatus.DECLINED)),
        (
            [about_offer(Deed.EXPIRE_OFFER), about_offer(Deed.EXPIRE_OFFER, NOTHING_TO_DO)],
            rows_of(OfferStatus.UNREACHABLE),
        ),
        (
            [about_job(Deed.CANCEL), about_offer(Deed.ACCEPT, "offer_revoked")],
            rows_of(OfferStatus.REVOKED, JobStatus.CANCELED),
        ),
        ([post(), post(is_repeated=True)], rows_of(jobs=[OTHER_JOB])),
        (
            [post(), post(None, deed=Deed.POST_OTHER, said="idempotency_mismatch")],
            rows_of(jobs=[OTHER_JOB]),
        ),
        ([post(None, said="lock_contention")], rows_of()),
    ],
)
def test_what_agrees_is_not_complained_of(answers, rows):
    assert found(answers, rows) == []


@pytest.mark.parametrize(
    ("answers", "rows", "words"),
    [
        ([about_offer(Deed.ACCEPT)], rows_of(), "1 accepted it"),
        ([], ACCEPTED, "0 accepted it"),
        ([about_offer(Deed.ACCEPT)], rows_of(OfferStatus.ACCEPTED), "gave 0 jobs"),
        ([], rows_of(assigned=[JOB]), "gave 1 jobs"),
        ([about_offer(Deed.DECLINE)], rows_of(), "1 declined it"),
        ([about_offer(Deed.EXPIRE_OFFER)] * 2, rows_of(OfferStatus.EXPIRED), "2 expired it"),
        ([about_offer(Deed.ACCEPT, "offer_taken")], rows_of(), "heard offer_taken"),
        ([about_offer(Deed.STEAL)], rows_of(), "heard done"),
        ([about_offer(Deed.ACCEPT, "AssertionError: ")], rows_of(), "heard AssertionError"),
        ([about_job(Deed.CANCEL)], rows_of(), "1 canceled it"),
        ([], rows_of(job=JobStatus.CANCELED), "0 canceled it"),
        (
            [about_job(Deed.CANCEL), about_job(Deed.CANCEL, "not_cancelable")],
            rows_of(job=JobStatus.CANCELED),
            "somebody heard that it cannot be",
        ),
        ([about_job(Deed.EXPIRE_JOB)] * 2, rows_of(job=JobStatus.EXPIRED), "2 expired it"),
        ([about_job(Deed.REASSIGN)], rows_of(), "1 times reassign, 0 times"),
        (
            [about_job(Deed.DELIVER)],
            rows_of(job=JobStatus.DELIVERED, facts=[FactType.JOB_DELIVERED] * 2),
            "1 times deliver, 2 times",
        ),
        ([], rows_of(job=JobStatus.DELIVERED), "its facts say otherwise"),
        (
            [Answer(deed=Deed.ASSIGN, said=DONE, job_id=JOB, offer_id=OTHER_OFFER)],
            rows_of(),
            "other offers than those",
        ),
        ([], rows_of(jobs=[OTHER_JOB]), "other jobs than those"),
        ([post(), post()], rows_of(jobs=[OTHER_JOB]), "not one request was carried out"),
        ([post(), post(JOB, is_repeated=True)], rows_of(jobs=[OTHER_JOB]), "not one job"),
        (
            [post(), post(None, said="idempotency_mismatch")],
            rows_of(jobs=[OTHER_JOB]),
            "answered and refused",
        ),
    ],
)
def test_what_contradicts_the_rows_is_told(answers, rows, words):
    assert any(words in told for told in found(answers, rows))


def test_answers_are_expected_in_codes_that_there_are():
    codes = {class_.code for class_ in DomainError.__subclasses__()}
    expected = {said for all_of_deed in EXPECTED.values() for said in all_of_deed}
    assert expected - {DONE, NOTHING_TO_DO} <= codes
    assert set(EXPECTED) == set(Deed)
    assert LEFT_AS.keys() <= codes
