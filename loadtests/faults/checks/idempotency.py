"""I7: a key is carried out once, and answered alike however often it is asked."""

import json
from collections import defaultdict
from collections.abc import Iterator

from loadtests.faults.history import Operation
from loadtests.faults.proof import Proof
from loadtests.faults.recorded import POST_JOB
from loadtests.faults.rows import StoredAnswer

_SECRETS = frozenset({"tracking_token", "pickup_code", "dropoff_code"})


def violations(proof: Proof) -> Iterator[str]:
    """Yield keys with several answers, with another than the one stored, or with several jobs."""
    stored = {row.key: row for row in proof.rows.answers}
    answers = defaultdict[str, list[Operation]](list)
    for operation in proof.operations():
        if operation.what == POST_JOB and operation.outcome == "ok":
            answers[str(operation.asked["key"])].append(operation)
    for key, operations in answers.items():
        yield from _of_key(key, operations, stored.get(key))
    references = [row.reference for row in proof.rows.jobs if row.reference is not None]
    if len(set(references)) < len(references):
        yield "two jobs have the same reference: a post was carried out twice"


def _of_key(key: str, operations: list[Operation], row: StoredAnswer | None) -> Iterator[str]:
    heard = {(one.answered["status"], str(one.answered["body"])) for one in operations}
    if len(heard) > 1:
        yield f"key {key} has {len(heard)} different answers"
    if row is None:
        yield f"key {key} was answered, and no answer is stored"
    elif (row.status_code, _kept(row.body)) not in {(code, _kept(body)) for code, body in heard}:
        yield f"key {key} has another answer stored than was given"
    if sum(not one.answered["is_replayed"] for one in operations) > 1:
        yield f"key {key} was carried out more than once, as its answers say"


def _kept(body: str | bytes) -> str:
    """Return what of an answer is stored: all but what opens something."""
    kept = {name: value for name, value in json.loads(body).items() if name not in _SECRETS}
    return json.dumps(kept, sort_keys=True)
