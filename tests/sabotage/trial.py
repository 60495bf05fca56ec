"""Tries in a copy of the tree: with all guards first, and then without one at a time."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from tests.sabotage.sabotage import Sabotage, sabotaged

ROOT = Path(__file__).parents[2]
KERNELS = Path("matching") / "__kernels__"  # compiled, and not known to git
TRIAL_S_MAX = 300.0
FAILED = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)


class Trial(Struct, frozen=True, kw_only=True):
    """What pytest has said of some tests."""

    failed: tuple[str, ...]  # tests that ran, and failed
    is_green: bool
    is_late: bool  # it was broken off
    duration_s: float
    output: str


@contextmanager
def copied_tree() -> Generator[Path]:
    """Lend a copy of all files that git knows, or would take."""
    folder = Path(tempfile.mkdtemp(prefix="hexhaul-sabotage-"))
    try:
        for name in _files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        if (ROOT / KERNELS).is_dir():
            (folder / KERNELS).symlink_to(ROOT / KERNELS)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files() -> list[str]:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({name for name in listed.split("\0") if (ROOT / name).is_file()})


@contextmanager
def without_guard(tree: Path, sabotage: Sabotage) -> Generator[None]:
    """Take the guard away for as long as the block runs.

    Raises:
        SabotageError: it is not there.
    """
    path = tree / sabotage.path
    text = path.read_text("utf-8")
    try:
        _write(path, sabotaged(text, sabotage))
        yield
    finally:
        _write(path, text)


def _write(path: Path, text: str) -> None:
    """Write the file; what was compiled from it may look as new as it, and goes."""
    path.write_text(text, "utf-8")
    if path.suffix == ".py":
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def try_out(tree: Path, tests: Iterable[str], *, stops_at_once: bool) -> Trial:
    """Run tests in the tree, in a process group that is ended with them."""
    words = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=short", "-p", "no:cacheprovider"]
    began_s = time.monotonic()
    process = subprocess.Popen(
        [*words, *(["-x"] if stops_at_once else []), *tests],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    is_late = False
    try:
        output, _ = process.communicate(timeout=TRIAL_S_MAX)
    except subprocess.TimeoutExpired:
        is_late = True
        os.killpg(process.pid, signal.SIGTERM)
        output, _ = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    return Trial(
        failed=tuple(FAILED.findall(output)),
        is_green=process.returncode == 0,
        is_late=is_late,
        duration_s=round(time.monotonic() - began_s, 1),
        output=output,
    )
