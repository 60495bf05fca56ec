"""Long sequences in pieces that one round trip carries."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

BATCH_COUNT_MAX = 500  # keeps a script below a millisecond or two, in which all others wait


def in_batches(items: Sequence[T], *, count_max: int = BATCH_COUNT_MAX) -> Iterator[Sequence[T]]:
    """Yield the items in order, at most `count_max` at a time."""
    for start in range(0, len(items), count_max):
        yield items[start : start + count_max]
