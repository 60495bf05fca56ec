"""The network: the weather of a proxy is bad for a while."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from loadtests.faults.inject.processes import victim_of
from loadtests.faults.kinds import Kind
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.proxy import Proxy
from loadtests.faults.weather import FAIR, Tally, Weather
from loadtests.faults.world import World


@asynccontextmanager
async def changed(kind: Kind, world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Let the weather of the kind be on the connections of the victim, and then fair again."""
    assert kind.weather is not None, "a kind of the network has its weather"
    assert kind.server is not None, "and says between whom"
    lab = world.lab
    if kind.server == "door":
        proxies = [lab.door]
    else:
        proxies = lab.legs_of(await victim_of(world, trial.victim), kind.server)
    before = _total(proxies)
    for proxy in proxies:
        proxy.change(kind.weather)
    try:
        yield
    finally:
        for proxy in proxies:
            proxy.change(FAIR)
    what, count = evidence(kind.weather, _total(proxies).minus(before))
    effect.saw(what, count)


def evidence(weather: Weather, tally: Tally) -> tuple[str, int]:
    """Return what shows that the weather was bad, in words, and how often it did."""
    if weather.is_cut:
        return "connections cut", tally.cut_count
    if weather.loses_up or weather.loses_down:
        return "bytes lost", tally.lost_bytes
    if weather.is_held:
        return "chunks held", tally.held_count
    if weather.commits != "pass":
        return "commits cut off", tally.commits_count
    return "chunks delayed", tally.delayed_count


def _total(proxies: list[Proxy]) -> Tally:
    total = Tally()
    for proxy in proxies:
        total = total.plus(proxy.tally)
    return total
