"""I3: no offer was accepted after its time."""

from collections.abc import Iterator

from loadtests.faults.proof import Proof
from service.simulation.run.invariants import late_acceptances


def violations(proof: Proof) -> Iterator[str]:
    """Yield the offers that were accepted too late."""
    yield from late_acceptances(proof.run)
