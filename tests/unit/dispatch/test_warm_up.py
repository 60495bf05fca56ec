"""After the warm-up no kernel is compiled any more."""

import importlib
import pkgutil

from numba.core.dispatcher import Dispatcher

import matching
from service.dispatch.warm_up import warm_up
from tests.unit.dispatch.makers import decide_on, make_open_job, make_seen, make_stop


def signatures_count():
    modules = [
        importlib.import_module(f"matching.{module.name}")
        for module in pkgutil.iter_modules(matching.__path__)
    ]
    kernels = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Dispatcher)
    }
    return sum(len(kernel.signatures) for kernel in kernels.values())


def test_it_runs_every_kernel_with_the_types_of_real_ticks():
    planned = warm_up()
    assert len(planned.bundle_job) == 2
    warm_count = signatures_count()
    assert warm_count > 0
    decide_on([], [])
    decide_on([make_open_job()], [])
    decide_on([], [make_seen()])
    jobs = [make_open_job(number) for number in range(1, 6)]
    couriers = [make_seen(1), make_seen(2, route=(make_stop(9),), live_jobs_count=1)]
    decide_on(jobs, couriers)
    assert signatures_count() == warm_count
