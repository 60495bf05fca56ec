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


def test_the_engine_passes_its_tests_uncompiled_and_they_reach_its_lines(tmp_path) -> None:
    data, report = tmp_path / "lines", tmp_path / "lines.json"
    coverage = [sys.executable, "-m", "coverage"]
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/matching"]
    run = subprocess.run(
        [*coverage, "run", f"--data-file={data}", "--source=matching", *tests],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = [*coverage, "json", f"--data-file={data}", "-o", str(report), "-q"]
    subprocess.run(told, cwd=ROOT, check=True)
    found = json.loads(report.read_text())
    missed = {name: file["missing_lines"] for name, file in found["files"].items()}
    assert found["totals"]["percent_covered"] >= REACHED_PERCENT_MIN, missed
