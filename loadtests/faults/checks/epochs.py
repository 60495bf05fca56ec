"""I13: what was decided under an older lease was never written after a newer one."""

from collections.abc import Iterator
from itertools import pairwise

from loadtests.faults.proof import Proof
from service.simulation.run.invariants import epochs_going_back


def violations(proof: Proof) -> Iterator[str]:
    """Yield the offers and the ticks whose epoch is lower than one before them."""
    yield from epochs_going_back(proof.run)
    for before, after in pairwise(proof.rows.ticks):
        if after.dispatch_epoch < before.dispatch_epoch:
            yield (f"tick {after.id}: epoch {after.dispatch_epoch} after {before.dispatch_epoch}")
