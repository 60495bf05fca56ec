"""What is left of a run: as strict JSON, and as a table and lines for the terminal."""

from collections import Counter
from importlib.metadata import version
from pathlib import Path

import msgspec
from rich.table import Table

from loadtests.hostile.held import growth_share
from loadtests.hostile.plan import Plan
from loadtests.hostile.run import Result
from loadtests.live.outcome import distribution
from loadtests.live.record import memory_gib, revision
from loadtests.matching.recording import machine, strict
from service.clock import real_now

QUESTION = "Does hostile input break anything, or disturb anybody?"
ANSWERS_SHOWN_COUNT = 6
_LIBRARIES = ("uvicorn", "h11", "websockets", "litestar", "msgspec", "httpx")


def record_of(plan: Plan, result: Result) -> dict[str, object]:
    """Return everything that a reader needs to run it again and compare."""
    words = f"--count {plan.count} --seed {plan.seed}"
    return {
        "question": QUESTION,
        "command": f"python3 dev.py hexhaul bench hostile {words}",
        "count": plan.count,
        "seed": plan.seed,
        "at": real_now().isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": {
            **machine(),
            "memory_gib": memory_gib(),
            "libraries": {library: version(library) for library in _LIBRARIES},
        },
        "broken": result.broken,
        "inputs_count": sum(tally.inputs_count for tally in result.tallies.values()),
        "attacked_s": result.attacked_s,
        "elapsed_s": result.elapsed_s,
        "depth_shares": depth_shares(result),
        "canary": {
            "lives_count": len(result.lives.took_s),
            "failures": result.lives.failures,
            "took_s": msgspec.to_builtins(distribution(result.lives.took_s)),
        },
        "memory_growth_share": growth_shares(result),
        "before": msgspec.to_builtins(result.before),
        "after": msgspec.to_builtins(result.after),
        "events": dict(result.logged.events),
        "faults": result.logged.examples,
        "ways": {way: msgspec.to_builtins(tally) for way, tally in result.tallies.items()},
    }


def depth_shares(result: Result) -> dict[str, float]:
    """Return how far the requests to routes came, by share."""
    depths = result.tallies["web"].depths
    return {depth: count / sum(depths.values()) for depth, count in sorted(depths.items())}


def growth_shares(result: Result) -> dict[str, float]:
    """Return by which share of its memory each process has grown; those that ended are left out."""
    return {
        name: growth_share(was, result.after[name])
        for name, was in result.before.items()
        if name in result.after
    }


def write(record: dict[str, object], folder: Path) -> Path:
    """Write the record into the folder, under the name of its seed; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"hostile-{record['seed']}.json"
    text = msgspec.json.format(msgspec.json.encode(strict(record)), indent=1)
    path.write_bytes(text + b"\n")
    return path


def table_of(result: Result) -> Table:
    """Return the ways in: how many inputs, of how many kinds, what was answered most."""
    table = Table(title="hostile inputs")
    for name in ("way", "inputs", "kinds", "answers, the most frequent", "surprises"):
        table.add_column(name, justify="right" if name in ("inputs", "kinds") else "left")
    for way, tally in result.tallies.items():
        answers = Counter(tally.answers).most_common(ANSWERS_SHOWN_COUNT)
        told = ", ".join(f"{answer} {count:,}" for answer, count in answers)
        row = (f"{tally.inputs_count:,}", f"{len(tally.kinds)}", told, f"{tally.surprises_count}")
        table.add_row(way, *row)
    return table


def lines_of(result: Result) -> list[str]:
    """Return what a reader at the terminal wants to know at the end."""
    shares = ", ".join(f"{depth} {share:.0%}" for depth, share in depth_shares(result).items())
    grown = ", ".join(f"{name} {share:+.1%}" for name, share in growth_shares(result).items())
    took = distribution(result.lives.took_s)
    return [
        f"requests to routes: {shares}",
        f"operations that did what was asked: {len(result.tallies['web'].succeeded)}",
        f"canary: {took.count} jobs from the post to the door, p50 {took.p50} s, "
        f"at most {took.most} s; {len(result.lives.failures)} failed",
        f"memory: {grown}",
        f"{result.elapsed_s:.0f} s in all, {result.attacked_s:.0f} s of attacks",
        *(f"BROKEN: {words}" for words in result.broken),
        f"{len(result.broken)} broken",
    ]
