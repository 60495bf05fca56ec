"""What the last fact of a job tells is what its row has, but for what is told once."""

from msgspec.structs import replace

from loadtests.faults.checks.timelines import differences
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import ReasonCode
from tests.unit.loadtests.good_proof import KEPT


def test_why_a_job_is_open_again_is_told_and_not_kept():
    kept = replace(KEPT, status=JobStatus.OPEN, reason=None)
    told = replace(kept, reason=ReasonCode.PICKUP_CLOSED)
    assert differences(told, kept) == []
    assert differences(kept, told) != []


def test_why_a_job_has_ended_is_kept():
    ended = replace(KEPT, status=JobStatus.CANCELED, reason=ReasonCode.PICKUP_CLOSED)
    assert differences(ended, replace(ended, reason=None)) != []
