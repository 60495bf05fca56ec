"""I1: what was answered with 201 is there, as it was answered."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from msgspec import Struct

from loadtests.faults.proof import Proof
from loadtests.faults.recorded import POST_JOB
from loadtests.faults.rows import JobRow

CREATED = 201


class _Item(Struct, frozen=True):
    weight_g: int


class Told(Struct, frozen=True):
    """What a merchant was told of a job."""

    id: UUID
    reference: str | None
    fee_cents: int
    item: _Item


_decode = msgspec.json.Decoder(Told).decode


def violations(proof: Proof) -> Iterator[str]:
    """Yield the jobs that a merchant was promised, and that are not there, or are others."""
    rows = {row.id: row for row in proof.rows.jobs}
    for operation in proof.operations():
        if operation.what == POST_JOB and operation.answered.get("status") == CREATED:
            told = _decode(str(operation.answered["body"]))
            row = rows.get(told.id)
            if row is None:
                yield f"job {told.id} was answered with 201 and is not in Postgres"
            elif not _is_same(told, row):
                yield f"job {told.id} is not as it was answered"


def _is_same(told: Told, row: JobRow) -> bool:
    said = (told.reference, told.fee_cents, told.item.weight_g)
    return said == (row.reference, row.fee_cents, row.weight_g)
