"""The page, as Markdown."""

from collections.abc import Iterable, Mapping, Sequence

from loadtests.reliability.evidence import Finding, Promise, Run, Sabotage

HEAD = """# Reliability

What Hexhaul promises, how each promise is proved, and what the proving found. This page is made by
`python3 dev.py reliability` from the records of the runs; a test compares it with them.
"""


def page(
    promises: Sequence[Promise],
    runs: Mapping[str, Run],
    findings: Sequence[Finding],
    sabotages: Sequence[Sabotage],
) -> str:
    """Return the text of the page."""
    parts = (
        HEAD,
        "## Promises\n",
        _promises(promises),
        "## Runs\n",
        _runs(runs.values()),
        "## How long until all is whole\n",
        _recoveries(runs.values()),
        "## What was found\n",
        _findings(findings),
        "## Guards taken away\n",
        _sabotages(sabotages),
    )
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _promises(promises: Sequence[Promise]) -> str:
    return _table(
        ("", "promise", "proved by"),
        (
            (
                one.id,
                f"**{one.name}.** {one.text}",
                ", ".join([*map("`{}`".format, one.proofs), *map("run {}".format, one.runs)]),
            )
            for one in promises
        ),
    )


def _runs(runs: Iterable[Run]) -> str:
    return _table(
        ("run", "reached", "wanted for a release", "broken", "command", "revision, date"),
        (
            (
                run.name,
                reached(run) if run.reached else "not on record yet",
                f"{run.wanted:,}",
                f"{run.broken:,}" if run.reached else "",
                "<br>".join(map("`{}`".format, run.commands)),
                _when(run),
            )
            for run in runs
        ),
    )


def reached(run: Run) -> str:
    """Return what was reached, and what else was counted meanwhile."""
    besides = [f"{count:,} {name}" for name, count in run.besides.items()]
    return ", ".join([f"{run.reached:,} {run.what}", *besides])


def _when(run: Run) -> str:
    return ", ".join([*map("`{}`".format, run.revisions), run.at[:10]]) if run.reached else ""


def _recoveries(runs: Iterable[Run]) -> str:
    rows = [
        (kind, str(each.count), f"{each.p50:.1f}", f"{each.most:.1f}")
        for run in runs
        for kind, each in run.recovery_s.items()
    ]
    if not rows:
        return "Not on record yet.\n"
    return "In seconds, from the end of the harm.\n\n" + _table(
        ("kind of fault", "trials", "p50", "at most"), rows
    )


def _findings(findings: Sequence[Finding]) -> str:
    open_count = sum(one.is_open for one in findings)
    said = f"Bugs of ours that a run found, with what showed them; {open_count} of them open.\n\n"
    return said + _table(
        ("found by", "promise", "what it was", "seen with", "what was done"),
        ((one.by, one.promise, one.what, one.again, one.fix) for one in findings),
    )


def _sabotages(sabotages: Sequence[Sabotage]) -> str:
    caught_count = sum(bool(one.by) for one in sabotages)
    said = (
        f"`python3 dev.py sabotage` takes {len(sabotages)} guards away, one at a time;"
        f" {caught_count} were noticed by a test, the first of them here.\n\n"
    )
    return said + _table(
        ("guard", "in", "noticed by"),
        (
            (one.guard, f"`{one.path}`", f"`{one.by[0]}`" if one.by else "**nobody**")
            for one in sabotages
        ),
    )
