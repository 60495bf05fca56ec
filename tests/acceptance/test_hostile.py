"""Hostile inputs by every way at a whole running service: nothing breaks, nobody is disturbed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.hostile.plan import SHARES

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
COUNT = 600


def test_strangers_break_nothing_and_disturb_nobody(tmp_path: Path) -> None:
    words = ["--count", str(COUNT), "--seed", "20261122", "--folder", str(tmp_path)]
    command = [sys.executable, "-m", "loadtests.hostile", *words]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    record = json.loads((tmp_path / "hostile-20261122.json").read_text())
    assert record["broken"] == []
    assert record["inputs_count"] >= COUNT
    assert record["ways"].keys() == SHARES.keys()
    assert all(way["inputs_count"] > 0 for way in record["ways"].values())
    assert record["canary"]["lives_count"] > 1
    assert record["depth_shares"]["decided by the action"] > 0.2  # or it never came so far
