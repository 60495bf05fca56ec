"""PURE. What came of many hostile inputs, added up."""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct, field

SURPRISES_COUNT_MAX = 20  # told in words, of each way in
SURPRISE_LENGTH_MAX = 600  # characters

Counts = dict[str, int]  # as it can be told to another process


class Tally(Struct, kw_only=True):
    """`succeeded` are the operations that did what was asked at least once."""

    inputs_count: int = 0
    kinds: Counts = field(default_factory=Counts)
    answers: Counts = field(default_factory=Counts)  # statuses, codes, outcomes, close codes
    depths: Counts = field(default_factory=Counts)
    succeeded: Counts = field(default_factory=Counts)
    surprises_count: int = 0
    surprises: list[str] = []  # the first of them

    def tried(self, kind: str, *answers: str) -> None:
        """Note an input, and what was answered."""
        self.inputs_count += 1
        count(self.kinds, kind)
        for answer in answers:
            count(self.answers, answer)

    def surprised(self, words: str) -> None:
        """Note what must not be."""
        self.surprises_count += 1
        if len(self.surprises) < SURPRISES_COUNT_MAX:
            self.surprises.append(words[:SURPRISE_LENGTH_MAX])

    def plus(self, other: Self) -> None:
        """Add what another one counted."""
        self.inputs_count += other.inputs_count
        for mine, theirs in (
            (self.kinds, other.kinds),
            (self.answers, other.answers),
            (self.depths, other.depths),
            (self.succeeded, other.succeeded),
        ):
            add(mine, theirs)
        self.surprises_count += other.surprises_count
        self.surprises = [*self.surprises, *other.surprises][:SURPRISES_COUNT_MAX]


def count(counts: Counts, name: str) -> None:
    """Count one of this name."""
    counts[name] = counts.get(name, 0) + 1


def add(counts: Counts, others: Mapping[str, int]) -> None:
    """Add other counts, by name."""
    for name, more in others.items():
        counts[name] = counts.get(name, 0) + more
