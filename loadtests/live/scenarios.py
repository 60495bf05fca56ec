"""The scenarios by name: what each asks, what runs it, and its sizes."""

from collections.abc import Awaitable, Callable, Mapping
from types import ModuleType
from typing import NamedTuple

from msgspec import Struct

from loadtests.live import (
    console,
    hostile_frames,
    idle_sockets,
    offer_latency,
    overload,
    position_storm,
    post_jobs,
    reconnect_storm,
    slow_readers,
    soak,
    watchers,
)
from loadtests.live.outcome import Outcome
from loadtests.live.setting import Setting


class Scenario(NamedTuple):
    """A question, what answers it, and its sizes: of record, for a quick look, for the tests."""

    question: str
    run: Callable[[Struct, Setting], Awaitable[Outcome]]
    whole: Struct
    quick: Struct
    least: Struct
    s_max: float  # of a run; then it is broken off


def _scenario(module: ModuleType) -> Scenario:
    return Scenario(
        question=module.QUESTION,
        run=module.run,
        whole=module.WHOLE,
        quick=module.QUICK,
        least=module.LEAST,
        s_max=module.S_MAX,
    )


SCENARIOS: Mapping[str, Scenario] = {
    module.__name__.rpartition(".")[2]: _scenario(module)
    for module in (
        idle_sockets,
        position_storm,
        offer_latency,
        reconnect_storm,
        post_jobs,
        hostile_frames,
        slow_readers,
        watchers,
        console,
        overload,
        soak,
    )
}
