"""Where the machine's limit is: how fast memory is copied, and C on loops that the engine has.

The loops are those of `matching.travel` and `matching.heap`, by the same names in `loops.c`,
compiled for the same target. Without gcc they are skipped.
"""

import ctypes
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.ctypeslib import ndpointer

from loadtests.matching.records import columns_of
from matching.arrays import F64, I64
from matching.heap import put
from matching.kernel import kernel
from matching.travel import distance_m

REPEATS = 5
COPIED_BYTES = 256_000_000
POINTS_COUNT, ASKS_COUNT = 10_000, 500
VALUES_COUNT, ROOM = 1_000_000, 64
RECORDS_COUNT, WORDS_COUNT = 200_000, 18
_FLOATS, _ROWS = ndpointer(np.float64, flags="C"), ndpointer(np.int64, flags="C")
_COUNT = ctypes.c_int64


@kernel
def nearest(point: F64, ask: F64, row: I64) -> None:
    """Fill in the row of the nearest point to each of those asked for."""
    for j in range(ask.shape[0]):
        best = np.inf
        for c in range(point.shape[0]):
            apart_m = distance_m(ask, j, point, c)
            if apart_m < best:
                best, row[j] = apart_m, c


@kernel
def keep_best(value: F64, values: F64, rows: I64) -> None:
    """Keep the least values in a heap, and their rows."""
    count = 0
    for k in range(value.shape[0]):
        count = put(values, rows, count, value[k], k)


def least_s(work: Callable[[], object]) -> float:
    """Return the least of the thread's seconds, after a first time that compiles."""
    spent_s = list[float]()
    for _ in range(1 + REPEATS):
        begun_s = time.thread_time()
        work()
        spent_s.append(time.thread_time() - begun_s)
    return min(spent_s[1:])


def memory() -> list[dict[str, object]]:
    """Return how fast bytes move: copied by numpy, and turned from records into columns."""
    source = np.ones(COPIED_BYTES // 8)
    target = np.empty_like(source)
    copied_s = least_s(lambda: np.copyto(target, source))
    words = np.ones((RECORDS_COUNT, WORDS_COUNT), np.int32)
    steps = np.ones(WORDS_COUNT)
    turned_s = least_s(lambda: columns_of(words, steps))
    turned_bytes = words.nbytes + 8 * words.size
    return [
        {"moved": "copy", "GB/s": 2.0 * source.nbytes / copied_s / 1e9},
        {"moved": "records to columns", "GB/s": turned_bytes / turned_s / 1e9},
    ]


def loops() -> list[dict[str, object]]:
    """Return our kernels beside C on the same loop; nothing where there is no gcc."""
    if shutil.which("gcc") is None:
        return []
    rng = np.random.default_rng(1)
    point, ask = rng.random((POINTS_COUNT, 3)), rng.random((ASKS_COUNT, 3))
    value, values = rng.random(VALUES_COUNT), np.empty(ROOM)
    row, other_row = np.empty(ASKS_COUNT, np.int64), np.empty(ASKS_COUNT, np.int64)
    rows, other_rows = np.empty(ROOM, np.int64), np.empty(ROOM, np.int64)
    with tempfile.TemporaryDirectory(prefix="hexhaul-loops-") as folder:
        compiled = compiled_c(Path(folder))
        found = [
            of_loop(
                "nearest point, ns a pair",
                POINTS_COUNT * ASKS_COUNT,
                least_s(lambda: nearest(point, ask, row)),
                least_s(lambda: compiled.nearest(point, len(point), ask, len(ask), other_row)),
            ),
            of_loop(
                "heap of the best 64, ns a value",
                VALUES_COUNT,
                least_s(lambda: keep_best(value, values, rows)),
                least_s(
                    lambda: compiled.keep_best(value, len(value), values, other_rows, len(values))
                ),
            ),
        ]
    assert (row == other_row).all(), "the loops differ"
    assert (rows == other_rows).all(), "the heaps differ"
    return found


def of_loop(name: str, count: int, ours_s: float, c_s: float) -> dict[str, object]:
    """Return a row of figures."""
    return {
        "loop": name,
        "ours": ours_s / count * 1e9,
        "gcc -O3": c_s / count * 1e9,
        "ours / C": ours_s / c_s,
    }


def compiled_c(folder: Path) -> ctypes.CDLL:
    """Return `loops.c` as a library."""
    target = ["-march=x86-64-v3"] if platform.machine() == "x86_64" else []
    library = folder / "loops.so"
    source = Path(__file__).with_name("loops.c")
    subprocess.run(  # noqa: S603 # our own source
        ["gcc", "-O3", *target, "-shared", "-fPIC", "-o", str(library), str(source), "-lm"],  # noqa: S607 # from PATH
        check=True,
    )
    compiled = ctypes.CDLL(str(library))
    compiled.nearest.argtypes = (_FLOATS, _COUNT, _FLOATS, _COUNT, _ROWS)
    compiled.keep_best.argtypes = (_FLOATS, _COUNT, _FLOATS, _ROWS, _COUNT)
    compiled.nearest.restype = compiled.keep_best.restype = None
    return compiled
