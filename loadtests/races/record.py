"""What is left of a run: as strict JSON, and as lines for the terminal."""

from collections import defaultdict
from pathlib import Path

import msgspec

from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from loadtests.races.answers import CONTENTION
from loadtests.races.lab import DURABILITY
from loadtests.races.race import Plan, Score
from service.clock import real_now


def record_of(plan: Plan, score: Score) -> dict[str, object]:
    """Return everything that a reader needs to run it again and compare."""
    words = f"--count {plan.count} --seed {plan.seed} --connections {plan.connections_count}"
    return {
        "question": "Does everybody who races for a job hear what happened, and only once?",
        "command": f"python3 dev.py hexhaul bench races {words}",
        "seed": plan.seed,
        "at": real_now().isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": {**machine(), "memory_gib": memory_gib()},
        "database": f"embedded, one connection for each attempt; {DURABILITY}",
        "connections_count": plan.connections_count,
        "attempts_count": score.attempts_count,
        "scenes_count": score.scenes_count,
        "rounds_count": score.rounds_count,
        "broken_count": score.broken_count,
        "broken": score.broken,
        "raced_s": score.raced_s,
        "elapsed_s": score.elapsed_s,
        "attempts_per_s": rate_per_s(score),
        "contention_share": contention_share(score),
        "answers": _table(score),
    }


def rate_per_s(score: Score) -> float:
    """Return how many attempts there were in a second of racing."""
    return score.attempts_count / score.raced_s if score.raced_s > 0.0 else 0.0


def contention_share(score: Score) -> float:
    """Return the share of attempts that gave up: others were in the way for too long."""
    given_up_count = sum(n for (_, said), n in score.answers.items() if said == CONTENTION)
    return given_up_count / max(1, score.attempts_count)


def write(record: dict[str, object], path: Path) -> None:
    """Write the record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(strict(record)), indent=1)
    path.write_bytes(text + b"\n")


def progress_line(plan: Plan, score: Score) -> str:
    """Return how far a run has come."""
    return (
        f"  round {score.rounds_count}: {score.attempts_count:,} of {plan.count:,} attempts, "
        f"{rate_per_s(score):.0f}/s, {score.broken_count} broken"
    )


def lines_of(score: Score) -> list[str]:
    """Return what a reader at the terminal wants to know at the end."""
    lines = [
        f"{score.attempts_count:,} attempts in {score.scenes_count:,} scenes, "
        f"{rate_per_s(score):.0f} a second; {100.0 * contention_share(score):.2f} % gave up",
        f"{DURABILITY}: the races are about locks",
    ]
    for deed, said in _table(score).items():
        told = ", ".join(f"{words} {count:,}" for words, count in said.items())
        lines.append(f"  {deed}: {told}")
    lines += [f"  BROKEN: {words}" for words in score.broken]
    lines.append(f"{score.broken_count} broken")
    return lines


def _table(score: Score) -> dict[str, dict[str, int]]:
    """Return how often each deed heard what, both in the order of their names."""
    table: dict[str, dict[str, int]] = defaultdict(dict)
    for (deed, said), count in sorted(score.answers.items()):
        table[deed][said] = count
    return dict(table)
