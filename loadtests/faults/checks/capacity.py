"""I10: no courier has more in hand than was declared."""

from collections.abc import Iterator

from loadtests.faults.proof import Proof
from service.simulation.run.invariants import overloads


def violations(proof: Proof) -> Iterator[str]:
    """Yield the couriers who carry too much."""
    yield from overloads(proof.run)
