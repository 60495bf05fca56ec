"""I16: every request and every acceptance ended, and no request took longer than its bound."""

from collections.abc import Iterator

from loadtests.faults.kinds import CLIENT_S_MAX, KINDS
from loadtests.faults.proof import Proof
from loadtests.faults.recorded import ACCEPT


def violations(proof: Proof) -> Iterator[str]:
    """Yield the requests of this trial that hang, or were answered too late."""
    limit_s = KINDS[proof.trial.kind].answer_s_max
    now_s = max(event.at_s for event in proof.history)
    for operation in proof.operations():
        is_request = " /" in operation.what
        if not is_request and operation.what != ACCEPT:
            continue  # what else a courier says waits for a connection, and that may be long
        if operation.ended_s is None:
            if now_s - operation.invoked_s > CLIENT_S_MAX:
                yield f"{operation.who}: {operation.what} was never answered"
            continue
        if not is_request or operation.trial != proof.trial.number:
            continue  # acceptances wait for a connection too; what is of before was judged then
        took_s = operation.ended_s - operation.invoked_s
        is_answered = "status" in operation.answered
        if took_s > (limit_s if is_answered else CLIENT_S_MAX):
            yield f"{operation.who}: {operation.what} took {took_s:.1f} s"
