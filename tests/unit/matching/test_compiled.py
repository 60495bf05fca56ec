"""What is compiled runs in threads, and is compiled once."""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

from matching.insertion import lay_pairs, price_pairs
from matching.params import Params
from matching.routes import improve
from matching.screening import screen
from matching.solve import solve
from tests.unit.matching.plans import leaves
from tests.unit.matching.snapshots import Job, random_snapshot, snapshot_of

PARAMS = Params()


def test_threads_may_solve_at_once() -> None:
    snapshots = [random_snapshot(seed, couriers_count=20, jobs_count=20) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda snapshot: solve(snapshot, PARAMS), snapshots))
    for snapshot, plan in zip(snapshots, together, strict=True):
        for one, other in zip(leaves(plan), leaves(solve(snapshot, PARAMS)), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_kernels_are_compiled_once_whatever_the_params_are_written_as() -> None:
    whole = Params(
        **{
            name: int(value) if float(value).is_integer() else value
            for name, value in PARAMS._asdict().items()
        }
    )
    for params in (PARAMS, whole):
        solve(random_snapshot(1, couriers_count=9, jobs_count=9), params)
        solve(snapshot_of([], [Job()]), params)
    for entry in (screen, price_pairs, lay_pairs, improve):
        assert len(entry.signatures) == 1
