"""I11: when all is quiet the live index is what Postgres says, in both directions."""

from collections.abc import Iterator

from loadtests.faults.proof import Proof
from service.simulation.run.invariants import index_differences


def violations(proof: Proof) -> Iterator[str]:
    """Yield what differs, and that it never became quiet."""
    yield from index_differences(proof.run)
    if not proof.is_quiet:
        yield "it never became quiet: not all that was decided has been told"
