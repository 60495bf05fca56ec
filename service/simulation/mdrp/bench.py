"""Instances replayed, one by one or side by side."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

from service.simulation.mdrp.breaches import Breach, breaches_of
from service.simulation.mdrp.figures import Figures, figures_of
from service.simulation.mdrp.instance import read_instance
from service.simulation.mdrp.mapping import day_of
from service.simulation.mdrp.solution import solution_of, write_solution
from service.simulation.virtual.world import Rules, play


class Task(NamedTuple):
    """One instance to be replayed."""

    folder: Path
    rules: Rules
    solutions_root: Path | None  # where to write a folder per instance


class Result(NamedTuple):
    """One instance replayed."""

    instance: str
    figures: Figures
    breaches: list[Breach]
    solve_ms: dict[str, float]  # of a tick's decision, without the first one, which warms up
    ticks_count: int
    duration_s: float


def replay(task: Task) -> Result:
    """Replay one instance.

    Raises:
        InstanceError: it cannot be read.
    """
    begun_s = time.perf_counter()
    instance = read_instance(task.folder)
    mapped = day_of(instance)
    played = play(mapped.day, task.rules)
    solution = solution_of(mapped, played.journal)
    if task.solutions_root is not None:
        write_solution(solution, instance, task.solutions_root / instance.name)
    return Result(
        instance=instance.name,
        figures=figures_of(instance, solution),
        breaches=breaches_of(instance, solution),
        solve_ms=spread_of(played.solve_ms[1:]),
        ticks_count=len(played.solve_ms),
        duration_s=time.perf_counter() - begun_s,
    )


def replay_all(tasks: Sequence[Task], *, workers_count: int) -> Iterator[Result]:
    """Yield the results in the order of the tasks; every worker is a process of its own.

    Raises:
        InstanceError: one cannot be read.
    """
    if workers_count == 1:
        yield from map(replay, tasks)
        return
    with ProcessPoolExecutor(workers_count, mp_context=get_context("spawn")) as pool:
        yield from pool.map(replay, tasks)


def spread_of(durations_ms: Sequence[float]) -> dict[str, float]:
    """Return median, 99th percentile and maximum; nothing of no durations."""
    if not durations_ms:
        return {}
    p50, p99, most = np.quantile(durations_ms, (0.5, 0.99, 1.0))
    return {"p50": float(p50), "p99": float(p99), "max": float(most)}


def means_of(results: Sequence[Result]) -> dict[str, float]:
    """Return the mean over instances of each figure, as published tables have it."""
    means = dict[str, float]()
    for field in fields(Figures):
        values = [getattr(result.figures, field.name) for result in results]
        known = [float(value) for value in values if value is not None]
        if known:
            means[field.name] = float(np.mean(known))
    return means
