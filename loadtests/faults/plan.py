"""PURE. Which trials there are, and what is done when in each: the same ones for the same seed."""

from collections.abc import Sequence
from random import Random

from msgspec import Struct

from loadtests.faults.kinds import DECKS, KINDS, Surroundings

LOAD_BEFORE_S = (1.0, 2.5)  # jobs are posted for so long before the fault
BURST_COUNT_MIN, BURST_COUNT_MAX = 4, 12  # posts that are under way when it strikes
TRIALS_OF_A_LAB_MAX = 20  # then the service starts anew: shifts end, and rows add up
_ORDER: tuple[Surroundings, ...] = ("plain", "small_disk", "faked_clock", "former_version")


class Trial(Struct, frozen=True, kw_only=True):
    """One fault; durations in seconds of real time."""

    number: int  # of the run, from 1
    kind: str
    seed: int  # of the trial: what a fault draws by itself, and the jobs
    victim: str
    before_s: float  # from the first job to the fault
    span_s: float  # from the fault until it is healed
    load_s: float  # from the first job to the last
    burst_count: int


def draw_trials(*, seed: int, count: int, kind: str | None = None) -> list[Trial]:
    """Return the trials of a run; of one kind, or of all decks of kinds in turn.

    Within a deck kinds take turns in an order that the seed decides, so that a short run sees all
    families, and a long one all kinds.
    """
    random = Random(seed)
    names = _names(random, count) if kind is None else [kind] * count
    return [_draw(random, number, name) for number, name in enumerate(names, start=1)]


def of_one_lab(trials: Sequence[Trial]) -> list[tuple[Surroundings, list[Trial]]]:
    """Return the trials in groups that share a lab: what they need around them is the same."""
    groups = list[tuple[Surroundings, list[Trial]]]()
    for surroundings in _ORDER:
        alike = [trial for trial in trials if KINDS[trial.kind].surroundings == surroundings]
        # What was deployed stays so.
        count_max = 1 if surroundings == "former_version" else TRIALS_OF_A_LAB_MAX
        groups.extend(
            (surroundings, alike[start : start + count_max])
            for start in range(0, len(alike), count_max)
        )
    return groups


def _names(random: Random, count: int) -> list[str]:
    decks = [random.sample(names, len(names)) for names in DECKS.values()]
    rounds = range(-(-count // len(decks)))
    names = [deck[turn % len(deck)] for turn in rounds for deck in decks]
    return names[:count]


def _draw(random: Random, number: int, name: str) -> Trial:
    kind = KINDS[name]
    before_s, span_s = random.uniform(*LOAD_BEFORE_S), random.uniform(*kind.span_s)
    return Trial(
        number=number,
        kind=name,
        seed=random.getrandbits(32),
        victim=random.choice(kind.victims),
        before_s=round(before_s, 3),
        span_s=round(span_s, 3),
        load_s=round(before_s + span_s + kind.load_after_s, 3),
        burst_count=random.randint(BURST_COUNT_MIN, BURST_COUNT_MAX),
    )
