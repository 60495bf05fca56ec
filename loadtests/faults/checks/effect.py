"""I17: the fault did what it was to do, else its trial is void, and met no surprise."""

from collections.abc import Iterator

from loadtests.faults.proof import Effect, Proof


def is_effective(effect: Effect) -> bool:
    """Whether everything that the fault was to do was seen to happen."""
    return bool(effect.seen) and all(count > 0 for count in effect.seen.values())


def violations(proof: Proof) -> Iterator[str]:
    """Yield the surprises of the fault, such as a 5xx to poison."""
    yield from proof.effect.surprises
