"""I15: no key, secret, phone, name or instruction is in a log."""

from collections.abc import Iterator

from loadtests.faults.proof import Proof

SHOWN_COUNT_MAX = 12  # characters of what was found: enough to know what it is


def violations(proof: Proof) -> Iterator[str]:
    """Yield which log holds what it must not."""
    for process, text in proof.logs.items():
        for canary in proof.canaries:
            if canary in text:
                yield f"the log of {process} holds {canary[:SHOWN_COUNT_MAX]}..."
