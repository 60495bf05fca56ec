"""Compiled kernels are found again by another process, and only when nothing has changed.

A small engine in a folder of its own, with our decorator: each run is a process.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matching import kernel, kernel_files

WEIGHT = """
from matching.kernel import kernel

@kernel
def weight(size: float) -> float:
    return {factor} * size
"""

COST = """
from matching.kernel import kernel
from matching.weight import weight

@kernel
def cost(size: float) -> float:
    return weight(size) + 1.0
"""

ASK = """
from matching.cost import cost

print(cost(2.0), sum(cost.stats.cache_hits.values()))
"""


@pytest.fixture
def engine(tmp_path):
    folder = tmp_path / "matching"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for module in (kernel, kernel_files):
        shutil.copy(module.__file__, folder)
    write_weight(tmp_path, factor=3.0)
    (folder / "cost.py").write_text(COST, "utf-8")
    return tmp_path


def write_weight(engine: Path, *, factor: float) -> None:
    (engine / "matching" / "weight.py").write_text(WEIGHT.format(factor=factor), "utf-8")


def run(engine: Path, **settings: str) -> tuple[float, int]:
    """Return what a process of its own computes, and how many kernels it found compiled."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=engine,
        env={**kept, "PYTHONPATH": str(engine), **settings},
        check=True,
        capture_output=True,
        text=True,
    )
    cost, found_count = done.stdout.split()
    return float(cost), int(found_count)


def test_the_next_process_finds_what_one_has_compiled(engine):
    assert run(engine) == (7.0, 0)
    assert run(engine) == (7.0, 1)


def test_the_files_are_good_wherever_the_engine_is_installed(engine, tmp_path_factory):
    run(engine)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "engine"
    shutil.copytree(engine, elsewhere)
    assert run(elsewhere) == (7.0, 1)


def test_a_kernel_is_compiled_again_when_one_that_it_calls_has_changed(engine):
    run(engine)
    write_weight(engine, factor=5.0)
    assert run(engine) == (11.0, 0)


def test_processors_of_two_kinds_share_a_folder(engine):
    assert run(engine) == (7.0, 0)
    assert run(engine, NUMBA_CPU_NAME="generic") == (7.0, 0)
    assert run(engine) == (7.0, 1)
    assert run(engine, NUMBA_CPU_NAME="generic") == (7.0, 1)


def test_a_folder_that_cannot_be_written_is_no_hindrance(engine):
    nowhere = engine / "a file"
    nowhere.touch()
    assert run(engine, NUMBA_CACHE_DIR=str(nowhere / "kernels")) == (7.0, 0)
