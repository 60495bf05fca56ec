"""The engine as plain Python: its tests without the compiler, and which of its lines they reach.

A compiled kernel reads past the end of an array in silence; plain Python says so.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REACHED_PERCENT_MIN = 98.5  # the rest is for the compiler, or for thousands of pairs
LONG = "more_rounds_never_cost or same_snapshot or hundreds_of_jobs_for or time_runs_out"
HALVES = (LONG, f"not ({LONG})")  # of the time that it takes, side by side

COVERAGE = (sys.executable, "-m", "coverage")
TESTS = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/matching")


def test_the_engine_passes_its_tests_uncompiled_and_they_reach_its_lines(tmp_path) -> None:
    runs = [begin(half, tmp_path / f"lines.{place}") for place, half in enumerate(HALVES)]
    ends = [(run.communicate(), run.returncode) for run in runs]
    assert [code for _, code in ends] == [0] * len(HALVES), "\n".join(out for (out, _), _ in ends)

    lines, report = f"--data-file={tmp_path / 'lines'}", tmp_path / "lines.json"
    tell([*COVERAGE, "combine", "-q", lines, str(tmp_path)])
    tell([*COVERAGE, "json", "-q", lines, "-o", str(report)])
    found = json.loads(report.read_text())
    missed = {name: file["missing_lines"] for name, file in found["files"].items()}
    assert found["totals"]["percent_covered"] >= REACHED_PERCENT_MIN, missed


def begin(half: str, data: Path) -> subprocess.Popen[str]:
    """Start the tests of this half, and note the lines that they reach."""
    return subprocess.Popen(
        [*COVERAGE, "run", f"--data-file={data}", "--source=matching", *TESTS, "-k", half],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def tell(argv: list[str]) -> None:
    subprocess.run(argv, cwd=ROOT, check=True)
