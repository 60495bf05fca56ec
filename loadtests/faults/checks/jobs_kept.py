"""I1: what was answered with 201 is there, whole, as it was answered."""

from collections.abc import Iterator

import msgspec

from loadtests.faults.posted import differences, read_answer
from loadtests.faults.proof import Proof
from loadtests.faults.recorded import POST_JOB

CREATED = 201


def violations(proof: Proof) -> Iterator[str]:
    """Yield the jobs that a merchant was promised, and that are not there, or are others."""
    rows = {row.job.id: row.job for row in proof.rows.posted}
    for operation in proof.operations():
        if operation.what == POST_JOB and operation.answered.get("status") == CREATED:
            try:
                told = read_answer(str(operation.answered["body"]))
            except msgspec.DecodeError as error:
                yield f"operation {operation.number} was answered with 201 and no job: {error}"
                continue
            row = rows.get(told.id)
            if row is None:
                yield f"job {told.id} was answered with 201 and is not in Postgres"
            elif found := differences(told, row):
                yield f"job {told.id} is not as it was answered: {', '.join(found)}"
